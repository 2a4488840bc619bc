"""Who may sign up, and our own words where allauth's would be hard on the reader."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes sign-up once the installation has its owner, unless a setting opens it."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The address or the password is not correct."),
        "too_many_login_attempts": _("That was one attempt too many. Please wait five minutes, then try again."),
        "email_taken": _("There is already an account with this address."),
        "incorrect_password": _("That is not the password you have now."),
        "enter_current_password": _("Please give the password you have now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never before the owner is there: their account is made by the welcome page alone."""
        return bool(settings.OPEN_SIGNUP) and User.objects.people().exists()
