"""What people decided about documents. Judgements are append-only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.models.corpus import name_validator


class ReviewQueue(models.Model):
    """A random sample of what a filter finds in a snapshot, to be judged one by one."""

    corpus = models.ForeignKey("curation.Corpus", on_delete=models.PROTECT, related_name="queues")
    snapshot = models.ForeignKey("curation.Snapshot", on_delete=models.PROTECT)
    name = models.CharField(max_length=64, validators=[name_validator])
    #: The filter as the documents page states it in its URL: {"verdict": …, "rule": …, …}.
    filter = models.JSONField(default=dict)
    seed = models.IntegerField(default=0)
    #: Documents that the filter found, so that a share can be stated.
    population = models.BigIntegerField(default=0)
    created_by = models.ForeignKey("curation.User", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class ReviewItem(models.Model):
    queue = models.ForeignKey(ReviewQueue, on_delete=models.CASCADE, related_name="items")
    position = models.IntegerField()
    document_id = models.CharField(max_length=32)
    part = models.IntegerField()
    row = models.IntegerField()
    #: The judgement that stands for this item; null while open or undone.
    judgement = models.ForeignKey(
        "curation.Judgement", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Raised with every change, so that a stale page is refused instead of winning.
    version = models.IntegerField(default=0)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("queue", "position"), name="one_item_position"),
        )

    def __str__(self) -> str:
        return f"{self.queue_id}/{self.position}"


class Judgement(models.Model):
    """One person's word on one document. The latest by any person stands."""

    class Verdict(models.TextChoices):
        KEEP = "keep", _("Keep")
        DROP = "drop", _("Drop")
        #: Of its copies this one, as long as it fails no rule. "keep" overrules the rules, too.
        PREFER = "prefer", _("Keep of its copies")
        SKIP = "skip", _("Skip")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    corpus = models.ForeignKey("curation.Corpus", on_delete=models.PROTECT)
    document_id = models.CharField(max_length=32, db_index=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    note = models.CharField(max_length=1000, blank=True)
    queue = models.ForeignKey(ReviewQueue, null=True, on_delete=models.SET_NULL)
    #: One of many that were judged at once; its undoing is part of it, too.
    bulk = models.ForeignKey("curation.BulkJudgement", null=True, on_delete=models.PROTECT)
    by = models.ForeignKey("curation.User", on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("corpus", "document_id", "id"), name="judgement_latest"),)

    def __str__(self) -> str:
        return f"{self.document_id}: {self.verdict}"


class PairVerdict(models.Model):
    """One person's word on two documents. The latest by any person stands; append-only."""

    class Verdict(models.TextChoices):
        APART = "apart", _("Not duplicates")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    #: The smaller id and its corpus, then the greater one and its own.
    first = models.CharField(max_length=32)
    first_corpus = models.ForeignKey("curation.Corpus", on_delete=models.PROTECT, related_name="+")
    second = models.CharField(max_length=32, db_index=True)
    second_corpus = models.ForeignKey("curation.Corpus", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey("curation.User", on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("first", "second", "id"), name="pair_latest"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="pair_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.first}, {self.second}: {self.verdict}"


class Comment(models.Model):
    """What somebody wrote about a document without deciding anything; append-only.

    No judgement, so that nothing that asks for the latest judgement can ever see one.
    """

    LONGEST = 2_000

    corpus = models.ForeignKey("curation.Corpus", on_delete=models.PROTECT)
    document_id = models.CharField(max_length=32, db_index=True)
    text = models.CharField(max_length=LONGEST)
    by = models.ForeignKey("curation.User", on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.document_id}: {self.text[:40]}"


class OptOut(models.Model):
    """A document, host or URL prefix that must not be in any training data from now on."""

    class Kind(models.TextChoices):
        ID = "id", _("Document")
        HOST = "host", _("Host")
        URL = "url", _("URL prefix")

    kind = models.CharField(max_length=4, choices=Kind.choices)
    value = models.CharField(max_length=2000)
    reason = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey("curation.User", on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"
