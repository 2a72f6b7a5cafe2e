"""Asking for training shards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from curation.actions.exports import TOKEN_FORMATS
from curation.models import Export, Snapshot, Tokenizer
from curation.queries.exports import recent_snapshots

#: What each format is for, beside its choice.
FORMAT_NOTES = {
    Export.Format.JSONL: _("One document a line, for any tool: id, text and metadata."),
    Export.Format.PARQUET: _("For load_dataset, also streamed over HTTP; small row groups."),
    Export.Format.MEGATRON: _("Token ids for Megatron-LM and GPT-NeoX, with document boundaries."),
}


if TYPE_CHECKING:
    _SnapshotChoice = forms.ModelChoiceField[Snapshot]
else:
    _SnapshotChoice = forms.ModelChoiceField


class SnapshotField(_SnapshotChoice):
    """A snapshot, told by number, corpora, recipe and what it keeps."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Choose a snapshot"))
        super().__init__(queryset=Snapshot.objects.none(), **kwargs)
        self.queryset = recent_snapshots()

    def label_from_instance(self, obj: Snapshot) -> str:
        names = ", ".join(corpus.name for corpus in obj.corpora.all())
        kept = gettext("%(kept)s documents kept") % {"kept": f"{obj.counts['kept']:,}"}
        return f"#{obj.pk} · {names} · {obj.recipe} · {kept}"


class ExportForm(forms.Form):
    snapshot = SnapshotField(label=_("Snapshot"))
    format = forms.ChoiceField(
        label=_("Format"),
        choices=Export.Format.choices,
        initial=Export.Format.JSONL,
        widget=forms.RadioSelect,
    )
    tokenizer = forms.ModelChoiceField(
        label=_("Tokenizer"),
        queryset=Tokenizer.objects.all(),
        required=False,
        empty_label=_("The snapshot's own"),
        help_text=_("Only for formats that hold token ids."),
    )
    seed = forms.IntegerField(
        label=_("Seed of the order"),
        min_value=0,
        max_value=2**63 - 1,
        initial=0,
        help_text=_("The same seed gives the same bytes."),
    )
    shard_mb = forms.IntegerField(
        label=_("Shard size (MB)"),
        min_value=1,
        max_value=1 << 20,
        required=False,
        help_text=_("A shard is closed before it grows over this. Empty: what suits the format."),
    )
    append_eod = forms.BooleanField(
        label=_("End-of-document id after every document"),
        required=False,
        initial=True,
        help_text=_("Megatron only."),
    )
    eod_id = forms.IntegerField(
        label=_("End-of-document id"),
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text=_("Megatron only. Empty: the tokenizer's EOS."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        snapshot = given.get("snapshot")
        tokenizer = given.get("tokenizer") or (snapshot and snapshot.tokenizer)
        if given.get("format") in TOKEN_FORMATS and snapshot and tokenizer is None:
            raise ValidationError(
                {"tokenizer": _("This snapshot has no tokenizer of its own: choose one.")}
            )
        return given

    @property
    def formats(self) -> list[tuple[forms.boundfield.BoundWidget, Any]]:
        """Each format's radio button with what it is for."""
        return [(radio, FORMAT_NOTES[radio.data["value"]]) for radio in self["format"]]

    @property
    def settings(self) -> dict[str, Any]:
        """As corpora.export.settings takes them; what was left empty is left out."""
        given = self.cleaned_data
        settings: dict[str, Any] = {"seed": given["seed"]}
        if given["shard_mb"]:
            settings["shard_bytes"] = given["shard_mb"] << 20
        if given["format"] == Export.Format.MEGATRON:
            settings["append_eod"] = given["append_eod"]
            if given["eod_id"] is not None:
                settings["eod_id"] = given["eod_id"]
        return settings
