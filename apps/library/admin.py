"""Documents for who runs the site: how many, in which state and why; never what they say or are called."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.core.admin import LookOnly
from apps.library.models import Document


@admin.register(Document)
class DocumentAdmin(LookOnly):
    """A list only: a page of one document would be named by its title."""

    list_display = ("pk", "owner", "kind", "state", "reason", "progress", "pages", "passages", "updated_at", "in_trash")
    list_display_links = None
    list_filter = ("state", "kind", "reason", ("trashed_at", admin.EmptyFieldListFilter), "updated_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email",)
    search_help_text = _("E-mail address of the owner")
    date_hierarchy = "updated_at"
    ordering = ("-updated_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).defer("title")

    @admin.display(description=_("pages"), ordering="page_count")
    def pages(self, document: Document) -> int | None:
        return document.page_count

    @admin.display(description=_("passages"), ordering="passage_count")
    def passages(self, document: Document) -> int:
        return document.passage_count

    @admin.display(description=_("in the trash"), boolean=True, ordering="trashed_at")
    def in_trash(self, document: Document) -> bool:
        return document.trashed_at is not None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404
