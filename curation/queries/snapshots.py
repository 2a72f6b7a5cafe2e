"""A published snapshot: its manifest, its rows, and what its counts say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from corpora.recipe import Recipe
from curation.models import Corpus, Snapshot, Source
from curation.store import store

#: Drops that no recipe rule stands for, in the order in which decisions apply them.
BEFORE_RULES = ("opt_out", "judgement")
AFTER_RULES = ("exact_duplicate", "near_duplicate")
#: Before those, where the recipe looks for works inside collections.
CONTAINED = "contained"

#: Rows that are decoded at a time in search of one.
_ROWS_AT_A_TIME = 128

#: How many sources or domains one table shows.
GROUPS_SHOWN = 60


@lru_cache(maxsize=32)
def contents(sha256: str) -> Mapping[str, Any]:
    """A manifest by its blob; blobs never change, so it is read once a process."""
    value: dict[str, Any] = store().read_json(sha256)
    return value


def manifest(snapshot: Snapshot) -> Mapping[str, Any]:
    return contents(snapshot.manifest)


def recipe_of(snapshot: Snapshot) -> Recipe:
    """The recipe that the snapshot was made with, as it was then."""
    return recipe_in(snapshot.manifest)


@lru_cache(maxsize=32)
def recipe_in(sha256: str) -> Recipe:
    """The recipe in a manifest; reading it strictly takes longer than much that asks for it."""
    return Recipe.from_json(contents(sha256)["recipe"])


class _Footer(NamedTuple):
    metadata: pq.FileMetaData
    #: Where each row group begins, and where the last one ends.
    starts: npt.NDArray[np.int64]


# Up to a megabyte each, of a part with forty row groups.
@lru_cache(maxsize=16)
def _footer(blob: str) -> _Footer:
    with store().parquet(blob) as file:
        about: Any = file.metadata
    sizes = [about.row_group(number).num_rows for number in range(about.num_row_groups)]
    return _Footer(about, np.cumsum([0, *sizes], dtype=np.int64))


@contextmanager
def _opened(blob: str) -> Iterator[tuple[pq.ParquetFile, npt.NDArray[np.int64]]]:
    """The file of a blob, and where its row groups begin."""
    footer = _footer(blob)
    with store().parquet(blob, footer.metadata) as file:
        yield file, footer.starts


def read_rows(
    blob: str, start: int, stop: int, columns: Sequence[str], *, threads: bool = True
) -> pa.Table:
    """Rows ``start`` to ``stop`` of a role's blob, reading only the row groups they are in.

    ``threads``: False for who has threads of its own; Arrow's would only wait for each other.
    """
    with _opened(blob) as (file, starts):
        groups = np.flatnonzero((starts[:-1] < stop) & (starts[1:] > start)).tolist()
        table = file.read_row_groups(groups, columns=list(columns), use_threads=threads)
    first = int(starts[groups[0]]) if groups else 0
    return table.slice(start - first, stop - start)


def read_row(blob: str, row: int, columns: Sequence[str]) -> dict[str, Any]:
    """One row as a dict. Raises IndexError when there is no such row."""
    values: dict[str, Any] = read_one(blob, row, columns).to_pylist()[0]
    return values


def read_one(blob: str, row: int, columns: Sequence[str]) -> pa.RecordBatch:
    """One row, decoding its row group no further than to it.

    Raises IndexError when there is no such row.
    """
    with _opened(blob) as (file, starts):
        if 0 <= row < starts[-1]:
            group = int(np.searchsorted(starts, row, side="right")) - 1
            place = row - int(starts[group])
            batches = file.iter_batches(
                _ROWS_AT_A_TIME, row_groups=[group], columns=list(columns), use_threads=False
            )
            for batch in batches:
                if place < batch.num_rows:
                    return batch.slice(place, 1)
                place -= batch.num_rows
    raise IndexError(row)


def read_picked(blob: str, rows: Sequence[int], columns: Sequence[str]) -> pa.Table:
    """Some rows of a blob, in the order given; each row group that holds one is read once.

    Raises IndexError when there is no such row.
    """
    if len(rows) == 1:
        return pa.Table.from_batches([read_one(blob, rows[0], columns)])
    with _opened(blob) as (file, starts):
        wanted, back = np.unique(np.array(rows, np.int64), return_inverse=True)
        if len(wanted) and not 0 <= wanted[0] <= wanted[-1] < starts[-1]:
            raise IndexError(wanted[-1] if wanted[0] >= 0 else wanted[0])
        holding = np.searchsorted(starts, wanted, side="right") - 1
        tables = [
            file.read_row_group(group, columns=list(columns)).take(
                wanted[holding == group] - starts[group]
            )
            for group in np.unique(holding).tolist()
        ]
        if not tables:
            return file.schema_arrow.empty_table().select(list(columns))
    return pa.concat_tables(tables).take(back)


def parts_of(snapshot: Snapshot, corpus: Corpus) -> frozenset[int] | None:
    """The positions of the parts that came from a corpus; None when all of them did."""
    if snapshot.corpora.count() <= 1:
        return None
    blobs = _blobs(Source.objects.filter(corpus=corpus))
    parts = manifest(snapshot)["parts"]
    return frozenset(n for n, part in enumerate(parts) if part["documents"] in blobs)


def corpus_of(snapshot: Snapshot, part: int) -> Corpus:
    """The corpus that a part's documents belong to."""
    corpora = list(snapshot.corpora.all())
    blob = manifest(snapshot)["parts"][part]["documents"]
    for corpus in corpora[:-1]:
        if blob in _blobs(Source.objects.filter(corpus=corpus)):
            return corpus
    return corpora[-1]


