"""A file on its way in: what was announced, and how much of it has arrived."""

from __future__ import annotations

import secrets

from django.db import models

from curation.models.corpus import Corpus, Source


def _unguessable() -> str:
    return secrets.token_hex(16)


class Upload(models.Model):
    """A file that is sent in pieces (curation/actions/uploads.py); no source before it is whole."""

    class State(models.TextChoices):
        SENDING = "sending"
        #: All of it is here, and waits for somebody to look at its columns.
        WHOLE = "whole"
        DONE = "done"

    UNFINISHED = (State.SENDING, State.WHOLE)

    public_id = models.CharField(max_length=32, unique=True, default=_unguessable)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="uploads")
    by = models.ForeignKey("curation.User", on_delete=models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=200)
    bytes = models.BigIntegerField()
    #: How the sender knows the file again: its unfinished upload is gone on with.
    fingerprint = models.CharField(max_length=500)
    #: Bytes that are on the disk for good; moved only by who holds the file's lock.
    offset = models.BigIntegerField(default=0)
    format = models.CharField(max_length=16, default="auto")
    licence = models.CharField(max_length=100, blank=True)
    domain = models.CharField(max_length=100, blank=True)
    #: Role -> columns (corpora.ingest.columns).
    columns = models.JSONField(default=dict)
    #: Whether somebody wants to see its first records before it is read.
    look = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENDING)
    #: What it became.
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("corpus", "by", "fingerprint"),
                condition=models.Q(state="sending"),
                name="one_unfinished_upload",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.offset} of {self.bytes}"
