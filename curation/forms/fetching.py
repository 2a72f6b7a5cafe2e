"""Adding a source by its URLs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.forms.sources import About

#: URLs of one source; more belong into an archive, or under one prefix of S3.
MOST_URLS = 200


class UrlForm(About):
    urls = forms.CharField(
        label=_("URLs"),
        max_length=200_000,
        widget=forms.Textarea(
            attrs={"rows": 3, "spellcheck": "false", "class": "mono", "inputmode": "url"}
        ),
        help_text=_("One a line. With #sha256=… behind it, a file's bytes are checked."),
        error_messages={"required": _("Write at least one URL.")},
    )
    field_order = ("urls", "format", "licence", "domain")

    def clean_urls(self) -> list[str]:
        text: str = self.cleaned_data["urls"]
        urls = list(dict.fromkeys(filter(None, map(str.strip, text.splitlines()))))
        if len(urls) > MOST_URLS:
            raise forms.ValidationError(
                _("At most %(most)d URLs at once."), params={"most": MOST_URLS}
            )
        return urls

    def about(self) -> dict[str, Any]:
        """The fields as ``add_urls`` takes them."""
        return {name: self.cleaned_data[name] for name in self.field_order}
