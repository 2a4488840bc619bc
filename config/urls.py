"""Where each room's pages begin."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("apps.chat.urls")),
    path("library/", include("apps.library.urls")),
    path("", include("apps.indexing.urls")),
    path("search/", include("apps.search.urls")),
    path("", include("apps.accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
]
