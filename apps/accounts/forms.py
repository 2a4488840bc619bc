"""What a person tells about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User


class WelcomeForm(forms.Form):
    """The first owner's address and password."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("You sign in with it. Nothing is sent to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

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
