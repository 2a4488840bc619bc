"""The few of allauth's pages that are open here, under the names it expects; each page more would be one to guard."""

from allauth.account import views
from django.conf import settings
from django.urls import path, re_path

from apps.accounts.models import User

urlpatterns = [
    path(
        "login/",
        views.LoginView.as_view(
            extra_context={
                "open_signup": lambda: settings.OPEN_SIGNUP,
                "has_owner": lambda: User.objects.people().exists(),
            }
        ),
        name="account_login",
    ),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
