"""The pages about who is here and how they like it."""

from __future__ import annotations

from typing import cast

from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import models_in_use
from apps.accounts.first_start import OwnerExists, create_owner, read_token, wants_samples
from apps.accounts.forms import SettingsForm, WelcomeForm
from apps.accounts.models import User

A_YEAR = 365 * 24 * 3600


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Makes the owner of a fresh installation and signs them in; a link that was used says how to go on."""
    if not read_token(token):
        return _used_link(request)
    form = WelcomeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "accounts/welcome.html", {"form": form}, status=422 if form.is_bound else 200)
    try:
        owner = create_owner(form.cleaned_data["email"], form.cleaned_data["password"], wants_samples(token))
    except OwnerExists:
        return _used_link(request)
    login(request, owner, backend=site.AUTHENTICATION_BACKENDS[0])
    return redirect(site.LOGIN_REDIRECT_URL)


def _used_link(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/welcome_used.html", {"has_owner": User.objects.people().exists()}, status=404)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Language and theme, which apply at once, and what the site answers with."""
    # A copy: the page of a wrong answer is still drawn as the person likes it.
    user = User.objects.get(pk=cast("User", request.user).pk)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=user)
    if form.is_valid():
        form.save()
        if user.language:
            translation.activate(user.language)
        messages.success(request, _("Saved."))
        return redirect("accounts:settings")
    page = {"form": form, "embedder": models_in_use.embedder(), "generator": models_in_use.generator()}
    return render(request, "accounts/settings.html", page, status=422 if form.is_bound else 200)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Changes the language at once: for the user when one is signed in, and for this browser."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if allowed else "/")
    if code not in dict(site.LANGUAGES):
        return response
    response.set_cookie(
        site.LANGUAGE_COOKIE_NAME, code, A_YEAR, secure=site.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=code)
    return response
