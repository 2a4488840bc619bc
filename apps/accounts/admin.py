"""Who may come in, as staff see it; and one door to the admin, the one that counts failed attempts."""

from __future__ import annotations

from typing import Any

from allauth.account import admin as allauth_admin
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new person, known by an address."""

    class Meta:
        model = User
        fields = ("email",)

    def clean_email(self) -> str:
        """The address as it is kept: in lower case."""
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    """People by their address. Nothing of what they keep is shown."""

    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("email", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("user_permissions",)
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("What they may do"), {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)


def sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
    """The admin's own sign-in form counts no failures: visitors go to the site's; for others there is no admin."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
    if not admin.site.has_permission(request):
        raise Http404
    return redirect("admin:index")


admin.site.login = sign_in  # type: ignore[assignment]
admin.site.site_title = admin.site.site_header = "DocuMind"
admin.site.index_title = _("Administration")
admin.site.unregister([Group, allauth_admin.EmailAddress])
