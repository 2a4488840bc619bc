"""How large the body of a request may be: more than its view takes is refused before anything of it is parsed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

View = TypeVar("View", bound=Callable[..., Any])

# A form without script may send several files at once.
FILES_AT_ONCE = 4
SPARE_BYTES = 1024 * 1024


def takes_files(view: View) -> View:
    """Marks a view that takes uploads; every other one takes a form's worth of text only."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def largest_body() -> int:
    """The most bytes that any request may bring."""
    return FILES_AT_ONCE * int(settings.UPLOAD_BYTES) + SPARE_BYTES


class BodyLimit(MiddlewareMixin):
    """Refuses a body that is larger than its view takes, or that does not say how large it is."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
            return HttpResponse(status=411)
        limit = largest_body() if getattr(view, "takes_files", False) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > limit:
            raise RequestDataTooBig
        return None
