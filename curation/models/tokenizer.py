"""A SentencePiece model in the store."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.models.corpus import name_validator


class Tokenizer(models.Model):
    class Origin(models.TextChoices):
        TRAINED = "trained", _("Trained here")
        IMPORTED = "imported", _("Imported")

    name = models.CharField(max_length=64, unique=True, validators=[name_validator])
    origin = models.CharField(max_length=8, choices=Origin.choices)
    #: sha256 of the .model file in the store.
    blob = models.CharField(max_length=64)
    vocab_size = models.IntegerField()
    #: corpora.tokenization.models.ModelInfo as JSON.
    info = models.JSONField(default=dict)
    #: The snapshot it was trained from.
    snapshot = models.ForeignKey(
        "curation.Snapshot", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by = models.ForeignKey("curation.User", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
