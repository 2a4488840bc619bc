"""Says that someone may have to leave: a session ended, an account was closed or changed its password."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from apps.events import publish

GOODBYE = "goodbye"
_HARMLESS = {"last_login", "language", "theme"}


def mark_of(session_key: str) -> str:
    """What names a session in an event: not enough to use it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:20]


@receiver(post_delete, sender=Session)
def session_ended(instance: Session, **kwargs: object) -> None:
    """Signed out, here or everywhere: the session's row is gone."""
    user_id = str(instance.get_decoded().get(SESSION_KEY, ""))
    if user_id.isdecimal():
        publish(int(user_id), GOODBYE, session=mark_of(instance.session_key))


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def account_changed(
    instance: AbstractBaseUser, created: bool, update_fields: frozenset[str] | None = None, **kwargs: object
) -> None:
    """Perhaps switched off, perhaps with a new password: whoever is signed in as this user is looked at again."""
    if not created and not (update_fields and update_fields <= _HARMLESS):
        publish(instance.pk, GOODBYE)


@receiver(post_delete, sender=settings.AUTH_USER_MODEL)
def account_deleted(instance: AbstractBaseUser, **kwargs: object) -> None:
    publish(instance.pk, GOODBYE)
