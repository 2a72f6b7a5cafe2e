"""Every piece that can be measured, by the name that --only takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks.contests import (
    candidates,
    exact_checks,
    minhash,
    ng_words,
    on_screen,
    readers,
    signals,
    unigram,
    what_if,
)
from benchmarks.results import Result
from benchmarks.rounds import hold
from benchmarks.studies import (
    clustering,
    dedup_quality,
    encodings,
    estimates,
    questions,
    scaling,
    whole_run,
)
from benchmarks.workshop import Workshop

Piece = Callable[[Workshop], Result]


def _candidates(shop: Workshop) -> Result:
    return hold(candidates.contest(shop), shop)


PIECES: dict[str, Piece] = {
    "minhash": partial(hold, minhash.CONTEST),
    "signals": partial(hold, signals.CONTEST),
    "ng_words": partial(hold, ng_words.CONTEST),
    "candidates": _candidates,
    "clustering": clustering.study,
    "exact_checks": partial(hold, exact_checks.CONTEST),
    "unigram": partial(hold, unigram.CONTEST),
    "on_screen": partial(hold, on_screen.CONTEST),
    "what_if": partial(hold, what_if.CONTEST),
    "archives": partial(hold, readers.ARCHIVES),
    "wikis": partial(hold, readers.WIKIS),
    "pages": partial(hold, readers.PAGES),
    "encodings": encodings.study,
    "questions": questions.study,
    "dedup_quality": dedup_quality.study,
    "whole_run": whole_run.study,
    "scaling": scaling.study,
    "memory": scaling.memory,
    "estimates": estimates.study,
}
