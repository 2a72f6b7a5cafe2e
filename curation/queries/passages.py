"""The passages that a snapshot's recipe cut, most of all first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curation.models import Snapshot
from curation.queries.snapshots import manifest, read_rows

#: Passages and, for each, hosts that a page lists.
PASSAGES_SHOWN = 100
HOSTS_SHOWN = 3

_COLUMNS = ("example", "documents", "cut_documents", "cut_characters", "host_count", "hosts")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedPassage:
    #: How it begins.
    example: str
    #: Kept documents that have it; those that it was cut from, and how many characters.
    documents: int
    cut_documents: int
    cut_characters: int
    #: {"host", "documents", "characters"}, those that it was cut from most often.
    hosts: Sequence[Mapping[str, Any]]
    #: Hosts that are not among them.
    more_hosts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedPassages:
    #: Places that were cut, neighbouring passages as one.
    edits: int
    shown: Sequence[RepeatedPassage]


def repeated(snapshot: Snapshot) -> RepeatedPassages | None:
    """None when the recipe leaves repeated passages alone, or the snapshot is from before."""
    contents = manifest(snapshot)
    if not (blob := contents.get("passages")):
        return None
    edits = (part["counts"]["edits"]["edits"] for part in contents["parts"])
    rows = read_rows(blob, 0, PASSAGES_SHOWN, _COLUMNS).to_pylist()
    return RepeatedPassages(
        edits=sum(rules.get("passage", 0) for rules in edits), shown=[_passage(row) for row in rows]
    )


def _passage(row: dict[str, Any]) -> RepeatedPassage:
    hosts, count = row.pop("hosts")[:HOSTS_SHOWN], row.pop("host_count")
    return RepeatedPassage(**row, hosts=hosts, more_hosts=count - len(hosts))
