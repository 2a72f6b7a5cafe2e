"""What may be asked of, and said about, one document."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.models import Judgement

VIEWS = ("normalised", "original", "final")


class ReadingForm(forms.Form):
    """Which text is shown, from where on."""

    text = forms.ChoiceField(choices=[(view, view) for view in VIEWS], required=False)
    at = forms.IntegerField(min_value=0, max_value=2**31, required=False)


class JudgementForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=[
            (verdict.value, verdict.label)
            for verdict in (
                Judgement.Verdict.KEEP,
                Judgement.Verdict.DROP,
                Judgement.Verdict.WITHDRAWN,
            )
        ]
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=1000)
