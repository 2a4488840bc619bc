"""What a person tells about themselves."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User

# What AUTH_PASSWORD_VALIDATORS ask, in one breath.
PASSWORD_ADVICE = _("At least ten characters; a few unrelated words are easy to keep in mind.")


class _OurWords:
    """Labels in our words, and none said twice: allauth repeats each inside its field."""

    WORDS = {
        "login": _("E-mail address"),
        "email": _("E-mail address"),
        "password": _("Password"),
        "oldpassword": _("The password you have now"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.label = self.WORDS.get(name, field.label)
            field.help_text = PASSWORD_ADVICE if name == "password1" else ""
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_OurWords, allauth.LoginForm):  # type: ignore[misc]
    """Signing in."""


class SignupForm(_OurWords, allauth.SignupForm):  # type: ignore[misc]
    """Making an account."""

    WORDS = {**_OurWords.WORDS, "password1": _("Password")}


class ChangePasswordForm(_OurWords, allauth.ChangePasswordForm):  # type: ignore[misc]
    """Changing the password."""


class ResetPasswordForm(_OurWords, allauth.ResetPasswordForm):  # type: ignore[misc]
    """Asking for a link to a new password."""


class ResetPasswordKeyForm(_OurWords, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """Choosing the new password."""


class WelcomeForm(forms.Form):
    """The first owner's address and password."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("You sign in with it. Nothing is sent to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_ADVICE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        """The address as it is kept: in lower case."""
        return str(self.cleaned_data["email"]).lower()

    def clean_password(self) -> str:
        """The password, when it is hard enough to guess."""
        password = str(self.cleaned_data["password"])
        validate_password(password, User(email=self.cleaned_data.get("email", "")))
        return password


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the site speaks and looks to one person."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As the browser asks")), *settings.LANGUAGES]
    )

    class Meta:
        model = User
        fields = ("language", "theme")
        labels = {"theme": _("Theme")}
        widgets = {"theme": forms.RadioSelect}
