"""MinHash signatures of 128 permutations."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import numpy as np
import orjson

from benchmarks.contest import Answers, Contender, Contest, Given, WorkFailed, run
from benchmarks.environments import PeerMissing
from benchmarks.workshop import Workshop
from corpora.folding import fold

_OURS = "ours, folding included"
_COMPARED = 500
_PERMUTATIONS = 128


def _prepare(shop: Workshop) -> Given:
    return Given(input=shop.texts)


def _agreement(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    """Rows that datasketch gives bit by bit when it is fed with the same gram hashes."""
    if _OURS not in answers or not shop.wants("datasketch"):
        return {}
    folded = shop.folder / "folded.jsonl"
    with given.input.open("rb") as source, folded.open("wb") as file:
        for line in islice(source, _COMPARED):
            file.write(orjson.dumps({"text": fold(orjson.loads(line)["text"])}) + b"\n")
    oracle = Contender(label="", module="peers.datasketch", work="minhash.same_grams")
    try:
        asked = run(oracle, Given(input=folded), shop.folder / "kept" / "same_grams")
    except (PeerMissing, WorkFailed) as error:
        return {_OURS: f"not compared: {error}"}
    theirs = np.fromfile(asked.results["signatures"], np.uint32).reshape(-1, _PERMUTATIONS)
    ours = np.fromfile(answers[_OURS].results["signatures"], np.uint32, theirs.size)
    same = (ours.reshape(-1, _PERMUTATIONS) == theirs).all(axis=1)
    return {_OURS: f"{same.mean():.2%} of {len(same)} rows are datasketch's, bit by bit"}


CONTEST = Contest(
    name="minhash",
    title="MinHash, 128 permutations, character 5-grams",
    contenders=(
        Contender(label=_OURS, module="ours.minhash", work="minhash"),
        Contender(label="ours, of folded text", module="ours.minhash", work="minhash.folded"),
        Contender(
            label="ours, one-permutation sketch",
            module="ours.minhash",
            work="minhash.one_permutation",
        ),
        Contender(label="datasketch", module="peers.datasketch", work="minhash", most_megabytes=5),
        Contender(
            label="datasketch, tuned (bulk, xxhash)",
            module="peers.datasketch",
            work="minhash.tuned",
            most_megabytes=20,
        ),
        Contender(label="rensa", module="peers.rensa", work="minhash", most_megabytes=50),
        Contender(
            label="rensa, all in one call",
            module="peers.rensa",
            work="minhash.tuned",
            most_megabytes=50,
        ),
        Contender(
            label="HojiChar, 128", module="peers.hojichar", work="minhash.128", most_megabytes=50
        ),
        Contender(
            label="HojiChar, its default (500)",
            module="peers.hojichar",
            work="minhash",
            most_megabytes=20,
        ),
        Contender(
            label="datatrove, its default (words, 112)",
            module="peers.datatrove",
            work="minhash",
            most_megabytes=3,
        ),
        Contender(
            label="datatrove, characters, 128",
            module="peers.datatrove",
            work="minhash.characters",
            most_megabytes=5,
        ),
        Contender(
            label="text-dedup, its default (words, 250)",
            module="peers.text_dedup",
            work="minhash",
            most_megabytes=10,
        ),
        Contender(
            label="text-dedup, characters, 128, xxh3",
            module="peers.text_dedup",
            work="minhash.characters",
            most_megabytes=5,
        ),
        Contender(
            label="gaoya, with its index", module="peers.gaoya", work="minhash", most_megabytes=20
        ),
    ),
    prepare=_prepare,
    agreement=_agreement,
    target="≥ 50× datasketch tuned, ≥ 15× rensa",
)
