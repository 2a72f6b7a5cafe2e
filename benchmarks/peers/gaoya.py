"""gaoya: an index of strings by MinHash."""

from __future__ import annotations

from gaoya.minhash import MinHashStringIndex

from benchmarks.protocol import Task, main


def _index() -> MinHashStringIndex:
    return MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=0.8,
        num_bands=16,
        band_size=8,
        analyzer="char",
        ngram_range=(5, 5),
    )


def minhash(task: Task) -> None:
    """Signatures and their insertion, which it does in one step."""
    texts = task.texts()
    index = _index()
    with task.measured():
        for number, text in enumerate(texts):
            index.insert_document(number, text)


def duplicates(task: Task) -> None:
    """What its index answers, which drops what its signatures put under the threshold."""
    texts = task.texts()
    found = []
    with task.measured():
        index = _index()
        for number, text in enumerate(texts):
            found += [(other, number) for other in index.query(text)]
            index.insert_document(number, text)
    task.counts.update(bands=16, rows=8)
    task.keep("pairs", "q", [number for pair in found for number in pair])


WORKS = {"minhash": minhash, "duplicates": duplicates}

if __name__ == "__main__":
    main(WORKS, packages=("gaoya",))
