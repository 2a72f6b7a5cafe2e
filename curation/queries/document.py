"""Everything there is to know about one document of a snapshot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import QuerySet

from corpora.ingest.weighing import CONFIDENCE
from corpora.recipe import Recipe
from corpora.text_spans import apply_edits, edits_by_row
from curation.models import Comment, Export, Judgement, Snapshot
from curation.queries.measured import row_of_columns
from curation.queries.places import Place, row_of
from curation.queries.ruby import listed_ruby
from curation.queries.segments import Span
from curation.queries.snapshots import contents, manifest, read_one, read_row, recipe_in
from curation.store import store

#: Members of a cluster that a page lists.
MEMBERS_SHOWN = 100
#: What people said that a page lists.
HISTORY_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule and how the document did."""

    rule: str
    signal: str
    value: float | None
    min: float | None
    max: float | None
    failed: bool
    #: The first failing rule: the one that the verdict names.
    decisive: bool
    #: Switched off in the recipe: measured, not asked.
    enabled: bool

    @property
    def margin(self) -> float | None:
        """How far inside (positive) or outside (negative) the nearest limit the value is."""
        if self.value is None:
            return None
        gaps = []
        if self.min is not None:
            gaps.append(self.value - self.min)
        if self.max is not None:
            gaps.append(self.max - self.value)
        return min(gaps) if gaps else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Another document of the same cluster."""

    id: str
    place: Place
    #: Verified against some member it is paired with; None when only joined through others.
    jaccard: float | None
    keeper: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detail:
    """Itself the key of what is worked out of it and kept for a moment."""

    place: Place
    #: The documents role's columns, text aside.
    fields: Mapping[str, Any]
    metadata: Mapping[str, Any]
    #: As ingest kept it, see curation.queries.ruby.
    ruby: Sequence[Any]
    #: The blob of the documents role.
    blob: str
    text: str
    #: After edits; None when the document is dropped.
    final: str | None
    decision: Mapping[str, Any]
    rules: list[RuleLine]
    signals: dict[str, float | None]
    edits: list[Span]
    #: What stands in the place of each.
    replacements: list[str]
    evidence: list[Span]
    tokens: int | None

    @property
    def id(self) -> str:
        return str(self.fields["id"])

    @property
    def stated(self) -> dict[str, Any]:
        """The metadata for people that is not shown elsewhere: of ruby how many there are."""
        said = {name: value for name, value in self.metadata.items() if name != CONFIDENCE}
        ruby = self.metadata.get("ruby")
        if self.ruby and isinstance(ruby, dict):
            said["ruby"] = ruby.get("count")
        return said

    @property
    def original(self) -> str:
        """As read; from the store when it is asked for: most pages show the normalised text."""
        return _original(self.blob, self.place.row)


@lru_cache(maxsize=8)
def _original(blob: str, row: int) -> str:
    return read_row(blob, row, ["text"])["text"] or ""


_ABOUT = (
    "id", "text_hash", "source", "locator", "url", "host", "title", "date", "licence", "domain",
    "sensitivity", "language", "encoding", "format", "metadata",
)  # fmt: skip
_DECISION = ("verdict", "rule", "value", "limit", "rules", "evidence", "cluster", "keeper")


def detail(snapshot: Snapshot, place: Place) -> Detail:
    """Read one row of every role. Raises IndexError when the place is none of the snapshot's."""
    return _detail(snapshot.manifest, place)


@lru_cache(maxsize=8)
def _detail(sha256: str, place: Place) -> Detail:
    """Kept for a moment: whoever looks at a document turns it over a few times."""
    whole = contents(sha256)
    part = whole["parts"][place.part]
    # What takes long is read side by side: the library that decodes it lets other threads run.
    with ThreadPoolExecutor(2) as readers:
        counted = readers.submit(_tokens, part["tokens"], place.row)
        read = readers.submit(read_row, part["text"], place.row, ["text"])
        fields = read_row(part["documents"], place.row, _ABOUT)
        decision = read_row(part["decisions"], place.row, _DECISION)
    text = read.result()["text"] or ""
    signals = row_of_columns(sha256, row_of(sha256, place))
    edits = _edits(part["edits"], place.row)
    kept = decision["verdict"] == "keep"
    metadata = metadata_of(fields)
    return Detail(
        place=place,
        fields=fields,
        metadata=metadata,
        ruby=listed_ruby(fields, metadata),
        blob=part["documents"],
        text=text,
        final=apply_edits(text, [(e.start, e.end, r) for e, r in edits]) if kept else None,
        decision=decision,
        rules=_rules(recipe_in(sha256), decision, signals),
        signals=signals,
        edits=[span for span, _ in edits],
        replacements=[replacement for _, replacement in edits],
        evidence=[
            Span(kind="evidence", label=e.pop("rule"), **e) for e in decision["evidence"] or ()
        ],
        tokens=counted.result(),
    )


