"""What a page says of a file before it sends it in pieces."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.forms.sources import About


class BeginForm(About):
    name = forms.CharField(label=_("File"), max_length=1_000)
    bytes = forms.IntegerField(label=_("Size"), min_value=0, max_value=2**62)
    fingerprint = forms.CharField(label=_("File"), max_length=500)
    look = forms.BooleanField(required=False)
