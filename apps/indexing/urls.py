"""The addresses of this app's pages."""

from django.urls import path

from apps.indexing import views

app_name = "indexing"
urlpatterns = [
    path("library/<int:pk>/text/", views.text, name="text"),
    path("library/<int:pk>/pages/<int:number>/", views.page_image, name="page_image"),
    path("library/<int:pk>/index-again/", views.again, name="again"),
    path("passages/<int:pk>/", views.passage, name="passage"),
]
