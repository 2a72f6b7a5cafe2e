"""Documents, characters and tokens of a what-if: by reason, by source and by domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np

from corpora.decisions.packed import Answer
from corpora.decisions.totals import Totals, totals
from curation.models import Snapshot
from curation.queries.field import Field, groups

#: Sources or domains that one table shows.
SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    documents: int = 0
    characters: int = 0
    #: Estimated; None where the snapshot's recipe counts no tokens.
    tokens: int | None = None

    def __add__(self, other: Amount) -> Amount:
        known = self.tokens is not None and other.tokens is not None
        return Amount(
            documents=self.documents + other.documents,
            characters=self.characters + other.characters,
            tokens=(self.tokens or 0) + (other.tokens or 0) if known else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one reason takes, and what is left after it."""

    reason: str
    lost: Amount
    left: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What stays and goes of one source or domain."""

    name: str
    kept: Amount
    dropped: Amount

    @property
    def every(self) -> Amount:
        return self.kept + self.dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    every: Amount
    kept: Amount
    steps: list[Step]
    by_source: list[Share]
    by_domain: list[Share]
    #: How many there are, shown or not.
    sources: int
    domains: int


# The totals of the settings before: the next ones count only what moved.
_before: dict[str, Totals] = {}
_lock = Lock()


def figures(snapshot: Snapshot, field: Field, answer: Answer) -> Figures:
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
    return _figures(snapshot, found.names, list(answer.first), counted)


def _figures(
    snapshot: Snapshot, names: list[tuple[str, str]], reasons: list[str], counted: Totals
) -> Figures:
    per_character = _tokens_per_character(snapshot)
    lost: dict[str, Amount] = defaultdict(lambda: _NONE)
    shares: list[dict[str, list[Amount]]] = [{}, {}]
    for number, name in enumerate(names):
        ratio = per_character.get(name[1], per_character[None])
        row = [
            _amount(documents, characters, ratio)
            for documents, characters in zip(
                counted.documents[number].tolist(),
                counted.characters[number].tolist(),
                strict=True,
            )
        ]
        for reason, amount in zip([*reasons, ""], row, strict=True):
            lost[reason] += amount
        for groups_, key in zip(shares, name, strict=True):
            kept, dropped = groups_.get(key, [_NONE, _NONE])
            groups_[key] = [kept + row[-1], dropped + sum(row[:-1], _NONE)]
    kept = lost[""]
    sources, domains = (_sorted(one) for one in shares)
    return Figures(
        every=sum((lost[reason] for reason in reasons), kept),
        kept=kept,
        steps=_steps(reasons, lost, kept),
        by_source=sources[:SHOWN],
        by_domain=domains[:SHOWN],
        sources=len(sources),
        domains=len(domains),
    )


_NONE = Amount(tokens=0)


def _amount(documents: int, characters: int, ratio: float | None) -> Amount:
    tokens = None if ratio is None else round(characters * ratio)
    return Amount(documents=documents, characters=characters, tokens=tokens)


def _steps(reasons: list[str], lost: Mapping[str, Amount], kept: Amount) -> list[Step]:
    """From the last reason backwards: what is left after it is what it left."""
    steps, left = [], kept
    for reason in reversed(reasons):
        steps.append(Step(reason=reason, lost=lost[reason], left=left))
        left += lost[reason]
    return steps[::-1]


def _sorted(shares: Mapping[str, list[Amount]]) -> list[Share]:
    found = [Share(name=name, kept=k, dropped=d) for name, (k, d) in shares.items()]
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
