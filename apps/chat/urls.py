"""The pages of this room."""

from django.urls import URLPattern

app_name = "chat"
urlpatterns: list[URLPattern] = []
