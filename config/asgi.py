"""The ASGI application: the event stream beside Django."""

import os
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
django.setup(set_prefix=False)

# Only once Django is set up.
from apps.events.stream import event_stream  # noqa: E402
from apps.search.warming import warm_up_beside  # noqa: E402

warm_up_beside()


class OneThreadHandler(ASGIHandler):
    """Django's, with all middleware of a request and its view in one thread.

    As Django would have it, each middleware and each hook of one goes to the request's thread and back: two dozen
    turns that wait for the loop, where a hundred answers are being written (docs/decisions/0010). Views that are
    coroutines still run on the loop.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """Loads the chain for a thread, whatever Django asks for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The response, made in the thread that the request has to itself."""
        return await sync_to_async(self.get_response)(request)


django_application = OneThreadHandler()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Long streams of events go past Django, which would keep a thread and a connection for each of them."""
    if scope["type"] == "http" and scope["path"] == "/events/":
        await event_stream(scope, receive, send)
    else:
        await django_application(scope, receive, send)
