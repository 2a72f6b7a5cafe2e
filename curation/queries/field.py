"""A snapshot's documents as arrays, with what people say of them now."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256 as hash_of
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpora.arrays import put_array, read_array
from corpora.decisions.choice import Members, ranks_of
from corpora.decisions.keepers import part_offsets, read_clusters
from corpora.decisions.packed import Bits, Documents, People, pack, scattered
from corpora.decisions.pairs import inside_of, with_lone
from corpora.decisions.people import OptOuts
from corpora.recipe import Recipe, Rule
from corpora.rules import Column, Limits, Mask
from curation.models import Snapshot
from curation.queries import judgements, opt_outs
from curation.queries.snapshots import contents, corpora_of_parts
from curation.store import store

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """A snapshot's documents as arrays, rows in part order."""

    #: The manifest.
    sha256: str
    #: The corpus of each part.
    corpora: Sequence[str]
    #: Where each part begins.
    offsets: Integers
    documents: Documents
    people: People

    @property
    def rows(self) -> int:
        return self.documents.rows

    @property
    def columns(self) -> Mapping[str, Column]:
        return self.documents.columns

    def limits(self, recipe: Recipe) -> list[Limits]:
        """The rules that decide; those whose signal was not measured here say nothing."""
        return [limits(rule) for rule in recipe.active_rules if rule.signal in self.columns]

    def ranks(self, recipe: Recipe) -> tuple[int, ...]:
        """One a part; none where the recipe prefers no corpus."""
        prefer = recipe.dedup.prefer
        return tuple(ranks_of(self.corpora, prefer)) if prefer else ()


def limits(rule: Rule) -> Limits:
    return Limits(name=rule.name, signal=rule.signal, min=rule.min, max=rule.max)


def field(snapshot: Snapshot) -> Field:
    """The snapshot with what people say of it now."""
    said = judgements.standing(snapshot.corpora.all())
    out = opt_outs.standing()
    offsets, documents = measured(snapshot.manifest)
    return Field(
        sha256=snapshot.manifest,
        corpora=corpora_of_parts(snapshot),
        offsets=offsets,
        documents=documents,
        people=_people(
            snapshot.manifest,
            tuple(said.items()),
            tuple((kind, tuple(values)) for kind, values in out.items()),
        ),
    )


# A snapshot's remembered limits and members take up to 150 MB at 10 million documents.
@lru_cache(maxsize=2)
def measured(sha256: str) -> tuple[Integers, Documents]:
    """Where each part begins, and the documents as columns mapped into memory."""
    value = contents(sha256)
    offsets = part_offsets(store(), [part["documents"] for part in value["parts"]])
    rows = sum(part["rows"] for part in value["parts"])
    columns = {name: read_array(store(), blob) for name, blob in value["columns"].items()}
    members, inside = None, None
    if pairs := value.get("contained", ""):
        clusters = with_lone(store(), read_clusters(store(), value["clusters"]), pairs)
        members = _members(clusters, offsets)
        inside = inside_of(store(), pairs, members, offsets)
    elif value["clusters"]:
        names = ["part", "row", "cluster", "exact"]
        members = _members(store().read_table(value["clusters"], columns=names), offsets)
    # A million members' names were read to be numbered; numbers are all that stays.
    pa.default_memory_pool().release_unused()
    return offsets, Documents(columns, rows, offsets, members, inside)


def _members(clusters: pa.Table, offsets: Integers) -> Members:
    """What keepers.members_of gives, but for the numbers' order; no Python object a member.

    ``clusters`` may come in any order: numbers are quicker to sort than names.
    """
    parts: Any = clusters["part"].to_numpy()
    rows: Any = clusters["row"].to_numpy()
    where = offsets[parts] + rows if len(parts) else np.zeros(0, np.int64)
    order = np.argsort(where, kind="stable")
    return Members(
        rows=where[order],
        clusters=_codes(clusters["cluster"])[order],
        exacts=_codes(clusters["exact"])[order],
        ranks=np.zeros(len(parts), np.int64),
    )


def _codes(values: Any) -> Integers:
    """Equal values as equal numbers; a null is like no other."""
    encoded = values.combine_chunks().dictionary_encode()
    found: Integers = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    found = found.astype(np.int64)
    nulls = np.flatnonzero(found < 0)
    found[nulls] = len(encoded.dictionary) + nulls
    return found


