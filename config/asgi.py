"""The ASGI application: the event stream beside Django."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
django_application = get_asgi_application()

# Only once Django is set up.
from apps.events.stream import event_stream  # noqa: E402
from apps.search.warming import warm_up_beside  # noqa: E402

warm_up_beside()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Long streams of events go past Django, which would keep a thread and a connection for each of them."""
    if scope["type"] == "http" and scope["path"] == "/events/":
        await event_stream(scope, receive, send)
    else:
        await django_application(scope, receive, send)
