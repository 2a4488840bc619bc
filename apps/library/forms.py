"""What the library's pages are sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.library.models import Draft, Revision
from apps.library.writing import TITLE_LENGTH, ArticleRefused, clean_text


class WordsField(forms.CharField):
    """Text as it was typed. What Postgres cannot hold is left out, so that a stray NUL of a paste loses nothing."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\0", "")


class ArticleForm(forms.Form):
    """An article as it stands in the editor. `base` is the number of the revision it was opened from."""

    title = WordsField(
        label=_("Title"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": TITLE_LENGTH, "autocomplete": "off"}),
    )
    text = WordsField(label=_("Text"), required=False, strip=False, widget=forms.Textarea)
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        try:
            return clean_text(self.cleaned_data["text"])
        except ArticleRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    @classmethod
    def opened(cls, revision: Revision | None, draft: Draft | None, title: str = "") -> ArticleForm:
        """The editor as it opens: with the draft if there is one, else with what was last saved, else with `title`."""
        source = draft or revision
        return cls(
            initial={
                "title": source.title if source else title,
                "text": source.text if source else "",
                "base": revision.number if revision else None,
            }
        )


class SavedArticleForm(ArticleForm):
    """An article to be saved: it says something."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned["title"].strip() or cleaned["text"].strip()):
            self.add_error("text", _("Write something first."))
        return cleaned
