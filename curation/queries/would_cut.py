"""What edits would cut from a document that is dropped: its footer, if it were kept.

Edits are made for kept documents only. The lines that are footers are known of the whole
snapshot, so that one text's is found in a moment; repeated passages are not looked for here.
"""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq

from corpora.edits.tails import footer_span, group_of
from curation.models import Snapshot, Unit
from curation.queries.document import Detail
from curation.queries.segments import Span
from curation.queries.snapshots import recipe_of
from curation.store import store

_STAGE = "edits.footers"
_FOOTER = "footer"


def would_cut(snapshot: Snapshot, found: Detail) -> list[Span]:
    """Empty for a kept document, and where the run no longer says which lines are footers."""
    footers = recipe_of(snapshot).footers
    if found.decision["verdict"] == "keep" or not footers.enabled:
        return []
    unit = Unit.objects.filter(run=snapshot.run, stage=_STAGE, state=Unit.State.DONE).first()
    blob = ((unit.result or {}) if unit else {}).get("outputs", {}).get("footers", "")
    if not blob or not store().has(blob):
        return []
    group = group_of(found.fields["host"], found.fields["source"] or "")
    lines: Any = pq.read_table(
        store().path(blob), columns=["line"], filters=[("group", "=", group)]
    )
    span = footer_span(found.text, set(lines["line"].to_pylist()), footers.lines)
    return [Span(start=span[0], end=span[1], kind="edit", label=_FOOTER)] if span else []
