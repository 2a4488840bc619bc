"""The one way a user's rows are read."""

from __future__ import annotations

from typing import Self, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models

Row = TypeVar("Row", bound=models.Model, covariant=True)


class OwnedQuerySet(models.QuerySet[Row, Row]):
    """Rows that belong to one user. Every read for a user starts with `visible_to`."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The rows this user may see: their own; none when nobody is signed in."""
        return self.none() if user.pk is None else self.filter(owner_id=user.pk)
