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
    """One word on everything that a filter found; it can be taken back as a whole.

    What is asked of many documents is done piece by piece (curation/actions/bulk.py): how far it
    came moves in the transaction that writes the judgements.
    """

    class State(models.TextChoices):
        JUDGING = "judging"
        DONE = "done"
        #: By a person or an error: what was written stands.
        STOPPED = "stopped"
        UNDOING = "undoing"
        UNDONE = "undone"

    UNDER_WAY = (State.JUDGING, State.UNDOING)
    STANDING = (State.DONE, State.STOPPED)

    snapshot = models.ForeignKey("curation.Snapshot", on_delete=models.PROTECT)
    #: As Filter.to_query gives it.
    filter = models.JSONField(default=dict)
    verdict = models.CharField(max_length=10, choices=Judgement.Verdict)
    documents = models.IntegerField()
    by = models.ForeignKey("curation.User", on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.JUDGING, db_index=True
    )
    #: Fencing: raised at each turn of a worker; only who holds the current one may write.
    token = models.IntegerField(default=0)
    #: The newest judgement when it was asked for: a later one is a later word, and stands.
    since = models.BigIntegerField(default=0)
    #: Its own last judgement, once it is being undone: what undoing writes is behind it.
    until = models.BigIntegerField(default=0)
    #: Judging: the first row of the snapshot that is left. Undoing: the last judgement so far.
    position = models.BigIntegerField(default=0)
    #: Documents, or judgements to be undone, that are gone through.
    done = models.IntegerField(default=0)
    #: Judgements that were written, and those that were taken back.
    judged = models.IntegerField(default=0)
    undone = models.IntegerField(default=0)
    #: When a worker began with it, and its last sign of life; by the database's clock.
    began_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    #: Why it stopped, for a person; "" when a person stopped it.
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.verdict} {self.documents}"

    @property
    def standing(self) -> int:
        """Judgements that were not taken back."""
        return self.judged - self.undone

    @property
    def spared(self) -> int:
        """Documents on which a later word was said."""
        return self.done - self.judged
