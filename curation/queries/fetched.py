"""What is known of fetched files: from where, when, with which hash, and what the server asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from curation.models import Corpus, Source, Unit
from curation.store import store

#: Files of one source that its page lists; the rest is in the API's and the store's records.
LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One file that was fetched. What the server did not say is ""."""

    url: str
    #: Behind all redirects.
    final_url: str
    fetched_at: datetime
    sha256: str
    bytes: int
    etag: str
    last_modified: str
    #: What its hash was compared with: "sha256" (a person's), "Repr-Digest", …
    checked: list[str]
    #: What the server says to robots.
    robots: list[str]


def fetched(source: Source) -> list[Fetched]:
    """The first of a source's files, in reading order."""
    return [_record(blob) for blob in source.fetched[:LISTED]]


def fetched_as(corpus: Corpus, source: str) -> Fetched | None:
    """The newest record of the file that documents name as their source; None for others."""
    for _blob, record in _newest_first(corpus, source):
        if store().has(record):
            return _record(record)
    return None


def fetched_file(corpus: Corpus, source: str) -> Path | None:
    """The bytes of that file, if the store still has them."""
    for blob, _record in _newest_first(corpus, source):
        if store().has(blob):
            return store().path(blob)
    return None


def _newest_first(corpus: Corpus, source: str) -> Iterator[tuple[str, str]]:
    """(bytes, record) of each time that the URL, or the one of the archive, was fetched."""
    if "://" not in source:
        return
    urls = (source, source.partition("#")[0])
    units = Unit.objects.filter(
        run__source__corpus=corpus, stage="fetch", state=Unit.State.DONE
    ).order_by("-id")
    for unit in units:
        assert unit.result is not None
        outputs: dict[str, list[str]] = unit.result["outputs"]
        for place, file in enumerate(unit.result["counts"]["files"]):
            if file["source"] in urls:
                yield outputs["blobs"][place], outputs["records"][place]


def _record(blob: str) -> Fetched:
    found = store().read_json(blob)
    known = {name: found[name] for name in Fetched.__slots__}
    return Fetched(**{**known, "fetched_at": datetime.fromisoformat(found["fetched_at"])})
