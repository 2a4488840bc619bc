"""The pages of this room."""

from django.urls import path

from apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("language/", views.language, name="language"),
]
