"""The addresses of this app's pages."""

from django.urls import path

from apps.chat import views, views_gaps, views_threads, views_understanding

app_name = "chat"
urlpatterns = [
    path("", views.home, name="ask"),
    path("ask/", views.new, name="new"),
    path("ask/scope/", views.scope, name="scope"),
    path("conversations/", views.conversations, name="conversations"),
    path("conversations/<int:pk>/", views.conversation, name="conversation"),
    path("conversations/<int:pk>/ask/", views.follow_up, name="follow_up"),
    path("conversations/trash/", views_threads.trashed, name="trash"),
    path("conversations/<int:pk>/trash/", views_threads.move_to_trash, name="move_to_trash"),
    path("conversations/<int:pk>/restore/", views_threads.restore, name="restore"),
    path("conversations/<int:pk>/rename/", views_threads.rename, name="rename"),
    path("answers/<int:pk>/", views.answer, name="answer"),
    path("answers/<int:pk>/feedback/", views_threads.think, name="think"),
    path("answers/<int:pk>/stream/", views.stream, name="stream"),
    path("answers/<int:pk>/stop/", views.stop, name="stop"),
    path("answers/<int:pk>/retry/", views.retry, name="retry"),
    path("answers/<int:pk>/look-for/", views_understanding.look_for, name="look_for"),
    path("answers/<int:pk>/ask-differently/", views_understanding.ask_differently, name="ask_differently"),
    path("citations/<int:pk>/", views.citation, name="citation"),
    path("gaps/", views_gaps.all_gaps, name="gaps"),
    path("gaps/count/", views_gaps.count, name="gaps_count"),
    path("gaps/<int:pk>/let-go/", views_gaps.let_go, name="let_gap_go"),
    path("gaps/<int:pk>/keep/", views_gaps.keep, name="keep_gap"),
]
