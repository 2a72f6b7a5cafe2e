"""Upkeep that somebody asked for: checks and collections, how far they came and what they found."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Chore(models.Model):
    class Kind(models.TextChoices):
        CHECK = "check", _("Check")
        CHECK_DEEP = "check-deep", _("Deep check")
        COLLECT_DRY = "collect-dry", _("Trial collection")
        COLLECT = "collect", _("Collection")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    asked_by = models.ForeignKey("curation.User", null=True, on_delete=models.PROTECT)
    asked_at = models.DateTimeField(auto_now_add=True)
    #: Null until somebody has begun.
    started_at = models.DateTimeField(null=True)
    #: The last sign of life of whoever does it.
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: Meanwhile: {"what": …, "done": n, "total": n or None}.
    progress = models.JSONField(default=dict)
    #: When it came to its end: what ``manage.py fsck --json`` or ``gc --json`` says.
    result = models.JSONField(null=True)
    #: Why it came to no good end.
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
