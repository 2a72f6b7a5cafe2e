"""Documents, characters and tokens of a what-if: by reason, by source and by domain."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from corpora.decisions.packed import Answer
from corpora.decisions.totals import CHARACTERS, DOCUMENTS, ENCODED, TOKENS, Totals, totals
from curation.queries.what_if import Amount, Figures, Share, Step
from curation.what_if.field import Field
from curation.what_if.groups import Groups, Rates, groups

Floats = npt.NDArray[np.float64]

#: Sources or domains that one table shows.
SHOWN = 30
#: Of a normal distribution .95 lies within so many standard deviations.
_WITHIN = 1.96

# The totals of the settings before: the next ones count only what moved.
_before: dict[str, Totals] = {}
_lock = Lock()


def figures(field: Field, answer: Answer) -> Figures:
    """What the answer drops: documents and characters exactly; tokens exactly of the documents
    that the snapshot encoded, estimated of those that it dropped."""
    found = groups(field.sha256)
    with _lock:
        before = _before.get(field.sha256)
    lost = totals(list(answer.first.values()), found.measures, before)
    with _lock:
        _before.clear()
        _before[field.sha256] = lost
    every = found.every.sums
    kept = every - lost.sums.sum(axis=0, keepdims=True)
    return _figures(found, list(answer.first), np.concatenate([lost.sums, kept]), every[0])


def _figures(
    found: Groups,
    reasons: list[str],
    sums: npt.NDArray[np.int64],
    every: npt.NDArray[np.int64],
) -> Figures:
    """``sums`` are int64[reasons and kept, 4, groups]: there may be thousands of groups."""
    parts, whole = _parts(sums, found.rates), _parts(every, found.rates)
    by_reason = parts.sum(axis=2)
    # From the last reason backwards: what is left after it is what those behind it take or leave.
    left = by_reason[::-1].cumsum(axis=0)[::-1][1:]
    sources, domains = (
        _shares([name[side] for name in found.names], parts[-1], whole) for side in (0, 1)
    )
    return Figures(
        every=_amount(whole.sum(axis=1)),
        kept=_amount(by_reason[-1]),
        steps=[
            Step(reason=reason, lost=_amount(lost), left=_amount(rest))
            for reason, lost, rest in zip(reasons, by_reason[:-1], left, strict=True)
        ],
        by_source=sources[:SHOWN],
        by_domain=domains[:SHOWN],
        sources=len(sources),
        domains=len(domains),
    )


def _parts(sums: npt.NDArray[np.int64], rates: Rates | None) -> Floats:
    """Float64[…, 5, groups], all of which may be added up: documents, characters, tokens, and of
    the tokens that are estimated the variance and the deviation by the rates.

    Rates are off by the same for all documents of a domain, and taken to be so for all domains.
    Tokens are NaN where none is known.
    """
    documents, characters = sums[..., DOCUMENTS, :], sums[..., CHARACTERS, :]
    unknown = characters - sums[..., ENCODED, :]
    if rates is None:
        nothing = np.zeros(unknown.shape)
        return np.stack([documents, characters, nothing + np.nan, nothing, nothing], axis=-2)
    tokens = sums[..., TOKENS, :] + unknown * rates.rate
    return np.stack(
        [documents, characters, tokens, unknown * rates.variance, unknown * rates.deviation],
        axis=-2,
    )


def _amount(parts: Floats) -> Amount:
    documents, characters, tokens, variance, deviation = parts.tolist()
    return Amount(
        documents=int(documents),
        characters=int(characters),
        tokens=None if np.isnan(tokens) else round(tokens),
        margin=round(_WITHIN * float(np.hypot(np.sqrt(variance), deviation))),
    )


def _shares(names: Sequence[str], kept: Floats, every: Floats) -> list[Share]:
    """By name, the one with most documents first."""
    numbers: dict[str, int] = {}
    place = [numbers.setdefault(name, len(numbers)) for name in names]

    def summed(parts: Floats) -> Floats:
        return np.stack([np.bincount(place, one, minlength=len(numbers)) for one in parts], axis=1)

    found = [
        Share(name=name, kept=_amount(stays), every=_amount(one))
        for name, stays, one in zip(numbers, summed(kept), summed(every), strict=True)
    ]
    return sorted(found, key=lambda share: (-share.every.documents, share.name))
