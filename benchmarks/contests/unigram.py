"""Encoding by one unigram model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.contest import Answer, Answers, Contender, Contest, Given
from benchmarks.workshop import Workshop

_OURS, _REFERENCE = "ours", "sentencepiece"


def _prepare(shop: Workshop) -> Given:
    options = {"model": str(shop.model), "vocabulary": str(shop.vocabulary)}
    return Given(input=shop.texts, options=options)


def _agreement(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    """Texts with the reference's ids, one by one."""
    if _REFERENCE not in answers:
        return {}
    return {
        label: f"sentencepiece's ids in {_equal(answer, answers[_REFERENCE]):.4%} of the texts"
        for label, answer in answers.items()
        if label != _REFERENCE
    }


def _equal(one: Answer, other: Answer) -> float:
    texts = list(zip(_texts(one), _texts(other), strict=False))
    return sum(np.array_equal(a, b) for a, b in texts) / len(texts)


def _texts(answer: Answer) -> list[NDArray[np.int32]]:
    ids = np.fromfile(answer.results["ids"], np.int32)
    lengths = np.fromfile(answer.results["lengths"], np.int64)
    return np.split(ids, np.cumsum(lengths)[:-1])


CONTEST = Contest(
    name="unigram",
    title="Unigram encoding",
    contenders=(
        Contender(label=_OURS, module="ours.unigram", work="unigram"),
        Contender(
            label=_REFERENCE, module="peers.sentencepiece", work="unigram", most_megabytes=100
        ),
        Contender(
            label="sentencepiece, two threads (the calibrator)",
            module="peers.sentencepiece",
            work="unigram.two_threads",
            cores=2,
            most_megabytes=100,
        ),
        Contender(
            label="HF tokenizers", module="peers.tokenizers", work="unigram", most_megabytes=20
        ),
    ),
    prepare=_prepare,
    agreement=_agreement,
    target="≥ 4× sentencepiece, identical ids",
)
