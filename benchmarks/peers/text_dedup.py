"""text-dedup: the function that its MinHash maps over a data set."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
from text_dedup import minhash as module
from text_dedup.utils import optimal_param, sha1_hash, xxh3_32hash

from benchmarks.protocol import Task, main

#: Its command line's defaults.
PERMUTATIONS, THRESHOLD, NGRAM, LEAST_WORDS = 250, 0.7, 5, 5
_PRIME, _MOST = np.uint64((1 << 61) - 1), np.uint32((1 << 32) - 1)


def default(task: Task) -> None:
    """Words (in Japanese: what stands between two symbols), SHA-1."""
    bands, rows = optimal_param(THRESHOLD, PERMUTATIONS, 0.5, 0.5)
    _embed(task, bands, rows, PERMUTATIONS, lambda value: sha1_hash(value, d=32))


def characters(task: Task) -> None:
    """The others' work: 5-grams of characters, 128 permutations, its quick hash."""
    module.NON_ALPHA = re.compile("")
    _embed(task, 16, 8, 128, xxh3_32hash)


def duplicates(task: Task) -> None:
    """Documents that share a band, in its defaults."""
    bands, rows = optimal_param(THRESHOLD, PERMUTATIONS, 0.5, 0.5)
    embedded = _embed(task, bands, rows, PERMUTATIONS, lambda value: sha1_hash(value, d=32))
    holders: dict[tuple[int, bytes], list[int]] = {}
    for number, signature in enumerate(embedded):
        for band in enumerate(signature):
            holders.setdefault(band, []).append(number)
    found = {pair for same in holders.values() for pair in combinations(same, 2)}
    task.counts.update(bands=bands, rows=rows)
    task.keep("pairs", "q", [number for pair in sorted(found) for number in pair])


def _embed(task: Task, bands: int, rows: int, permutations: int, hash_function) -> list:
    texts = task.texts()
    random = np.random.RandomState(module.SEED)
    drawn = (
        random.randint(1, _PRIME, size=permutations, dtype=np.uint64),
        random.randint(0, _PRIME, size=permutations, dtype=np.uint64),
    )
    ranges = [(band * rows, (band + 1) * rows) for band in range(bands)]
    with task.measured():
        return [
            module.embed_func(
                text,
                number,
                num_perm=permutations,
                ngram_size=NGRAM,
                min_length=LEAST_WORDS,
                hashranges=ranges,
                permutations=drawn,
                hash_func=hash_function,
                dtype=np.uint64,
                max_hash=_MOST,
                modulo_prime=_PRIME,
            )[module.SIGNATURE_COLUMN]
            for number, text in enumerate(texts)
        ]


WORKS = {"minhash": default, "minhash.characters": characters, "duplicates": duplicates}

if __name__ == "__main__":
    main(WORKS, packages=("text-dedup", "numpy", "xxhash"))
