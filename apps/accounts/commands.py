"""What the commands about one person's library share: whose it is."""

from __future__ import annotations

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.accounts.models import User


def add_user(parser: CommandParser, meaning: str) -> None:
    """The option `--user EMAIL`, which must be given."""
    parser.add_argument("--user", required=True, metavar="EMAIL", help=meaning)


def person(email: str) -> User:
    """Who is known by this address, however it is capitalised. Raises `CommandError` when nobody is."""
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError(_("Nobody here has the address %(email)s.") % {"email": email}) from None
