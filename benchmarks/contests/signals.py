"""Seventeen signals in one pass beside the filters that look at the same things."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.contest import Answers, Contender, Contest, Given
from benchmarks.workshop import Workshop

_OURS, _VALUES = (
    "ours, 17 signals and the rest of their groups",
    "HojiChar, 7 filters, all on every text",
)
_TOLERANCE = 1e-6


def _prepare(shop: Workshop) -> Given:
    return Given(input=shop.texts)


def _agreement(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    if _OURS not in answers:
        return {}
    found = {_OURS: f"{answers[_OURS].counts['signals']} signals in all"}
    if _VALUES not in answers:
        return found
    theirs = np.fromfile(answers[_VALUES].results["character_repetition"], np.float64)
    path = answers[_OURS].results["character_repetition"]
    away = np.abs(np.fromfile(path, np.float64, len(theirs)) - theirs)
    said = f"repetition ratio within {_TOLERANCE:g} of ours on {(away <= _TOLERANCE).mean():.2%}"
    return {**found, _VALUES: f"{said} of {len(theirs)} texts, at most {away.max():.1e} away"}


CONTEST = Contest(
    name="signals",
    title="17 signals in one pass",
    contenders=(
        Contender(label=_OURS, module="ours.signals", work="signals"),
        Contender(
            label="HojiChar, 7 filters in a Compose",
            module="peers.hojichar",
            work="signals",
            most_megabytes=20,
        ),
        Contender(label=_VALUES, module="peers.hojichar", work="signals.all", most_megabytes=20),
        Contender(
            label="datatrove, Gopher quality",
            module="peers.datatrove",
            work="signals",
            most_megabytes=2,
        ),
    ),
    prepare=_prepare,
    agreement=_agreement,
    target="≥ 40× HojiChar at equal values",
)
