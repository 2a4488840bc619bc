"""What a page says when there is none: in the reader's language, and what to do.

Nothing here may need the database or the session: they may be what failed.
"""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_SECONDS = 5


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for a body larger than is read."""
    return _page(413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: this person may not do that."""
    return _page(403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form from a page that was open too long, or from another site."""
    return _page(403, "csrf_failure.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same, byte for byte, for what is not there and for what is not yours."""
    return _page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 while the database does not answer, which passes by itself."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _page(503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
    return _page(500)


def _page(status: int, template: str = "") -> HttpResponse:
    return HttpResponse(render_to_string(template or f"{status}.html"), status=status)
