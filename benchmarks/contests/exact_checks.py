"""The exact check of candidate pairs, counted apart from finding them."""

from __future__ import annotations

import csv
from collections.abc import Mapping

import numpy as np
import orjson

from benchmarks.contest import Answers, Contender, Contest, Given
from benchmarks.workshop import Workshop, lines

_OURS = "ours, exact"
_MOST_PAIRS = 5_000


def _prepare(shop: Workshop) -> Given:
    """The planted pairs, a line each with both texts."""
    with (shop.corpus() / "pairs.tsv").open(encoding="utf-8") as file:
        pairs = [(row["a"], row["b"]) for row in csv.DictReader(file, delimiter="\t")]
    pairs = pairs[:_MOST_PAIRS]
    wanted = {name for pair in pairs for name in pair}
    texts = {}
    for line in lines(shop.corpus()):
        record = orjson.loads(line)
        if record["id"] in wanted:
            texts[record["id"]] = record["text"]
    path = shop.folder / "checked.jsonl"
    with path.open("wb") as written:
        for a, b in pairs:
            written.write(orjson.dumps([texts[a], texts[b]]) + b"\n")
    return Given(input=path)


def _agreement(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    """Ours against what the corpus says of its pairs, by sets of strings."""
    with (shop.corpus() / "pairs.tsv").open(encoding="utf-8") as file:
        truth = [float(row["folded"]) for row in csv.DictReader(file, delimiter="\t")]
    found = {}
    for label, answer in answers.items():
        values = np.fromfile(answer.results["jaccard"], np.float64)
        away = np.abs(values - truth[: len(values)])
        found[label] = f"at most {away.max():.1e} from the sets' Jaccard"
    return found


CONTEST = Contest(
    name="exact_checks",
    title="Exact checks of candidate pairs, gram sets at hand",
    contenders=(
        Contender(label=_OURS, module="ours.exact_checks", work="exact_checks"),
        Contender(
            label="datasketch, estimate from signatures",
            module="peers.datasketch",
            work="exact_checks",
        ),
    ),
    prepare=_prepare,
    agreement=_agreement,
    unit="pairs",
    target="≥ 200 k pairs/s a core",
)
