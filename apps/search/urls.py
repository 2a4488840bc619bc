"""The addresses of this app's pages."""

from django.urls import path

from apps.search import views

app_name = "search"
urlpatterns = [
    path("", views.page, name="page"),
]
