"""Making a review queue from a filter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.actions.review import LARGEST_QUEUE
from curation.models import Corpus, Snapshot
from curation.models.corpus import name_validator


class QueueForm(forms.Form):
    corpus = forms.ModelChoiceField(
        label=_("Corpus"), queryset=Corpus.objects.none(), to_field_name="name", empty_label=None
    )
    name = forms.CharField(label=_("Name"), max_length=64, validators=[name_validator])
    size = forms.IntegerField(
        label=_("Documents"),
        min_value=1,
        max_value=LARGEST_QUEUE,
        help_text=_("20 give a first impression, 400 a share within ±5 points."),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("The same seed draws the same documents."),
    )

    def __init__(self, *args: Any, snapshot: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        corpora = snapshot.corpora.all()
        field = self.fields["corpus"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = corpora
        if len(corpora) == 1:
            field.widget = forms.HiddenInput()
            field.initial = corpora[0].name
