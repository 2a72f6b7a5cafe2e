"""Asking what is near a text."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.actions.questions import LONGEST


class NearForm(forms.Form):
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "lang": "ja", "spellcheck": "false"}),
        help_text=_(
            "An evaluation item, a passage somebody asks about, a suspected copy: "
            "at least a sentence."
        ),
    )
