"""A verdict as the review page sends it."""

from __future__ import annotations

from django import forms

from curation.models import Judgement


class VerdictForm(forms.Form):
    item = forms.IntegerField(min_value=1)
    #: The item's version when it was shown.
    version = forms.IntegerField(min_value=0)
    verdict = forms.ChoiceField(
        choices=[
            (verdict.value, verdict.label)
            for verdict in Judgement.Verdict
            if verdict != Judgement.Verdict.WITHDRAWN
        ]
    )
    note = forms.CharField(required=False, max_length=1000)
    #: Ids of the items that the page holds already, separated by commas.
    held = forms.RegexField(regex=r"^(\d{1,12},){0,12}(\d{1,12})?\Z", required=False)

    def held_ids(self) -> list[int]:
        return [int(text) for text in self.cleaned_data["held"].split(",") if text]
