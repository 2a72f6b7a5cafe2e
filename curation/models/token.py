"""Keys for machines: only a hash is kept."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    class Scope(models.TextChoices):
        READ = "read", _("Read corpora, runs and snapshots")
        PULL = "pull", _("Pull exports")
        WRITE = "write", _("Ingest, run and export")

    user = models.ForeignKey("curation.User", on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    #: sha256 of the token; the token itself is shown once.
    hash = models.CharField(max_length=64, unique=True)
    #: Its first characters, to recognise it by.
    prefix = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"
