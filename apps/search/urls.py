"""The pages of this room."""

from django.urls import path

from apps.search import views

app_name = "search"
urlpatterns = [
    path("", views.page, name="page"),
]
