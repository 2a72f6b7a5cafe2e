"""A run and its units: the truth about what was asked, what is running and what is done."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    class Kind(models.TextChoices):
        INGEST = "ingest", _("Ingest")
        CURATE = "curate", _("Curation")
        TRAIN = "train", _("Tokenizer training")
        EXPORT = "export", _("Export")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    ENDED = (State.DONE, State.FAILED, State.CANCELLED)

    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.RUNNING, db_index=True
    )
    corpora = models.ManyToManyField("curation.Corpus", related_name="runs")
    source = models.ForeignKey(
        "curation.Source", null=True, on_delete=models.PROTECT, related_name="runs"
    )
    recipe = models.ForeignKey("curation.Recipe", null=True, on_delete=models.PROTECT)
    tokenizer = models.ForeignKey("curation.Tokenizer", null=True, on_delete=models.PROTECT)
    export = models.ForeignKey(
        "curation.Export", null=True, on_delete=models.PROTECT, related_name="runs"
    )
    #: The plan's arguments, frozen when the run was created (curation/plans.py reads them).
    arguments = models.JSONField()
    #: The plan's stages, in order, and the one it is at ("" before the first).
    stages = models.JSONField()
    stage = models.CharField(max_length=32, blank=True)
    #: False while something that was asked to follow this run has not been begun.
    followed = models.BooleanField(default=True)
    #: Why it is paused or failed, for a person.
    reason = models.TextField(blank=True)
    #: Units of it that may be at work at once; None is as many as there are workers.
    max_workers = models.PositiveSmallIntegerField(null=True)
    #: While it is paused: when the sweep lets it go on; None is when somebody says so.
    resume_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("curation.User", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"run {self.pk} ({self.kind}, {self.state})"

    @property
    def ended(self) -> bool:
        return self.state in self.ENDED

    @property
    def moves(self) -> bool:
        """Whether a page that shows it should look again: it goes on, or something follows."""
        return not self.ended or (self.state == self.State.DONE and not self.followed)

    @property
    def stages_done(self) -> int:
        """How many of its stages it has behind it."""
        return self.stages.index(self.stage) if self.stage in self.stages else 0


class Unit(models.Model):
    """One stage on one part. ``unique (run, stage, part)``; done exactly once."""

    class State(models.TextChoices):
        READY = "ready", _("Waiting")
        LEASED = "leased", _("Working")
        DONE = "done", _("Done")
        GIVEN_UP = "given_up", _("Given up")
        CANCELLED = "cancelled", _("Cancelled")

    TERMINAL = (State.DONE, State.GIVEN_UP, State.CANCELLED)

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="units")
    stage = models.CharField(max_length=32)
    part = models.CharField(max_length=16, blank=True)
    key = models.CharField(max_length=64)
    queue = models.CharField(max_length=16)
    #: corpora.stages.UnitSpec as JSON.
    spec = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    #: Not before this moment (after a failure).
    not_before = models.DateTimeField(null=True)
    #: Fencing: raised at each claim; only the holder of the current one may finish.
    token = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    #: Claims that ended without a word (a killed or frozen worker).
    losses = models.IntegerField(default=0)
    #: Claims that ended with an error of the work itself.
    failures = models.IntegerField(default=0)
    #: corpora.stages.UnitResult as JSON, when done.
    result = models.JSONField(null=True)
    #: True when the store knew the key and nothing was computed.
    known = models.BooleanField(default=False)
    documents_done = models.BigIntegerField(default=0)
    bytes_done = models.BigIntegerField(default=0)
    #: The most that the worker's process held meanwhile, in bytes; 0 when nobody measured.
    memory = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    worker = models.CharField(max_length=100, blank=True)
    #: The worker's process by a name that its machine knows (curation/processes.py).
    process = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("run", "id")
        constraints = (models.UniqueConstraint(fields=("run", "stage", "part"), name="one_unit"),)
        indexes = (models.Index(fields=("state", "lease_until"), name="unit_state_lease"),)

    def __str__(self) -> str:
        return f"{self.stage} {self.part}".strip()
