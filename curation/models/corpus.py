"""A corpus and the sources it is made of."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

#: What a corpus (or recipe, tokenizer, queue) may be called: safe in a URL and a file name.
name_validator = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{0,63}\Z",
    _("Use 1 to 64 lower-case letters, digits, '.', '_' or '-'; begin with a letter or digit."),
)


class Corpus(models.Model):
    name = models.CharField(max_length=64, unique=True, validators=[name_validator])
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    licence = models.CharField(max_length=100, blank=True)
    domain = models.CharField(max_length=100, blank=True)
    #: The published snapshot; changed only by a compare-and-swap.
    head = models.ForeignKey(
        "curation.Snapshot", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: The tokenizer that runs over this corpus use, once there is one.
    tokenizer = models.ForeignKey(
        "curation.Tokenizer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_by = models.ForeignKey("curation.User", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "corpora"

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """What was brought in at one time: an upload, paths under an allowed root, or URLs."""

    class Kind(models.TextChoices):
        UPLOAD = "upload", _("Upload")
        PATH = "path", _("Server path")
        URL = "url", _("URL")

    corpus = models.ForeignKey(Corpus, on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    #: The upload's file name, or the paths or URLs as given.
    location = models.TextField()
    #: sha256 of an uploaded file: the same upload twice is the same source.
    blob = models.CharField(max_length=64, blank=True)
    bytes = models.BigIntegerField(default=0)
    format = models.CharField(max_length=16, default="auto")
    licence = models.CharField(max_length=100, blank=True)
    domain = models.CharField(max_length=100, blank=True)
    #: Filled when its run is done: [{"documents": blob, "rows": n}], in order.
    parts = models.JSONField(default=list)
    #: Blobs of the account: files read, and records that never became documents.
    files = models.JSONField(default=list)
    quarantine = models.JSONField(default=list)
    #: Blobs of the records of what was fetched: from where, when, with which hash.
    fetched = models.JSONField(default=list)
    documents = models.BigIntegerField(default=0)
    characters = models.BigIntegerField(default=0)
    #: {reason: records}
    quarantined = models.JSONField(default=dict)
    file_count = models.IntegerField(default=0)
    file_errors = models.IntegerField(default=0)
    ready = models.BooleanField(default=False)
    created_by = models.ForeignKey("curation.User", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("corpus", "blob", "location"),
                condition=~models.Q(blob=""),
                name="one_source_per_upload",
            ),
        )

    def __str__(self) -> str:
        return f"{self.corpus.name}: {self.location}"

    @property
    def permission(self) -> str:
        """The action (curation.permissions) that adding it, and having it read again, is.

        What the server reads with rights of its own is not for everyone who may add a source.
        """
        own_rights = self.kind == self.Kind.PATH or "s3://" in self.location.lower()
        return "source.add_path" if own_rights else "source.add"
