"""Who may hear what: a channel belongs to one user, and nobody else reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django_eventstream.channelmanager import ChannelManagerBase


def channel_of(user_id: int) -> str:
    """The name of a user's channel."""
    return f"user-{user_id}"


class OwnChannel(ChannelManagerBase):  # type: ignore[misc]
    """django-eventstream's rules: everyone hears their own channel only, and nothing is kept for later."""

    def get_channels_for_request(self, request: HttpRequest, view_kwargs: Mapping[str, Any]) -> set[str]:
        return {channel_of(request.user.pk)} if request.user.is_authenticated else set()

    def can_read_channel(self, user: AbstractBaseUser | AnonymousUser | None, channel: str) -> bool:
        return user is not None and user.is_authenticated and user.is_active and channel == channel_of(user.pk)

    def is_channel_reliable(self, channel: str) -> bool:
        return False
