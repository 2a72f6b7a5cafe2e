"""What is near a text in a snapshot: datasketch's LSH finds candidates, exact Jaccard judges.

The index lives in Redis under the snapshot's manifest and is built from the
store's signatures when it is not there: losing it loses nothing. Only workers
import this module.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import redis
from django.conf import settings

from corpora.arrays import read_array
from corpora.dedup.minhash import signed
from corpora.dedup.nearest import Query, best
from curation.models import Snapshot
from curation.queries.places import Place, pick
from curation.queries.snapshots import manifest, recipe_of
from curation.store import store

if TYPE_CHECKING:
    from datasketch import MinHashLSH

log = logging.getLogger(__name__)

#: Answers that a page shows.
ANSWERS = 50
#: Candidates whose texts are read for the exact check, the likeliest first.
CHECKED = 200
#: Rows in a band: 4 lets texts of Jaccard .4 and more become candidates.
BAND_ROWS = 4
#: datasketch enters about 700 documents a second and takes 13 kB of Redis for each; above this
#: the signatures themselves are read, which takes a second a million.
INDEXED_DOCUMENTS = 10_000
#: Indexes kept in Redis; the one that was asked longest ago goes first.
INDEXES = 2

_PREFIX = "kotogura:near:"
_KNOWN = f"{_PREFIX}known"


def near(snapshot: Snapshot, text: str) -> dict[str, Any]:
    """The answer to a question: {"near": […], "checked": n} or {"error": a word}.

    Errors: "no-signatures" (made without near duplicates), "too-short".
    """
    dedup = recipe_of(snapshot).dedup
    if dedup.mode != "near":
        return {"error": "no-signatures"}
    query = Query.of(
        text,
        ngram=dedup.ngram,
        permutations=dedup.permutations,
        sketch=dedup.sketch,
        old_kanji=dedup.fold_old_kanji,
        kana=dedup.fold_kana,
    )
    if query.signature is None:
        return {"error": "too-short"}
    places = _candidates(snapshot, query)
    found = sorted(_exact(snapshot, query, places), key=lambda row: -row["jaccard"])
    return {"near": found[:ANSWERS], "checked": len(places)}


def _exact(snapshot: Snapshot, query: Query, places: Sequence[Place]) -> Iterator[dict[str, Any]]:
    """Each candidate with its exact Jaccard; those that share nothing are left out."""
    for place in places:
        # One by one: the candidates' texts together may be large.
        (row,) = pick(snapshot.manifest, [place], {"text": ("text",), "decisions": ("id",)})
        similarity = query.jaccard(row["text"] or "")
        if similarity > 0:
            yield {
                "id": row["id"],
                "part": place.part,
                "row": place.row,
                "jaccard": round(similarity, 4),
            }


def _candidates(snapshot: Snapshot, query: Query) -> list[Place]:
    """Where near documents may be, the likeliest first."""
    parts = manifest(snapshot)["parts"]
    blobs = [part["signatures"] for part in parts]
    if sum(part["rows"] for part in parts) <= INDEXED_DOCUMENTS:
        try:
            return _from_index(snapshot, query, blobs)
        except redis.ConnectionError as error:
            log.warning("no Redis to keep an index in (%s): reading the signatures", error)
    rows = best(query, store(), blobs, limit=CHECKED)
    return [Place(row.part, row.row) for row in rows]


def _from_index(snapshot: Snapshot, query: Query, blobs: Sequence[str]) -> list[Place]:
    assert query.signature is not None
    lsh = _index(snapshot.manifest, blobs, permutations=len(query.signature))
    places = sorted(Place.parse(key.decode()) for key in lsh.query(_minhash(query.signature)))
    equal = {place: _agreement(query, blobs[place.part], place.row) for place in places}
    return sorted(places, key=lambda place: (-equal[place], place))[:CHECKED]


def _agreement(query: Query, blob: str, row: int) -> float:
    return float(np.mean(read_array(store(), blob)[row] == query.signature))


# -- the index in Redis -----------------------------------------------------------------------


def _index(name: str, blobs: Sequence[str], *, permutations: int) -> MinHashLSH:
    """The snapshot's index; built if Redis does not hold all of it."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    lsh = _open(name, permutations)
    marker = f"{_PREFIX}{name}:complete"
    if not client.exists(marker):
        _forget(client, name)
        with lsh.insertion_session(buffer_size=5_000) as session:
            for key, signature in _signatures(blobs):
                session.insert(key, _minhash(signature), check_duplication=False)
        client.set(marker, "1")
    client.zadd(_KNOWN, {name: time.time()})
    for old in cast("list[bytes]", client.zrevrange(_KNOWN, INDEXES, -1)):
        _forget(client, old.decode())
    return lsh


def _open(name: str, permutations: int) -> MinHashLSH:
    from datasketch import MinHashLSH  # takes seconds to import: not before the first question

    client = redis.Redis.from_url(settings.REDIS_URL)
    kwargs = client.connection_pool.connection_kwargs
    known = ("host", "port", "db", "username", "password")
    config = {key: kwargs[key] for key in known if kwargs.get(key) is not None}
    if "path" in kwargs:
        config["unix_socket_path"] = kwargs["path"]
    return MinHashLSH(
        num_perm=permutations,
        params=(permutations // BAND_ROWS, BAND_ROWS),
        storage_config={
            "type": "redis",
            "basename": f"{_PREFIX}{name}".encode(),
            "redis": config,
        },
        prepickle=False,
    )


def _minhash(signature: Any) -> Any:
    """A signature of ours as datasketch's own: they are the same numbers."""
    from datasketch import MinHash

    return MinHash(num_perm=len(signature), hashvalues=signature, scheme="affine32")


def _signatures(blobs: Sequence[str]) -> Iterator[tuple[bytes, Any]]:
    """(key, signature) of every document that has one."""
    for part, blob in enumerate(blobs):
        matrix = read_array(store(), blob)
        for row in np.flatnonzero(signed(matrix)).tolist():
            yield str(Place(part, row)).encode(), np.asarray(matrix[row])


def _forget(client: redis.Redis, name: str) -> None:
    """Take every key of an index out, a thousand at a time."""
    keys: list[bytes] = []
    for key in client.scan_iter(match=f"{_PREFIX}{name}*", count=1000):
        keys.append(key)
        if len(keys) >= 1000:
            client.unlink(*keys)
            keys = []
    if keys:
        client.unlink(*keys)
    client.zrem(_KNOWN, name)
