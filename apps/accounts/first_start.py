"""Makes the owner of a fresh installation, once: unattended or through a link that only its operator sees."""

from __future__ import annotations

import logging

from django.core import signing
from django.db import connection, transaction

from apps.accounts.models import User
from apps.accounts.signals import owner_created

logger = logging.getLogger(__name__)

_SALT = "documind.welcome"
# Any number, the same in every process: who holds this lock decides whether there is an owner.
_LOCK = 0x0D0C


class OwnerExists(Exception):
    """The installation already has its owner."""


def welcome_token(samples: bool = True) -> str:
    """What goes into the one-time link. It carries whether samples are wanted, and is worth nothing once used."""
    return signing.dumps({"samples": samples}, salt=_SALT)


def read_token(token: str) -> bool:
    """Whether this token still makes an owner: ours, and nobody has been made before."""
    return _carried(token) is not None and not User.objects.people().exists()


def wants_samples(token: str) -> bool:
    """Whether the operator who was given this token wants the sample library."""
    return bool(_carried(token) or False)


def _carried(token: str) -> bool | None:
    try:
        return bool(signing.loads(token, salt=_SALT)["samples"])
    except (signing.BadSignature, KeyError, TypeError):
        return None


def create_owner(email: str, password: str, samples: bool) -> User:
    """The owner, saved, with the samples loaded if wanted. Only one caller ever wins; raises `OwnerExists` to the rest.

    The caller has checked the address and the password.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        if User.objects.people().exists():
            raise OwnerExists
        user = User.objects.create_superuser(email, password)
    # A sample that cannot be loaded is no reason to have no owner.
    for receiver, outcome in owner_created.send_robust(sender=User, user=user, samples=samples):
        if isinstance(outcome, Exception):
            logger.error("%s after the first start: %s", receiver, outcome, exc_info=outcome)
    return user
