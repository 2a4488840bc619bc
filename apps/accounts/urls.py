"""The addresses of this app's pages."""

from django.urls import path

from apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("welcome/<str:token>/", views.welcome, name="welcome"),
    path("settings/", views.settings, name="settings"),
    path("language/", views.language, name="language"),
]
