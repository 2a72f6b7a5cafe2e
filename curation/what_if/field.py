"""A snapshot's documents as arrays, with what people say of them now."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256 as hash_of
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpora.arrays import put_array, read_array
from corpora.decisions.choice import Members, ranks_of
from corpora.decisions.keepers import members_of, read_clusters
from corpora.decisions.packed import Documents, People, pack
from corpora.decisions.pairs import inside_of, with_lone
from corpora.decisions.people import OptOuts
from corpora.documents import CLUSTERS
from corpora.kernels.masks import Bits, with_rows
from corpora.rules import Column, Limits, Mask
from curation.models import Corpus, Snapshot
from curation.queries import judgements, opt_outs
from curation.queries.places import located, offsets
from curation.queries.snapshots import contents, corpora_of_parts
from curation.queries.what_if import Settings
from curation.store import store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """A snapshot's documents as arrays, rows in part order."""

    snapshot: Snapshot
    documents: Documents
    people: People
    #: All that an answer depends on but the question.
    state: Hashable

    @property
    def sha256(self) -> str:
        """The manifest."""
        return self.snapshot.manifest

    @property
    def rows(self) -> int:
        return self.documents.rows

    @property
    def columns(self) -> Mapping[str, Column]:
        return self.documents.columns

    def limits(self, settings: Settings) -> list[Limits]:
        """The rules whose signal was measured here; others say nothing."""
        return [rule for rule in settings.rules if rule.signal in self.columns]

    def ranks(self, settings: Settings) -> tuple[int, ...]:
        """One a part; none where no corpus is preferred."""
        if not settings.prefer:
            return ()
        return tuple(ranks_of(corpora_of_parts(self.snapshot), settings.prefer))


def field(snapshot: Snapshot) -> Field:
    """The snapshot with what people say of it now."""
    corpora = tuple(snapshot.corpora.order_by("pk").values_list("pk", "name"))
    said = _Said(tuple(pk for pk, _ in corpora), judgements.state(pk for pk, _ in corpora))
    out = tuple((kind, tuple(values)) for kind, values in opt_outs.standing().items())
    return Field(
        snapshot=snapshot,
        documents=measured(snapshot.manifest),
        people=_people(snapshot.manifest, said, out),
        state=(snapshot.pk, snapshot.manifest, corpora, said, out),
    )


# A snapshot's remembered limits and members take up to 150 MB at 10 million documents.
@lru_cache(maxsize=2)
def measured(sha256: str) -> Documents:
    """The documents as columns mapped into memory."""
    value, starts = contents(sha256), offsets(sha256)
    columns = {name: read_array(store(), blob) for name, blob in value["columns"].items()}
    members, inside = None, None
    if value["clusters"]:
        members = _members(sha256)
        pairs = value.get("contained", "")
        inside = inside_of(store(), pairs, members, starts) if pairs else None
    return Documents(columns, int(starts[-1]), starts, members, inside)


def _members(sha256: str) -> Members:
    """Who is in a cluster. Names of a million members take seconds to be numbered: the numbers
    are kept in the store."""
    key = members_key(sha256)
    known = store().lookup(key)
    if known is None:
        found = _numbered(sha256)
        named = {"rows": found.rows, "clusters": found.clusters, "exacts": found.exacts}
        blobs = {name: put_array(store(), array) for name, array in named.items()}
        known = {"outputs": blobs, "counts": {"members": len(found.rows)}}
        store().record(key, known)
    arrays = {name: read_array(store(), blob) for name, blob in known["outputs"].items()}
    return Members(**arrays, ranks=np.zeros(len(arrays["rows"]), np.int64))


def members_key(sha256: str) -> str:
    """The key under which a snapshot's members are remembered, by its manifest."""
    return hash_of(f"what-if.members:1:{sha256}".encode()).hexdigest()


