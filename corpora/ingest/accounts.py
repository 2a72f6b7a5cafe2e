"""What became of each file of an ingest."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpora.documents import Rejected
from corpora.ingest.rows import Rows


@dataclass(kw_only=True)
class Account:
    """What became of one file."""

    path: str
    bytes: int
    format: str | None = None
    #: Of its first document.
    encoding: str | None = None
    documents: int = 0
    quarantined: int = 0
    #: Quarantined records by reason.
    reasons: dict[str, int] = field(default_factory=dict)
    error: str | None = None
    warning: str | None = None
    #: Records that are no documents and are not meant to be, by kind.
    skipped: dict[str, int] = field(default_factory=dict)

    def count(self, outcome: Rows | Rejected) -> None:
        if isinstance(outcome, Rejected):
            self.quarantined += 1
            self.reasons[outcome.reason] = self.reasons.get(outcome.reason, 0) + 1
            return
        self.documents += len(outcome)
        self.encoding = self.encoding or outcome.columns["encoding"][0]
