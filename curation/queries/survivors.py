"""What survives a snapshot's recipe, as a picture the size of a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.models import Snapshot
from curation.queries.snapshots import AFTER_RULES, BEFORE_RULES, CONTAINED

WIDTH = 96
HEIGHT = 22
_GAP = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    #: What the step took documents by; "" before the first.
    rule: str
    documents: int
    x: float
    y: float
    width: float
    height: float


def spark(snapshot: Snapshot) -> list[Bar]:
    """Documents left: all of them, then after each reason that took any, in order.

    From the database alone: the first page shows one for every corpus.
    """
    return bars(_left(snapshot))


def bars(left: Sequence[tuple[str, int]]) -> list[Bar]:
    """Of (reason, documents left after it), the first without a reason."""
    every = left[0][1]
    width = WIDTH / len(left)
    return [
        Bar(
            rule=rule,
            documents=documents,
            x=round(width * n, 2),
            y=round(HEIGHT - height, 2),
            width=round(max(width - _GAP, width / 2), 2),
            height=height,
        )
        for n, (rule, documents) in enumerate(left)
        for height in [round(HEIGHT * documents / every, 2) if every else 0.0]
    ]


def _left(snapshot: Snapshot) -> list[tuple[str, int]]:
    """(reason, documents left after it)."""
    dropped = snapshot.counts["dropped"]
    rules = [rule["name"] for rule in snapshot.recipe.content.get("rules", [])]
    order = [*BEFORE_RULES, *rules, CONTAINED, *AFTER_RULES]
    every = snapshot.counts["documents_in"] - snapshot.counts.get("failed", 0)
    found = [("", every)]
    for rule in [*order, *sorted(set(dropped) - set(order))]:
        if dropped.get(rule):
            found.append((rule, found[-1][1] - dropped[rule]))
    return found
