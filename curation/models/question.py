"""A question that a worker of the interactive queue answers ("what is near this text?")."""

from __future__ import annotations

from django.db import models


class Question(models.Model):
    snapshot = models.ForeignKey("curation.Snapshot", on_delete=models.CASCADE)
    text = models.TextField()
    #: None until answered: {"near": [{"id", "part", "row", "jaccard"}]} or {"error": "…"}.
    answer = models.JSONField(null=True)
    asked_by = models.ForeignKey("curation.User", on_delete=models.CASCADE)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"question {self.pk}"
