"""Who must sign in, and what a signed-in user prefers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect

from apps.core.middleware import Respond


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends who is not signed in to the sign-in page: the whole page, also when only a fragment was asked for."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """A redirect; for HTMX one that the page follows, coming back to that page and not to its fragment."""
        htmx = getattr(request, "htmx", None)
        if not htmx:
            return super().handle_no_permission(request, view_func)
        back = htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(redirect_to_login(back, self.get_login_url(view_func)).url)


def preferences(get_response: Respond) -> Respond:
    """Answers in the user's language; without a choice, in the one the browser asked for."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return answer