def corpora_of_parts(snapshot: Snapshot) -> list[str]:
    """The name of the corpus that each part's documents belong to."""
    corpora = list(snapshot.corpora.all())
    names = {
        blob: corpus.name
        for corpus in corpora
        for blob in _blobs(Source.objects.filter(corpus=corpus))
    }
    return [names.get(part["documents"], "") for part in manifest(snapshot)["parts"]]


def _blobs(sources: Iterable[Source]) -> set[str]:
    return {part["documents"] for source in sources for part in source.parts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What one rule took, and what was left after it."""

    rule: str
    documents: int
    #: Of the normalised texts; None in a snapshot made before they were counted.
    characters: int | None
    #: Of all documents that were decided.
    base: int
    left: int


def waterfall(snapshot: Snapshot) -> list[Loss]:
    """Documents lost at each rule, in the order in which rules are asked."""
    counts = snapshot.counts
    base = counts["documents_in"] - counts["failed"]
    characters = counts.get("dropped_characters")
    left, losses = base, []
    for rule in rule_order(snapshot):
        lost = counts["dropped"].get(rule, 0)
        left -= lost
        losses.append(
            Loss(
                rule=rule,
                documents=lost,
                characters=None if characters is None else characters.get(rule, 0),
                base=base,
                left=left,
            )
        )
    return losses


def rule_order(snapshot: Snapshot) -> list[str]:
    """Every reason that can drop a document of this snapshot, in order."""
    recipe = recipe_of(snapshot)
    contained = [CONTAINED] if recipe.dedup.containment else []
    rules = [rule.name for rule in recipe.active_rules]
    order = [*BEFORE_RULES, *rules, *contained, *AFTER_RULES]
    return order + sorted(set(snapshot.counts["dropped"]) - set(order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The documents of one source or domain: how many there are, how many stay."""

    name: str
    documents: int
    kept: int
    characters: int
    kept_characters: int
    tokens: int | None
    #: Characters that were encoded to these tokens: what is kept, after edits.
    encoded_characters: int | None

    @property
    def left_characters(self) -> int:
        """Of what is kept: after edits where it was encoded, else before them."""
        encoded = self.encoded_characters
        return self.kept_characters if encoded is None else encoded

    @property
    def characters_per_token(self) -> float | None:
        if not self.tokens or self.encoded_characters is None:
            return None
        return self.encoded_characters / self.tokens


def groups(snapshot: Snapshot, role: str) -> list[Group]:
    """``role`` is "by_source" or "by_domain"; the largest first."""
    found = [
        Group(
            name=name,
            documents=group.get("documents", 0),
            kept=group.get("kept", 0),
            characters=group.get("characters", 0),
            kept_characters=group.get("kept_characters", 0),
            tokens=group.get("tokens"),
            encoded_characters=group.get("encoded_characters"),
        )
        for name, group in snapshot.counts[role].items()
    ]
    return sorted(found, key=lambda group: (-group.documents, group.name))


def neighbours(snapshot: Snapshot) -> Iterable[Snapshot]:
    """The snapshots of the same corpora, the newest first, a screenful."""
    same = Snapshot.objects.filter(corpora__in=snapshot.corpora.all()).distinct()
    return same.select_related("recipe").order_by("-id")[:20]
