"""Importing, training and choosing a tokenizer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.forms.exports import SnapshotField
from curation.models import Corpus, Tokenizer
from curation.models.corpus import name_validator

_NAME_HELP = _("Lower-case letters, digits, '.', '_' and '-'; it cannot be changed later.")


class _NamedForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=64, validators=[name_validator], help_text=_NAME_HELP
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Tokenizer.objects.filter(name=name).exists():
            raise forms.ValidationError(_("There is a tokenizer of that name already."))
        return name


class ImportForm(_NamedForm):
    prefix = "import"

    file = forms.FileField(
        label=_("SentencePiece model"),
        help_text=_("A .model file, unigram or BPE. It is loaded in a limited process first."),
        widget=forms.FileInput(attrs={"accept": ".model"}),
    )


class TrainForm(_NamedForm):
    prefix = "train"

    snapshot = SnapshotField(
        label=_("Snapshot"), help_text=_("The text that it keeps, after edits, is trained on.")
    )
    vocab_size = forms.IntegerField(
        label=_("Vocabulary"),
        min_value=300,
        max_value=1_000_000,
        initial=8_000,
        help_text=_("Pieces, byte fallback included. Little text gives fewer."),
    )


class UseForm(forms.Form):
    """Make a tokenizer the one that runs over a corpus use."""

    corpus = forms.ModelChoiceField(
        label=_("Corpus"),
        queryset=Corpus.objects.all(),
        to_field_name="name",
        empty_label=_("Choose a corpus"),
    )
