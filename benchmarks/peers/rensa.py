"""rensa: RMinHash and RMinHashLSH."""

from __future__ import annotations

import rensa

from benchmarks.protocol import Task, main

PERMUTATIONS, NGRAM, SEED, BANDS = 128, 5, 42, 16


def grams(text: str) -> list[str]:
    return [text[place : place + NGRAM] for place in range(len(text) - NGRAM + 1)]


def default(task: Task) -> None:
    """One RMinHash a text."""
    texts = task.texts()
    with task.measured():
        for text in texts:
            signature = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
            signature.update(grams(text))
            signature.digest()


def tuned(task: Task) -> None:
    """All texts in one call, into one matrix."""
    texts = task.texts()
    with task.measured():
        tokens = [grams(text) for text in texts]
        rensa.RMinHash.digest_matrix_from_token_sets(tokens, PERMUTATIONS, SEED)


def duplicates(task: Task) -> None:
    """RMinHashLSH at threshold .8 in 16 bands, as its documentation shows it."""
    texts = task.texts()
    found = []
    with task.measured():
        index = rensa.RMinHashLSH(threshold=0.8, num_perm=PERMUTATIONS, num_bands=BANDS)
        for number, text in enumerate(texts):
            signature = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
            signature.update(grams(text))
            found += [(other, number) for other in index.query(signature)]
            index.insert(number, signature)
    task.counts.update(bands=BANDS, rows=PERMUTATIONS // BANDS)
    task.keep("pairs", "q", [number for pair in found for number in pair])


WORKS = {"minhash": default, "minhash.tuned": tuned, "duplicates": duplicates}

if __name__ == "__main__":
    main(WORKS, packages=("rensa",))
