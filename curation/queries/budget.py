"""The tokens that the corpora have, against those that a model is to be trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.queries.corpora import Card

#: The bar's own units.
WIDTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The corpora of one snapshot."""

    name: str
    tokens: int
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    wanted: int
    tokens: int
    slices: list[Slice]
    #: Names of the tokenizers that counted; more than one do not quite add up.
    tokenizers: list[str]


def budget(cards: Sequence[Card], wanted: int) -> Budget:
    """The largest first. A snapshot of several corpora counts once."""
    heads: dict[int, list[Card]] = {}
    for card in cards:
        if card.head and card.counts.get("tokens"):
            heads.setdefault(card.head.pk, []).append(card)
    together = sorted(heads.values(), key=lambda cards: -cards[0].counts["tokens"])
    tokens = sum(one[0].counts["tokens"] for one in together)
    scale = WIDTH / max(wanted, tokens)
    slices, x = [], 0.0
    for one in together:
        width = one[0].counts["tokens"] * scale
        name = " + ".join(card.corpus.name for card in one)
        slices.append(
            Slice(name=name, tokens=one[0].counts["tokens"], x=round(x, 2), width=round(width, 2))
        )
        x += width
    names = {
        one[0].head.tokenizer.name for one in together if one[0].head and one[0].head.tokenizer
    }
    return Budget(wanted=wanted, tokens=tokens, slices=slices, tokenizers=sorted(names))