def id_at(snapshot: Snapshot, place: Place) -> str:
    return str(
        read_row(manifest(snapshot)["parts"][place.part]["documents"], place.row, ["id"])["id"]
    )


def metadata_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a document's row says besides its columns."""
    value = orjson.loads(fields["metadata"]) if fields["metadata"] else {}
    return value if isinstance(value, dict) else {}


def _edits(blob: str, row: int) -> list[tuple[Span, str]]:
    """The row's edits in order, each with its replacement."""
    if not blob:
        return []
    table = pq.read_table(store().path(blob), filters=[("row", "=", row)])
    rules = dict(zip(table["start"].to_pylist(), table["rule"].to_pylist(), strict=True))
    return [
        (Span(start=start, end=end, kind="edit", label=rules[start] or ""), replacement)
        for start, end, replacement in edits_by_row(table).get(row, [])
    ]


def _tokens(blob: str, row: int) -> int | None:
    if not blob:
        return None
    return len(_ids(blob, row)) or None


def token_ids(snapshot: Snapshot, place: Place) -> npt.NDArray[np.int32]:
    """The tokens of a document's final text; empty when it has none."""
    return _ids(manifest(snapshot)["parts"][place.part]["tokens"], place.row)


@lru_cache(maxsize=8)
def _ids(blob: str, row: int) -> npt.NDArray[np.int32]:
    if not blob:
        return np.empty(0, np.int32)
    lists: Any = read_one(blob, row, ["tokens"])["tokens"]
    # A copy: the batch that the row lies in is let go.
    return np.array(lists.flatten(), np.int32)


def _rules(
    recipe: Recipe, decision: Mapping[str, Any], signals: Mapping[str, float | None]
) -> list[RuleLine]:
    """The recipe's rules in order; what failed is what decisions wrote, not compared again."""
    failed = set(decision["rules"] or ())
    return [
        RuleLine(
            rule=rule.name,
            signal=rule.signal,
            value=signals.get(rule.signal),
            min=rule.min,
            max=rule.max,
            failed=rule.name in failed,
            decisive=rule.name == decision["rule"],
            enabled=rule.enabled,
        )
        for rule in recipe.rules
    ]


def members(snapshot: Snapshot, found: Detail) -> list[Member]:
    """The other documents of the cluster, the keeper first; at most a page of them."""
    contents = manifest(snapshot)
    cluster = found.decision["cluster"]
    if not cluster or not contents["clusters"]:
        return []
    path = store().path(contents["clusters"])
    columns = ["id", "part", "row"]
    rows = pq.read_table(path, columns=columns, filters=[("cluster", "=", cluster)]).to_pylist()
    keeper = found.decision["keeper"]
    rows.sort(key=lambda row: (row["id"] != keeper, row["part"], row["row"]))
    shown = [row for row in rows if row["id"] != found.id][:MEMBERS_SHOWN]
    known = _jaccards(contents["duplicates"], found.id)
    return [
        Member(
            id=row["id"],
            place=Place(row["part"], row["row"]),
            jaccard=known.get(row["id"]),
            keeper=row["id"] == keeper,
        )
        for row in shown
    ]


def _jaccards(blob: str, document_id: str) -> dict[str, float]:
    """Verified similarity of the document to each it is directly paired with."""
    if not blob:
        return {}
    either = (pc.field("a") == document_id) | (pc.field("b") == document_id)
    pairs = pq.read_table(store().path(blob), filters=either).to_pylist()
    return {
        (pair["b"] if pair["a"] == document_id else pair["a"]): pair["jaccard"] for pair in pairs
    }


def history(document_id: str) -> list[Judgement | Comment]:
    """What people said about it, judgements and comments alike, the newest first."""
    judgements = Judgement.objects.select_related("by", "queue").order_by("-id")
    comments = Comment.objects.select_related("by").order_by("-id")
    said: list[Judgement | Comment] = [
        *judgements.filter(document_id=document_id)[:HISTORY_SHOWN],
        *comments.filter(document_id=document_id)[:HISTORY_SHOWN],
    ]
    return sorted(said, key=lambda word: word.at, reverse=True)[:HISTORY_SHOWN]


def exports_with(snapshot: Snapshot, found: Detail) -> QuerySet[Export]:
    """The finished exports that the document is in: an export holds all that was kept."""
    if not found.final:
        return Export.objects.none()
    return snapshot.exports.exclude(manifest="").order_by("-id")


def windows(length: int, at: int, *, size: int) -> tuple[int, int, int | None, int | None]:
    """Start, end, previous start and next start of the window around ``at``.

    >>> windows(120_000, 60_000, size=50_000)
    (50000, 100000, 0, 100000)
    """
    starts = list(range(0, max(length, 1), size))
    number = max(0, bisect_right(starts, at) - 1)
    edges = [*starts, length]
    begin, end = list(pairwise(edges))[number]
    before = starts[number - 1] if number else None
    after = starts[number + 1] if number + 1 < len(starts) else None
    return begin, end, before, after
