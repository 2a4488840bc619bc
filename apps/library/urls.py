"""The addresses of this app's pages."""

from django.urls import path

from apps.library import views, views_adding

app_name = "library"
urlpatterns = [
    path("", views.documents, name="list"),
    path("trash/", views.trashed, name="trash"),
    path("upload/", views_adding.upload, name="upload"),
    path("write/", views_adding.write, name="write"),
    path("write/draft/", views_adding.draft, name="new_draft"),
    path("write/preview/", views_adding.preview, name="preview"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/row/", views.row, name="row"),
    path("<int:pk>/edit/", views_adding.write, name="edit"),
    path("<int:pk>/draft/", views_adding.draft, name="draft"),
    path("<int:pk>/original/", views.original, name="original"),
    path("<int:pk>/trash/", views.move_to_trash, name="move_to_trash"),
    path("<int:pk>/restore/", views.restore, name="restore"),
]
