"""Entering an opt-out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from curation.actions.opt_outs import OptOutRefused, checked
from curation.models import OptOut


class OptOutForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=OptOut.Kind.choices)
    value = forms.CharField(
        label=_("Value"),
        max_length=2000,
        help_text=_("A document's id, a host such as www.example.jp, or the beginning of a URL."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        help_text=_("Who asked, when, and where that is filed."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "kind" in given and "value" in given:
            try:
                given["value"] = checked(given["kind"], given["value"])
            except OptOutRefused as error:
                raise ValidationError({"value": str(error)}) from error
        return given
