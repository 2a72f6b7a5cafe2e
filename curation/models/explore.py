"""What people keep of their exploring: views by name, and judgements of many documents at once."""

from __future__ import annotations

from django.db import models

from curation.models.judgement import Judgement


class SavedView(models.Model):
    """A filter over a corpus's documents under a name; everybody sees it."""

    name = models.CharField(max_length=80)
    #: Where it was saved; it is offered on every snapshot of the same corpora.
    snapshot = models.ForeignKey("curation.Snapshot", on_delete=models.CASCADE)
    #: As the page's URL states it.
    query = models.CharField(max_length=4_000, blank=True)
    owner = models.ForeignKey("curation.User", on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class BulkJudgement(models.Model):
    """One word on everything that a filter found; it can be taken back as a whole."""

    snapshot = models.ForeignKey("curation.Snapshot", on_delete=models.PROTECT)
    #: As Filter.to_query gives it.
    filter = models.JSONField(default=dict)
    verdict = models.CharField(max_length=10, choices=Judgement.Verdict)
    documents = models.IntegerField()
    by = models.ForeignKey("curation.User", on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.verdict} {self.documents}"
