"""What edits would cut from a document that is dropped, if it were kept.

Edits are made for kept documents only. The lines that are footers and the passages that are
repeated are known of the whole snapshot, so that one text's are found in a moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow.parquet as pq

from corpora.edits.copies import Copies
from corpora.edits.one_text import would_go
from corpora.edits.tails import footer_span, group_of
from corpora.plans.passages import cutting
from curation.models import Snapshot, Unit
from curation.queries.document import Detail
from curation.queries.segments import Span
from curation.queries.snapshots import recipe_of
from curation.store import store

_FOOTER, _PASSAGE = "footer", "passage"


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldCut:
    spans: tuple[Span, ...] = ()
    #: False: the run no longer says which lines are footers, or which passages are repeated.
    is_known: bool = True


def would_cut(snapshot: Snapshot, found: Detail) -> WouldCut:
    """Nothing of a kept document: what is cut from it is known."""
    if found.decision["verdict"] == "keep":
        return WouldCut()
    return _would_cut(snapshot, found)


def _would_cut(snapshot: Snapshot, found: Detail) -> WouldCut:
    recipe = recipe_of(snapshot)
    group = group_of(found.fields["host"], found.fields["source"] or "")
    spans: list[Span] = []
    body, is_known = found.text, True
    if recipe.footers.enabled:
        lines = _footers(snapshot, group)
        is_known = lines is not None
        if footer := footer_span(body, lines or (), recipe.footers.lines):
            spans.append(Span(start=footer[0], end=footer[1], kind="edit", label=_FOOTER))
            body = body[: footer[0]]
    if recipe.passages.enabled:
        blobs = _copies(snapshot)
        is_known = is_known and blobs is not None
        copies = _opened(*blobs) if blobs else None
        place = (found.place.part, found.place.row)
        params = cutting(recipe, found.place.part)
        for start, end in would_go(body, group, place, copies, params) if copies else ():
            spans.append(Span(start=start, end=end, kind="edit", label=_PASSAGE))
    return WouldCut(spans=tuple(spans), is_known=is_known)


def _outputs(snapshot: Snapshot, stage: str) -> list[dict[str, str]]:
    """What the run's units of a stage gave; empty when that is no longer known, or no longer all
    there."""
    units = Unit.objects.filter(run=snapshot.run, stage=stage, state=Unit.State.DONE)
    found = [(unit.result or {}).get("outputs", {}) for unit in units.order_by("pk")]
    blobs = [blob for outputs in found for blob in outputs.values()]
    return found if all(blob and store().has(blob) for blob in blobs) else []


def _footers(snapshot: Snapshot, group: str) -> set[str] | None:
    """The lines that are footers of a host or source; None when that is not known."""
    for outputs in _outputs(snapshot, "edits.footers"):
        lines: Any = pq.read_table(
            store().path(outputs["footers"]), columns=["line"], filters=[("group", "=", group)]
        )
        return set(lines["line"].to_pylist())
    return None


def _copies(snapshot: Snapshot) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The blobs of hashes and places; None when they are not known."""
    found = _outputs(snapshot, "edits.copies")
    if not found:
        return None
    return tuple(one["hashes"] for one in found), tuple(one["places"] for one in found)


@lru_cache(maxsize=4)
def _opened(hashes: tuple[str, ...], places: tuple[str, ...]) -> Copies:
    return Copies(store(), {"hashes": hashes, "places": places})
