"""Documents, characters and tokens of a what-if: by reason, by source and by domain."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from corpora.decisions.packed import Answer
from corpora.decisions.totals import Totals, totals
from curation.models import Snapshot
from curation.queries.what_if import Amount, Figures, Share, Step
from curation.what_if.field import Field, groups

Numbers = npt.NDArray[np.int64] | npt.NDArray[np.float64]

#: Sources or domains that one table shows.
SHOWN = 30


# The totals of the settings before: the next ones count only what moved.
_before: dict[str, Totals] = {}
_lock = Lock()


def figures(field: Field, answer: Answer) -> Figures:
    """What the answer drops, in documents and characters exactly, in tokens estimated.

    Tokens are characters over the snapshot's own characters per token: of the domain where it
    has encoded any, of all otherwise.
    """
    found = groups(field.sha256)
    characters = field.columns.get("characters", np.zeros(field.rows, np.float32))
    with _lock:
        before = _before.get(field.sha256)
    first = list(answer.first.values())
    counted = totals(first, found.codes, len(found.names), characters, before)
    with _lock:
        _before.clear()
        _before[field.sha256] = counted
    return _figures(field.snapshot, found.names, list(answer.first), counted)


def _figures(
    snapshot: Snapshot, names: list[tuple[str, str]], reasons: list[str], counted: Totals
) -> Figures:
    """Whole columns at a time: there may be thousands of groups."""
    ratios = _tokens_per_character(snapshot)
    known = ratios[None] is not None
    rates = np.array([ratios.get(domain, ratios[None]) or 0.0 for _, domain in names])
    tokens = counted.characters * rates[:, None]
    columns = [counted.documents, counted.characters, tokens]
    by_reason = _amounts([column.sum(axis=0) for column in columns], known=known)
    kept, every = [c[:, -1] for c in columns], [c.sum(axis=1) for c in columns]
    sources, domains = (
        _shares([name[side] for name in names], kept, every, known=known) for side in (0, 1)
    )
    return Figures(
        every=_amounts([column.sum(keepdims=True) for column in every], known=known)[0],
        kept=by_reason[-1],
        steps=_steps(reasons, by_reason),
        by_source=sources[:SHOWN],
        by_domain=domains[:SHOWN],
        sources=len(sources),
        domains=len(domains),
    )


def _amounts(columns: Sequence[Numbers], *, known: bool) -> list[Amount]:
    """One of each row; ``columns`` are documents, characters and tokens."""
    return [
        Amount(
            documents=int(documents),
            characters=int(characters),
            tokens=round(tokens) if known else None,
        )
        for documents, characters, tokens in zip(*(c.tolist() for c in columns), strict=True)
    ]


def _steps(reasons: list[str], lost: Sequence[Amount]) -> list[Step]:
    """From the last reason backwards: what is left after it is what it left."""
    steps, left = [], lost[-1]
    for reason, amount in reversed(list(zip(reasons, lost, strict=False))):
        steps.append(Step(reason=reason, lost=amount, left=left))
        left += amount
    return steps[::-1]


def _shares(
    names: Sequence[str], kept: Sequence[Numbers], every: Sequence[Numbers], *, known: bool
) -> list[Share]:
    """By name, the one with most documents first."""
    numbers: dict[str, int] = {}
    place = [numbers.setdefault(name, len(numbers)) for name in names]

    def summed(columns: Sequence[Numbers]) -> list[Amount]:
        sums = [np.bincount(place, column, minlength=len(numbers)) for column in columns]
        return _amounts(sums, known=known)

    found = [
        Share(name=name, kept=stays, every=one)
        for name, stays, one in zip(numbers, summed(kept), summed(every), strict=True)
    ]
    return sorted(found, key=lambda share: (-share.every.documents, share.name))


def _tokens_per_character(snapshot: Snapshot) -> dict[str | None, float | None]:
    """By domain; of all under None, which has None where no token was counted."""
    tokens = characters = 0
    found: dict[str | None, float | None] = {}
    for name, group in snapshot.counts["by_domain"].items():
        if group.get("tokens") and group.get("encoded_characters"):
            found[name] = group["tokens"] / group["encoded_characters"]
            tokens += group["tokens"]
            characters += group["encoded_characters"]
    return {**found, None: tokens / characters if characters else None}