def _numbered(sha256: str) -> Members:
    value = contents(sha256)
    pairs = value.get("contained", "")
    names = CLUSTERS.names if pairs else ("part", "row", "cluster", "exact")
    clusters = with_lone(store(), read_clusters(store(), value["clusters"], names), pairs)
    found = members_of(clusters, offsets(sha256))
    pa.default_memory_pool().release_unused()
    return found


# -- what people say --------------------------------------------------------------------------


class _Said(NamedTuple):
    """Which judgements stand."""

    #: Keys of corpora.
    corpora: tuple[int, ...]
    state: judgements.State


@lru_cache(maxsize=4)
def _people(sha256: str, said: _Said, out: tuple[tuple[str, tuple[str, ...]], ...]) -> People:
    """What people decided; cached, for a slider asks again and again."""
    rows = measured(sha256).rows
    sides: dict[str, list[int]] = {"keep": [], "drop": [], "prefer": []}
    standing = _standing(said)
    where = _found(sha256, standing)
    for name, verdict in standing.items():
        sides[verdict] += where.get(name, ())
    return People(
        opted_out=_opted_out(sha256, out),
        judged_drop=_bits(rows, sides["drop"]),
        judged_keep=_bits(rows, sides["keep"]),
        preferred=_bits(rows, sides["prefer"]),
    )


#: The judgements that stood last, by corpora: judgements are only ever added.
_stood: dict[tuple[int, ...], tuple[judgements.State, dict[str, judgements.Standing]]] = {}
_MOST_STOOD = 4
#: More new judgements than these are not looked at one by one.
_FEW = 500


def _standing(said: _Said) -> dict[str, judgements.Standing]:
    before, known = _stood.get(said.corpora, (None, {}))
    found: dict[str, judgements.Standing] | None = None
    few = before is not None and said.state.judgements - before.judgements <= _FEW
    if before is not None and before.judgements and few:
        ids, now = judgements.newer(said.corpora, before.last)
        # One that was seen late has a smaller key, and would be missed.
        if before.judgements + len(ids) == said.state.judgements:
            found = dict(known)
            for name in ids:
                found.pop(name, None)
            found |= now
    if found is None:
        found = judgements.standing(Corpus.objects.filter(pk__in=said.corpora))
    while len(_stood) >= _MOST_STOOD:
        _stood.pop(next(iter(_stood)))
    _stood[said.corpora] = said.state, found
    return found


def _bits(rows: int, where: Iterable[int]) -> Bits:
    return with_rows(rows, np.array(list(where), np.int64))


@lru_cache(maxsize=4)
def _opted_out(sha256: str, out: tuple[tuple[str, tuple[str, ...]], ...]) -> Bits:
    opted = OptOuts.from_params(dict(out))
    where = _found(sha256, opted.ids).values()
    found = _bits(measured(sha256).rows, (row for rows in where for row in rows))
    if opted.hosts or opted.urls:
        found |= pack(_named(sha256, opted))
    return found


#: Manifest -> document id -> rows, of those that somebody spoke of; none of one that is not there.
_located: dict[str, dict[str, list[int]]] = {}
_MOST_LOCATED = 8


def _found(sha256: str, ids: Iterable[str]) -> dict[str, list[int]]:
    """The rows of those documents that are there. Each is looked up once a process."""
    if len(_located) > _MOST_LOCATED:
        _located.clear()
    known = _located.setdefault(sha256, {})
    wanted = list(ids)
    missing = [one for one in wanted if one not in known]
    if missing:
        known.update({one: [] for one in missing} | located(sha256, missing))
    return {one: known[one] for one in wanted}


def _named(sha256: str, opted: OptOuts) -> Mask:
    """Rows whose host or URL is opted out."""
    masks = [
        opted.mask(store().read_table(part["documents"], columns=["id", "host", "url"]))
        for part in contents(sha256)["parts"]
    ]
    found: Mask = np.concatenate(masks)
    return found
