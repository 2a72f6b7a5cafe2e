"""Works inside collections: how many are found, in what time and memory.

    python -m benchmarks.collections CORPORA

CORPORA holds ``aozora_sjis/`` and ``neardup_aozora/all_pairs_j5.tsv``, whose column ``contain`` is
the share of the shorter work's 5-grams that the longer has. Every work is taken as a document,
and beside them collections put together from other works, each with characters changed at a
rate. Planted works count by the share that is left of them; what is found is exact in any case.
Of works with the same folded text only the first is looked for, as the stages do.
"""

from __future__ import annotations

import csv
import random
import resource
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from time import perf_counter

import pyarrow as pa

from benchmarks.kana_usage import body
from corpora.dedup.shingles import gram_set
from corpora.documents import DOCUMENTS, TEXT
from corpora.folding import fold
from corpora.kernels.sets import intersection
from corpora.plans.containment import UNIT_POSTINGS
from corpora.stages import UnitResult, UnitSpec, execute
from corpora.storage import Store

CONTAINMENT = 0.9
#: Works of a planted collection, and how many there are for each rate of changed characters.
WORKS, COLLECTIONS = 8, 12
RATES = (0.0, 0.005, 0.01, 0.015, 0.02)
#: Documents in a part.
PART = 200
_FOLDING = {"ngram": 5, "fold_old_kanji": True}


def main(folder: Path) -> None:
    root = folder / "aozora_sjis"
    texts = {str(path.relative_to(root)): body(path) for path in sorted(root.rglob("*.txt"))}
    texts = firsts({name: text for name, text in texts.items() if len(text) > 200})
    planted: dict[str, tuple[str, list[str]]] = {}
    for rate in RATES:
        planted |= collections(texts, rate)
    texts |= {name: text for name, (text, _) in planted.items()}
    with tempfile.TemporaryDirectory() as place:
        store = Store(Path(place))
        began = perf_counter()
        pairs, seconds = contained(store, texts)
        print(f"{len(texts)} documents, {sum(map(len, texts.values())):,} characters")
        print(f"{perf_counter() - began:.1f} s:", *(f"{k} {v:.1f}" for k, v in seconds.items()))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
    print(f"pairs: {len(pairs)}, of these with a planted collection", end=" ")
    print(sum(b in planted for _, b in pairs))
    report_planted(texts, planted, pairs)
    report_real(folder, texts, pairs)


def firsts(texts: dict[str, str]) -> dict[str, str]:
    """The first of those whose folded text is the same."""
    found: dict[str, str] = {}
    for name, text in texts.items():
        found.setdefault(fold(text), name)
    return {name: texts[name] for name in found.values()}


def collections(texts: dict[str, str], rate: float) -> dict[str, tuple[str, list[str]]]:
    """Name -> text of a collection, and the works in it."""
    draw = random.Random(f"collections {rate}")
    found = {}
    for number in range(COLLECTIONS):
        works = draw.sample(sorted(texts), WORKS)
        text = "\n".join(changed(texts[work], rate, draw) for work in works)
        found[f"collection-{rate}-{number}"] = (text, works)
    return found


def changed(text: str, rate: float, draw: random.Random) -> str:
    """The text with characters at random places replaced by others of it."""
    characters = list(text)
    for place in draw.sample(range(len(text)), int(len(text) * rate)):
        characters[place] = draw.choice(text)
    return "".join(characters)


def contained(
    store: Store, texts: dict[str, str]
) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    """Share of each pair that the stages find, and seconds by stage."""
    names = list(texts)
    parts = [names[low : low + PART] for low in range(0, len(names), PART)]
    blobs = [
        store.put_table(pa.table({"text": [texts[n] for n in part]}, schema=TEXT)) for part in parts
    ]
    seconds: dict[str, float] = defaultdict(float)

    def done(stage: str, inputs: dict[str, object], params: dict[str, object]) -> UnitResult:
        began = perf_counter()
        result = execute(UnitSpec(stage=stage, inputs=inputs, params=params), store)
        seconds[stage] += perf_counter() - began
        return result

    exact = {**_FOLDING, "mode": "exact"}
    hashes = [done("dedup.signatures", {"text": b}, exact).outputs["hashes"] for b in blobs]
    samples = [done("dedup.samples", {"text": b}, dict(_FOLDING)) for b in blobs]
    shares = -(-sum(sample.counts["postings"] for sample in samples) // UNIT_POSTINGS)
    drawn = [sample.outputs["samples"] for sample in samples]
    overlaps = [
        done("dedup.overlaps", {"samples": drawn, "hashes": hashes}, {"share": [n, shares]})
        for n in range(shares)
    ]
    inputs: dict[str, object] = {
        "documents": [_documents(store, part) for part in parts],
        "text": blobs,
        **{name: [one.outputs[name] for one in overlaps] for name in ("overlaps", "usable")},
    }
    result = done("dedup.contained", inputs, {**_FOLDING, "containment": CONTAINMENT})
    print(f"candidates: {result.counts['candidates']}")
    rows = store.read_table(result.outputs["contained"]).to_pylist()
    return {(row["a"], row["b"]): row["shared"] / row["a_grams"] for row in rows}, seconds


def _documents(store: Store, names: list[str]) -> str:
    return store.put_table(pa.Table.from_pylist([{"id": n} for n in names], schema=DOCUMENTS))


def report_planted(
    texts: dict[str, str],
    planted: dict[str, tuple[str, list[str]]],
    pairs: dict[tuple[str, str], float],
) -> None:
    """By rate: planted works with the share, those found among them, and any that lack it."""
    for rate in RATES:
        wanted = found = 0
        for name, (text, works) in planted.items():
            if not name.startswith(f"collection-{rate}-"):
                continue
            whole = gram_set(text, ngram=5)
            for work in works:
                grams = gram_set(texts[work], ngram=5)
                if intersection(grams, whole) >= CONTAINMENT * len(grams):
                    wanted += 1
                    found += (work, name) in pairs
        print(f"changed {rate}: {wanted} works with the share, {found} found")


def report_real(folder: Path, texts: dict[str, str], pairs: dict[tuple[str, str], float]) -> None:
    """Pairs of real works with the share; exact copies and equal sizes are no containment."""
    with (folder / "neardup_aozora" / "all_pairs_j5.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wanted = found = 0
    for row in rows:
        if float(row["contain"]) < CONTAINMENT or not {row["a"], row["b"]} <= set(texts):
            continue
        a, b = sorted((gram_set(texts[row[side]], ngram=5) for side in "ab"), key=len)
        if len(a) < len(b) and intersection(a, b) >= CONTAINMENT * len(a):
            wanted += 1
            both = {(row["a"], row["b"]), (row["b"], row["a"])}
            found += bool(both & set(pairs))
    print(f"real works: {wanted} pairs with the share, {found} found")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
