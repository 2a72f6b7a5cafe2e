"""What is summed up of a snapshot's documents: by source and domain, characters and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from corpora.decisions.bins import pieces
from corpora.decisions.totals import ENCODED, TOKENS, Measures, Totals, totals
from corpora.rules import Column
from curation.queries import fields
from curation.queries.measured import token_counts
from curation.what_if.field import measured

Floats = npt.NDArray[np.float64]

#: Sources with domains beyond so many are summed up together.
_MOST_GROUPS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rates:
    """How many tokens are expected of documents that were not encoded, by group."""

    #: Tokens a character.
    rate: Floats
    #: Variance of a document's tokens, for each of its characters.
    variance: Floats
    #: Standard deviation of the rate itself.
    deviation: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Documents by source and domain."""

    #: (source, domain) by number; "" for no domain.
    names: list[tuple[str, str]]
    measures: Measures
    #: Of all documents.
    every: Totals
    #: None where no document was encoded.
    rates: Rates | None


@lru_cache(maxsize=2)
def groups(sha256: str) -> Groups:
    """Of sources and domains that occur together."""
    sources, domains = fields.field(sha256, "of_source"), fields.field(sha256, "domain")
    both = sources.codes.astype(np.int64) * len(domains.names) + domains.codes
    there = np.flatnonzero(np.bincount(both, minlength=1))
    # Beyond what the tables of figures bear, the last number stands for all others.
    numbers = np.zeros(int(there.max(initial=0)) + 1, np.uint16)
    numbers[there] = np.minimum(np.arange(len(there)), _MOST_GROUPS)
    pairs = [divmod(one, len(domains.names)) for one in there[: _MOST_GROUPS + 1].tolist()]
    documents = measured(sha256)
    measures = Measures(
        groups=numbers[both],
        count=len(pairs),
        characters=documents.columns.get("characters", np.zeros(documents.rows, np.float32)),
        tokens=_tokens(sha256),
    )
    every = totals([documents.everyone], measures)
    kinds = np.unique([domain for _, domain in pairs], return_inverse=True)[1]
    return Groups(
        names=[(sources.names[source], domains.names[domain]) for source, domain in pairs],
        measures=measures,
        every=every,
        rates=_rates(measures, every.sums[0], kinds),
    )


def _tokens(sha256: str) -> npt.NDArray[np.int32]:
    """Tokens of each document that was encoded, -1 of others; empty where none was.

    What is kept and blank after its edits has none.
    """
    parts = token_counts(sha256)
    if parts is None:
        return np.zeros(0, np.int32)
    found = np.concatenate([np.zeros(0, np.int32), *parts])
    blank = fields.field(sha256, "verdict").mask("keep") & (found < 0)
    found[blank] = 0
    return found


def _rates(
    measures: Measures, sums: npt.NDArray[np.int64], kinds: npt.NDArray[np.intp]
) -> Rates | None:
    """Of each domain what its own documents say, of a domain without any what all say.

    A document's tokens are taken to vary by as much as it has characters (the model of a ratio
    estimate; Cochran, Sampling Techniques, 6.7).
    """
    tokens, characters = (np.bincount(kinds, sums[n].astype(np.float64)) for n in (TOKENS, ENCODED))
    if not characters.sum():
        return None
    own = characters > 0
    rate = np.where(own, tokens / np.maximum(characters, 1), tokens.sum() / characters.sum())
    base = np.where(own, characters, characters.sum())
    variance = _variance(measures, rate[kinds].astype(np.float32))
    return Rates(
        rate=rate[kinds],
        variance=np.full(len(kinds), variance),
        deviation=np.sqrt(variance / base)[kinds],
    )


def _variance(measures: Measures, rate: Column) -> float:
    """Mean of (tokens - expected)² over characters, of the documents that were encoded."""
    total, seen = 0.0, 0
    for piece in pieces(len(measures.tokens)):
        tokens, characters = measures.tokens[piece], np.asarray(measures.characters[piece])
        some = (tokens >= 0) & (characters > 0)
        many = characters[some]
        off = tokens[some] - rate[measures.groups[piece][some]] * many
        total += float((off.astype(np.float64) ** 2 / many).sum())
        seen += len(many)
    return total / max(1, seen - 1)
