"""What became of each file of an ingest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from corpora.documents import Rejected, document_ids, text_hash
from corpora.ingest.rows import Rows
from corpora.ingest.weighing import CONFIDENCE

#: Gaiji that are told apart in one file; the others are counted together.
_MOST_GAIJI = 500
_OTHERS = "…"
#: Page and line of the printed book, at the end of a description: the same gaiji has many.
_PAGE_AND_LINE = re.compile(r"(?:、|(?<=」))[0-9０-９]+(?:-[上中下])?[-－][0-9０-９]+\Z")


@dataclass(kw_only=True)
class Account:
    """What became of one file."""

    path: str
    bytes: int
    format: str | None = None
    #: Of its first document, with its confidence where it was weighed (corpora.ingest.weighing).
    encoding: str | None = None
    encoding_confidence: float | None = None
    documents: int = 0
    quarantined: int = 0
    #: Quarantined records by reason.
    reasons: dict[str, int] = field(default_factory=dict)
    error: str | None = None
    warning: str | None = None
    #: Records that are no documents and are not meant to be, by kind.
    skipped: dict[str, int] = field(default_factory=dict)
    #: Gaiji that no code is given for, by what the book says of them: {"count": n, "document":
    #: id of the first one that has it, "title": its title}.
    unresolved_gaiji: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Where the bytes lie, of a file that several units read (corpora.ingest.shares).
    share: list[int] | None = None

    @classmethod
    def of(cls, file: Mapping[str, Any]) -> Account:
        """The account of a scanned file of which nothing is read yet."""
        share = file.get("share")
        size = share[1] - share[0] if share else file["bytes"]
        return cls(path=file["source"], bytes=size, share=share)

    def to_json(self) -> dict[str, Any]:
        # Not dataclasses.asdict, which copies everything within: there is one for every file.
        value = dict(vars(self))
        if self.share is None:
            del value["share"]
        return value

    def count(self, outcome: Rows | Rejected, name: str) -> None:
        """``name`` is the file's name in the corpus: what the documents' ids are made of."""
        if isinstance(outcome, Rejected):
            self.quarantined += 1
            self.reasons[outcome.reason] = self.reasons.get(outcome.reason, 0) + 1
            return
        if self.encoding is None:
            self.encoding = outcome.columns["encoding"][0]
            self.encoding_confidence = orjson.loads(outcome.columns["metadata"][0]).get(CONFIDENCE)
        self.documents += len(outcome)
        for place, format in enumerate(outcome.columns["format"]):
            if format == "aozora":
                self._count_gaiji(outcome[place : place + 1], name)

    def _count_gaiji(self, work: Rows, name: str) -> None:
        metadata = orjson.loads(work.columns["metadata"][0])
        for description in metadata["gaiji"]["unresolved"]:
            kind = _PAGE_AND_LINE.sub("", description)
            if kind not in self.unresolved_gaiji and len(self.unresolved_gaiji) >= _MOST_GAIJI:
                kind = _OTHERS
            found = self.unresolved_gaiji.get(kind)
            if found is None:
                locators, texts = work.columns["locator"], work.texts
                (first,) = document_ids(
                    name=name, locators=locators, hashes=list(map(text_hash, texts))
                )
                found = {"count": 0, "document": first, "title": work.columns["title"][0]}
                self.unresolved_gaiji[kind] = found
            found["count"] += 1


def joined(accounts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Accounts of files, those of the shares of one file as one.

    A "rate" is in bytes a second; of several, that of all their bytes.
    """
    found: list[dict[str, Any]] = []
    #: By path: which of them it is, and where its shares begin. A path may be given twice.
    whole: dict[str, tuple[int, set[int]]] = {}
    for account in accounts:
        one = dict(account)
        share = one.pop("share", None)
        place, begins = whole.get(one["path"], (0, set()))
        if share and begins and share[0] not in begins:
            found[place] = _together(found[place], one)
            begins.add(share[0])
            continue
        if share:
            whole[one["path"]] = len(found), {share[0]}
        found.append(one)
    return found


def _together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {**one}
    for name in ("bytes", "documents", "quarantined"):
        both[name] = one[name] + other[name]
    for name in ("reasons", "skipped"):
        both[name] = dict(sorted((Counter(one[name]) + Counter(other[name])).items()))
    both["format"] = one["format"] or other["format"]
    first = one if one["encoding"] else other
    both |= {name: first.get(name) for name in ("encoding", "encoding_confidence")}
    for name in ("error", "warning"):
        said = dict.fromkeys(filter(None, (one[name], other[name])))
        both[name] = "; ".join(said) or None
    if "rate" in one:
        both["rate"] = _rate(one, other)
    return both


def _rate(one: Mapping[str, Any], other: Mapping[str, Any]) -> float | None:
    if not one["rate"] or not other["rate"]:
        return None
    seconds: float = sum(account["bytes"] / account["rate"] for account in (one, other))
    return (int(one["bytes"]) + int(other["bytes"])) / seconds
