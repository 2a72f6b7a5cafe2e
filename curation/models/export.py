"""Training shards made from a snapshot: immutable once their run is done."""

from __future__ import annotations

from django.db import models


class Export(models.Model):
    class Format(models.TextChoices):
        JSONL = "jsonl", "JSON Lines (zstd)"
        PARQUET = "parquet", "Parquet (Hugging Face)"
        MEGATRON = "megatron", "Megatron-LM .bin/.idx"

    snapshot = models.ForeignKey(
        "curation.Snapshot", on_delete=models.PROTECT, related_name="exports"
    )
    format = models.CharField(max_length=12, choices=Format.choices)
    tokenizer = models.ForeignKey("curation.Tokenizer", null=True, on_delete=models.PROTECT)
    settings = models.JSONField(default=dict)
    #: sha256 of manifest.json in the store; empty until its run is done.
    manifest = models.CharField(max_length=64, blank=True)
    #: {file name: {"sha256": …, "bytes": …}}
    files = models.JSONField(default=dict)
    documents = models.BigIntegerField(default=0)
    tokens = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    created_by = models.ForeignKey("curation.User", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"export {self.pk} ({self.format})"

    @property
    def counted_tokens(self) -> int | None:
        """None where nothing counted them: a text format without a tokenizer."""
        return self.tokens if self.tokenizer_id is not None else None
