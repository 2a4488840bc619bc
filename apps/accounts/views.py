"""The pages about who is here and how they like it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Changes the language at once: for the user when one is signed in, for this browser otherwise."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "/")
    response = HttpResponseRedirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
    if not check_for_language(code) or code not in dict(settings.LANGUAGES):
        return response
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    if request.user.is_authenticated:
        request.user.language = code
        request.user.save(update_fields=["language"])
    return response
