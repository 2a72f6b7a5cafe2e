"""What all settings together drop, reason by reason."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.decisions.packed import Answer, ones
from corpora.rules import Limits
from corpora.signals import is_dear
from curation.queries.what_if import Board, Settings
from curation.what_if.field import Field
from curation.what_if.figures import figures


def board(field: Field, settings: Settings) -> Board:
    found = answer(field, settings)
    return Board(
        documents=found.waterfall.documents,
        kept=found.waterfall.kept,
        dropped=found.waterfall.dropped,
        failing=found.waterfall.failing,
        partly=_partly_measured(field, field.limits(settings)),
        figures=figures(field, found),
    )


def answer(field: Field, settings: Settings) -> Answer:
    """What the settings drop, rule by rule, and of which documents."""
    return field.documents.answer(
        field.limits(settings),
        field.people,
        policy=settings.keeper,
        ranks=field.ranks(settings),
        # Pairs below the snapshot's own share are not known.
        share=settings.containment or None,
    )


def _partly_measured(field: Field, rules: Sequence[Limits]) -> dict[str, int]:
    dear = sorted({rule.signal for rule in rules if is_dear(rule.signal)})
    if not dear:
        return {}
    failing = field.documents.failing
    passed = field.documents.everyone
    for one in failing.each([rule for rule in rules if not is_dear(rule.signal)]):
        passed = passed & ~one.bits
    missing = {name: ones(failing.unmeasured(name).bits & passed) for name in dear}
    return {name: number for name, number in missing.items() if number}
