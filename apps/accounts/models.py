"""Who uses the site, and how they like it."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

# The domain can never exist (RFC 2606).
STAND_INS = "@stand-in.invalid"
# An active account of that address would be somebody's who typed it.
_IS_STAND_IN = models.Q(email__endswith=STAND_INS, is_active=False)


class UserManager(BaseUserManager["User"]):
    """Makes users known by their e-mail address, always kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A saved user. Raises `ValueError` without an address, `IntegrityError` when it is taken."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A saved user who may open the admin and change everything there."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def create_stand_in(self, purpose: str) -> User:
        """A saved user who is nobody: owns a library for a while, can never sign in, and gets no mail."""
        return self.create_user(f"{purpose}-{secrets.token_hex(8)}{STAND_INS}", is_active=False)

    def stand_ins(self, purpose: str) -> models.QuerySet[User]:
        """Those made for this purpose."""
        return self.filter(_IS_STAND_IN, email__startswith=f"{purpose}-")

    def people(self) -> models.QuerySet[User]:
        """Everyone but stand-ins."""
        return self.exclude(_IS_STAND_IN)

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with this address, however it is capitalised."""
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """A person, known by an e-mail address. Everything they keep is theirs alone."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    # Empty: as the browser asks.
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, default=Theme.SYSTEM)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_in_any_case")]

    def __str__(self) -> str:
        return self.email