# -- what people say --------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _people(
    sha256: str,
    said: tuple[tuple[str, str], ...],
    out: tuple[tuple[str, tuple[str, ...]], ...],
) -> People:
    """What people decided; cached, for a slider asks again and again."""
    _, documents = measured(sha256)
    sides: dict[str, list[int]] = {"keep": [], "drop": [], "prefer": []}
    rows = _found(sha256, [name for name, _ in said])
    for name, verdict in said:
        if name in rows:
            sides[verdict].append(rows[name])
    return People(
        opted_out=_opted_out(sha256, out),
        judged_drop=_bits(documents.rows, sides["drop"]),
        judged_keep=_bits(documents.rows, sides["keep"]),
        preferred=_bits(documents.rows, sides["prefer"]),
    )


def _bits(rows: int, where: Iterable[int]) -> Bits:
    return scattered(rows, np.array(sorted(where), np.int64))


@lru_cache(maxsize=4)
def _opted_out(sha256: str, out: tuple[tuple[str, tuple[str, ...]], ...]) -> Bits:
    _, documents = measured(sha256)
    opted = OptOuts.from_params(dict(out))
    found = _bits(documents.rows, _found(sha256, opted.ids).values())
    if opted.hosts or opted.urls:
        found |= pack(_named(sha256, opted))
    return found


#: Manifest -> document id -> row, of those that somebody spoke of; −1 for one that is not there.
_located: dict[str, dict[str, int]] = {}


def _found(sha256: str, ids: Iterable[str]) -> dict[str, int]:
    """The rows of those documents that are there. Each is looked up once a process."""
    if len(_located) > _MOST_LOCATED:
        _located.clear()
    known = _located.setdefault(sha256, {})
    wanted = list(ids)
    missing = sorted({one for one in wanted if one not in known})
    if missing:
        known.update(dict.fromkeys(missing, -1) | _looked_up(sha256, missing))
    return {one: known[one] for one in wanted if known[one] >= 0}


_MOST_LOCATED = 8


def _looked_up(sha256: str, ids: list[str]) -> dict[str, int]:
    """``ids`` are sorted, like the index: only row groups that may have one are read."""
    offsets, _ = measured(sha256)
    rows: dict[str, int] = {}
    with store().parquet(contents(sha256)["index"]) as file:
        place = file.schema_arrow.get_field_index("id")
        for number in range(file.metadata.num_row_groups):
            known: Any = file.metadata.row_group(number).column(place).statistics
            if known is not None and known.has_min_max:
                at = bisect_left(ids, known.min)
                if at == len(ids) or ids[at] > known.max:
                    continue
            table: Any = file.read_row_group(number, columns=["id", "part", "row"])
            table = table.filter(pc.is_in(table["id"], value_set=pa.array(ids)))
            parts: Any = table["part"].to_numpy()
            found = offsets[parts] + table["row"].to_numpy()
            rows.update(zip(table["id"].to_pylist(), found.tolist(), strict=True))
    return rows


def _named(sha256: str, opted: OptOuts) -> Mask:
    """Rows whose host or URL is opted out."""
    masks = [
        opted.mask(store().read_table(part["documents"], columns=["id", "host", "url"]))
        for part in contents(sha256)["parts"]
    ]
    found: Mask = np.concatenate(masks)
    return found


# -- sources and domains ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Which source and domain each document is of."""

    #: (source, domain) by number; "" for no domain.
    names: list[tuple[str, str]]
    #: The number of each document.
    codes: npt.NDArray[np.uint16]


@lru_cache(maxsize=4)
def groups(sha256: str) -> Groups:
    """Read once a snapshot, and kept in the store: the domains are strings in every part."""
    key = hash_of(f"studio.groups:{sha256}".encode()).hexdigest()
    known = store().lookup(key)
    if known is None or not store().has(known["outputs"]["codes"]):
        given, codes = _grouped(contents(sha256)["parts"])
        known = {"outputs": {"codes": put_array(store(), codes)}, "counts": {"names": given}}
        store().record(key, known)
        pa.default_memory_pool().release_unused()
    names = [(source, domain) for source, domain in known["counts"]["names"]]
    return Groups(names=names, codes=read_array(store(), known["outputs"]["codes"]))


def _grouped(parts: Sequence[Mapping[str, Any]]) -> tuple[list[list[str]], Any]:
    numbers: dict[tuple[str, str], int] = {}
    codes = [np.zeros(0, np.uint16)]
    for part in parts:
        domains: Any = store().read_table(part["documents"], columns=["domain"])["domain"]
        encoded = domains.fill_null("").combine_chunks().dictionary_encode()
        # Beyond what two bytes can tell apart, the last number stands for all others.
        own = [
            min(numbers.setdefault((str(part["source"]), domain), len(numbers)), _MOST_GROUPS)
            for domain in encoded.dictionary.to_pylist()
        ]
        codes.append(np.array(own, np.uint16)[encoded.indices.to_numpy()])
    names = [list(name) for name in numbers][: _MOST_GROUPS + 1]
    return names, np.concatenate(codes)


_MOST_GROUPS = 4_000
