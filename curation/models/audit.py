"""Who did what, when: written with the change it speaks of."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey("curation.User", null=True, on_delete=models.PROTECT)
    action = models.CharField(max_length=64)
    target = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        # Who pulled this export is asked at each view of it and at each pull.
        indexes = (models.Index(fields=("target", "action", "at"), name="audit_target"),)

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
