"""datasketch: MinHash and MinHashLSH."""

from __future__ import annotations

import json
from array import array

import numpy as np
import xxhash
from datasketch import LeanMinHash, MinHash, MinHashLSH

from benchmarks.protocol import Task, main

PERMUTATIONS, NGRAM = 128, 5

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E37_79B9_7F4A_7C15


def grams(text: str) -> list[bytes]:
    return [text[place : place + NGRAM].encode() for place in range(len(text) - NGRAM + 1)]


def default(task: Task) -> None:
    """As its documentation begins: one update a gram."""
    texts = task.texts()
    with task.measured():
        for text in texts:
            signature = MinHash(num_perm=PERMUTATIONS)
            for gram in grams(text):
                signature.update(gram)


def tuned(task: Task) -> None:
    """As its documentation advises for speed: in bulk, with a quick hash."""
    texts = task.texts()
    with task.measured():
        made = MinHash.bulk(
            (grams(text) for text in texts),
            num_perm=PERMUTATIONS,
            hashfunc=xxhash.xxh32_intdigest,
        )
    task.keep("signatures", "I", array("I", _matrix(made).tobytes()))


def same_grams(task: Task) -> None:
    """Fed with the product's gram hashes, written anew from what docs say of them; for agreement.

    The input's texts are folded already.
    """
    texts = task.texts()
    multipliers = [_splitmix(number) for number in range(1, NGRAM + 1)]
    with task.measured():
        made = []
        for text in texts:
            signature = MinHash(num_perm=PERMUTATIONS, scheme="affine32", hashfunc=int)
            hashes = {_gram32(text[p : p + NGRAM], multipliers) for p in range(len(text) - 4)}
            signature.update_batch(sorted(hashes))
            made.append(signature)
    task.keep("signatures", "I", array("I", _matrix(made).tobytes()))


def _gram32(gram: str, multipliers: list[int]) -> int:
    x = sum(k * ord(character) for k, character in zip(multipliers, gram, strict=True)) & _MASK
    return (x ^ x >> 32) * _GOLDEN % (1 << 64) >> 32


def _splitmix(number: int) -> int:
    z = number * _GOLDEN & _MASK
    z = (z ^ z >> 30) * 0xBF58_476D_1CE4_E5B9 & _MASK
    z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB & _MASK
    return (z ^ z >> 31) | 1


def _matrix(made: list[MinHash]) -> np.ndarray:
    return np.array([signature.hashvalues for signature in made]).astype(np.uint32)


def candidates(task: Task) -> None:
    """Signatures that are there, into an LSH of 16 × 8 and asked back; clusters by union."""
    columns, documents = int(task.options["columns"]), int(task.options["documents"])
    matrix = np.memmap(task.input, np.uint32, "r").reshape(-1, columns)[:documents]
    task.documents, task.bytes = len(matrix), matrix.nbytes
    with task.measured():
        index = MinHashLSH(num_perm=columns, params=(16, 8))
        roots = list(range(len(matrix)))
        for number, row in enumerate(matrix):
            signature = LeanMinHash(seed=1, hashvalues=row, scheme="affine32")
            for other in index.query(signature):
                _join(roots, number, other)
            index.insert(number, signature, check_duplication=False)
        found = [_root(roots, number) for number in range(len(matrix))]
    task.keep("clusters", "q", found)


def _root(roots: list[int], item: int) -> int:
    while roots[item] != item:
        roots[item] = roots[roots[item]]
        item = roots[item]
    return item


def _join(roots: list[int], a: int, b: int) -> None:
    first, second = sorted((_root(roots, a), _root(roots, b)))
    roots[second] = first


def duplicates(task: Task) -> None:
    """MinHashLSH at threshold .8; all else is its default."""
    texts = task.texts()
    found = []
    with task.measured():
        index = MinHashLSH(threshold=0.8, num_perm=PERMUTATIONS)
        for number, text in enumerate(texts):
            signature = MinHash(num_perm=PERMUTATIONS)
            signature.update_batch(grams(text))
            found += [(other, number) for other in index.query(signature)]
            index.insert(number, signature)
    task.counts.update(bands=index.b, rows=index.r)
    task.keep("pairs", "q", [number for pair in found for number in pair])


def exact_checks(task: Task) -> None:
    """Estimates of pairs of signatures, which are all that it has for a check."""
    with task.input.open(encoding="utf-8") as lines:
        pairs = [MinHash.bulk(map(grams, json.loads(line)), num_perm=128) for line in lines]
    task.documents = len(pairs)
    with task.measured():
        found = [a.jaccard(b) for a, b in pairs]
    task.keep("jaccard", "d", found)


WORKS = {
    "minhash": default,
    "minhash.tuned": tuned,
    "minhash.same_grams": same_grams,
    "candidates": candidates,
    "duplicates": duplicates,
    "exact_checks": exact_checks,
}

if __name__ == "__main__":
    main(WORKS, packages=("datasketch", "numpy", "xxhash"))
