"""Saving a recipe."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.actions.recipes import LONGEST
from curation.models.corpus import name_validator


class RecipeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=64, validators=[name_validator])
    comment = forms.CharField(label=_("What changed, and why"), required=False, max_length=500)
    toml = forms.CharField(
        label=_("Recipe (TOML)"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 32, "spellcheck": "false", "class": "code"}),
    )
