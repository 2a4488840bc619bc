"""Where each app's pages begin."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("apps.chat.urls")),
    path("library/", include("apps.library.urls")),
    path("", include("apps.indexing.urls")),
    path("search/", include("apps.search.urls")),
    path("", include("apps.accounts.urls")),
    path("account/", include("apps.accounts.doors")),
    path(settings.ADMIN_PATH, admin.site.urls),
]

handler400 = "apps.core.errors.bad_request"
handler403 = "apps.core.errors.forbidden"
handler404 = "apps.core.errors.not_found"
handler500 = "apps.core.errors.server_error"
