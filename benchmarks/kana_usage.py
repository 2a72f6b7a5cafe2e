"""What folding kana usage does to the likeness of editions, group by group.

    python -m benchmarks.kana_usage CORPORA

CORPORA holds ``neardup_aozora/pairs.tsv`` (label, a, b, …) and ``aozora_sjis/`` with the works that
it names. A line is a step, each with all before it; a column is a label: the mean Jaccard of
character 5-grams, how many pairs reach .8, and the highest of those that do not.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from corpora import kana
from corpora.dedup.shingles import GramSet, jaccard
from corpora.folding import fold
from corpora.grams import multipliers
from corpora.kernels.minhash import gram_hashes
from corpora.kernels.text import Utf8, decode

THRESHOLD = 0.8


def main(folder: Path) -> None:
    with (folder / "neardup_aozora" / "pairs.tsv").open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = sorted({pair[side] for pair in pairs for side in "ab"})
    texts = {name: fold(body(folder / "aozora_sjis" / name)) for name in names}
    for step, folded in steps(texts):
        grams = {name: grams_of(text) for name, text in folded.items()}
        found: dict[str, list[float]] = defaultdict(list)
        for pair in pairs:
            found[pair["label"]].append(jaccard(grams[pair["a"]], grams[pair["b"]]))
        print(step)
        for label, values in sorted(found.items()):
            print(f"  {label:28} {line(values)}")


def body(path: Path) -> str:
    """A work without header, colophon, notes and ruby."""
    whole = path.read_bytes().decode("cp932", "replace").replace("\r\n", "\n")
    whole = re.split(r"\n-{20,}\n", whole)[-1]
    whole = re.split(r"\n底本[：:]", whole)[0]
    return re.sub(r"※?［＃[^］]*］|《[^》]*》|｜", "", whole)


def steps(texts: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The texts after each step."""
    yield "as written", texts
    texts = {name: kana.written_out(text) for name, text in texts.items()}
    yield "+ iteration marks", texts
    for group, (olds, news) in kana.GROUPS.items():
        table = str.maketrans(olds, news)
        texts = {name: text.translate(table) for name, text in texts.items()}
        yield f"+ {group}", texts


def grams_of(text: str) -> GramSet:
    hashes, _ = gram_hashes(decode(Utf8.of([text])), multipliers(5))
    return np.unique(hashes)


def line(values: list[float]) -> str:
    """Mean, how many reach the threshold, and the highest of the others."""
    below = [value for value in values if value < THRESHOLD]
    reached = len(values) - len(below)
    mean = sum(values) / len(values)
    highest = max(below, default=0.0)
    return f"mean {mean:.3f}  ≥ .8: {reached:3} of {len(values)}  below: {highest:.3f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
