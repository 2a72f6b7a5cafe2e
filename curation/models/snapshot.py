"""A published result of a run: a manifest in the store, mirrored for lists."""

from __future__ import annotations

from django.db import models


class Snapshot(models.Model):
    corpora = models.ManyToManyField("curation.Corpus", related_name="snapshots")
    run = models.OneToOneField("curation.Run", on_delete=models.PROTECT, related_name="snapshot")
    recipe = models.ForeignKey("curation.Recipe", on_delete=models.PROTECT)
    tokenizer = models.ForeignKey(
        "curation.Tokenizer", null=True, on_delete=models.PROTECT, related_name="snapshots"
    )
    #: sha256 of the manifest blob. The same work gives the same manifest.
    manifest = models.CharField(max_length=64, db_index=True)
    #: The manifest's "counts".
    counts = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"snapshot {self.pk}"
