"""Makes database, static files and owner ready before the site starts. Run as `python -m config.prepare`.

Prints the path of the one-time link when there is no owner yet; everything else it says goes to stderr.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys

import django
import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

POSTGRES = 16
# Before it, an index could be made to read beyond its memory (CVE-2026-3172).
PGVECTOR = (0, 8, 2)
# Any number, the same in every process: who holds this lock changes the tables.
_LOCK = 0x0D0C_0001


class NotReady(Exception):
    """The site cannot start; the text says why in one line."""


def set_up() -> None:
    """Loads the applications, once. Raises `NotReady` when the settings refuse the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    try:
        django.setup()
    except ImproperlyConfigured as fault:
        raise NotReady(str(fault)) from fault


def check_server() -> None:
    """Refuses a server that cannot do what we need. Raises `NotReady`."""
    set_up()
    try:
        # Not from the pool, which would keep trying for a while and then not know the cause.
        with psycopg.connect(**connection.get_connection_params(), connect_timeout=5) as link:
            row = link.execute(
                "select coalesce(installed_version, default_version), current_setting('server_version') "
                "from (values (1)) as one left join pg_available_extensions on name = 'vector'"
            ).fetchone()
    except psycopg.OperationalError as fault:
        raise NotReady(f"The database does not answer: {' '.join(str(fault).split())}") from fault
    vector, version = row or (None, "0")
    if int(version.split(".")[0]) < POSTGRES:
        raise NotReady(f"The database is Postgres {version}; DocuMind needs {POSTGRES} or newer.")
    if vector is None:
        raise NotReady("The database server has no pgvector: install it there, version 0.8.2 or newer.")
    if tuple(int(part) for part in vector.split(".")) < PGVECTOR:
        raise NotReady(
            f"The database has pgvector {vector}; DocuMind needs 0.8.2 or newer. Install it there, then run in the "
            "database: alter extension vector update"
        )


def is_up_to_date() -> bool:
    """Whether every migration has been applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrate() -> None:
    """Brings the tables up to date, one process at a time."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        try:
            if not is_up_to_date():
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


def collect_static() -> None:
    """Gathers and compresses the static files, when one has changed since the last time."""
    from django.contrib.staticfiles.finders import get_finders

    found = sorted(
        f"{storage.path(name)} {storage.size(name)} {storage.get_modified_time(name).timestamp()}"
        for finder in get_finders()
        for name, storage in finder.list([])
    )
    digest = hashlib.sha256("\n".join(found).encode()).hexdigest()
    stamp = settings.STATIC_ROOT.with_name("static.stamp")
    if stamp.exists() and stamp.read_text() == digest:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest)


def welcome(samples: bool) -> str:
    """The path of the one-time link; empty when there is an owner, made now if the environment names one."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.validators import validate_email

    from apps.accounts.first_start import OwnerExists, create_owner, welcome_token
    from apps.accounts.models import User

    if User.objects.people().exists():
        return ""
    email, password = settings.ENV.owner_email, settings.ENV.owner_password
    if not email:
        return f"/welcome/{welcome_token(samples)}/"
    try:
        validate_email(email)
        validate_password(password, User(email=email))
        create_owner(email, password, samples=samples)
    except ValidationError as fault:
        raise NotReady(f"DOCUMIND_OWNER_EMAIL, DOCUMIND_OWNER_PASSWORD: {' '.join(fault.messages)}") from fault
    except OwnerExists:
        # Another process of the same installation was faster.
        pass
    return ""


def main() -> None:
    """Everything, in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--empty", action="store_true", help="start without the sample library")
    empty = parser.parse_args().empty
    try:
        check_server()
        migrate()
        collect_static()
        path = welcome(samples=not empty)
    except NotReady as fault:
        sys.exit(str(fault))
    sys.stdout.write(path)


if __name__ == "__main__":
    main()
