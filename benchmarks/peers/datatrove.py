"""datatrove: MinHash deduplication and Gopher's quality filter, with its Japanese tokenizer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from datatrove.data import Document
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupSignature,
)
from datatrove.pipeline.filters import GopherQualityFilter
from datatrove.utils.hashing import HashConfig

from benchmarks.protocol import Task, main

JAPANESE = "jpn_Jpan"
#: A bucket's record of a duplicate: file and document of the one, file and document of the other.
_PAIR = np.dtype("<u4")


def signatures(task: Task) -> None:
    """In its defaults: 14 × 8 over 5-grams of words."""
    texts = task.texts()
    with tempfile.TemporaryDirectory() as folder:
        step = MinhashDedupSignature(folder, language=JAPANESE)
        step.get_shingles(texts[0])
        with task.measured():
            _drain(step.run(_documents(texts)))


def signatures_of_characters(task: Task) -> None:
    """128 permutations over 5-grams of characters: the others' work."""
    texts = task.texts()
    config = MinhashConfig(num_buckets=16, hashes_per_bucket=8)
    with tempfile.TemporaryDirectory() as folder:
        step = MinhashDedupSignature(folder, config=config, language=JAPANESE)
        step.word_tokenizer = _Characters()
        with task.measured():
            _drain(step.run(_documents(texts)))


class _Characters:
    def word_tokenize(self, text: str) -> list[str]:
        return list(text)


def duplicates(task: Task) -> None:
    """Pairs that share a bucket, in its defaults."""
    texts = task.texts()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = MinhashConfig()
        step = MinhashDedupSignature(str(folder / "signatures"), config=config, language=JAPANESE)
        with task.measured():
            _drain(step.run(_documents(texts)))
            found = _in_buckets(folder, config)
    task.counts.update(bands=config.num_buckets, rows=config.hashes_per_bucket)
    task.keep("pairs", "q", [number for pair in sorted(found) for number in pair])


def candidates(task: Task) -> None:
    """Signatures that are there, through its buckets; clusters by union."""
    columns, documents = int(task.options["columns"]), int(task.options["documents"])
    matrix = np.memmap(task.input, np.uint32, "r").reshape(-1, columns)[:documents]
    task.documents, task.bytes = len(matrix), matrix.nbytes
    config = MinhashConfig(
        num_buckets=16, hashes_per_bucket=8, hash_config=HashConfig(precision=32)
    )
    roots = np.arange(len(matrix))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_signatures(matrix, config, folder / "signatures")
        with task.measured():
            for a, b in sorted(_in_buckets(folder, config)):
                first, second = sorted((_root(roots, a), _root(roots, b)))
                roots[second] = first
            found = [_root(roots, number) for number in range(len(matrix))]
    task.keep("clusters", "q", found)


def _write_signatures(matrix: np.ndarray, config: MinhashConfig, folder: Path) -> None:
    """As its own first step leaves them: a record of hashes and document, sorted."""
    names = [f"field{number}" for number in range(config.hashes_per_bucket + 1)]
    for bucket in range(config.num_buckets):
        low = bucket * config.hashes_per_bucket
        columns = matrix[:, low : low + config.hashes_per_bucket]
        records = np.zeros(len(matrix), [(name, "<u4") for name in names])
        for name, column in zip(names, columns.T, strict=False):
            records[name] = column
        records[names[-1]] = np.arange(len(matrix))
        records.sort(order=names)
        path = folder / f"bucket_{bucket:03d}" / "00000.minhash.sig"
        path.parent.mkdir(parents=True)
        records.tofile(path)


def _in_buckets(folder: Path, config: MinhashConfig) -> set[tuple[int, int]]:
    step = MinhashDedupBuckets(str(folder / "signatures"), str(folder / "pairs"), config=config)
    for bucket in range(config.num_buckets):
        _drain(step.run(None, bucket, config.num_buckets))
    found = set()
    for path in sorted((folder / "pairs").rglob("*.dups")):
        records = np.fromfile(path, _PAIR).reshape(-1, 4)
        found |= {(min(a, b), max(a, b)) for a, b in records[:, [1, 3]].tolist()}
    return found


def gopher(task: Task) -> None:
    """Its quality filter in its defaults."""
    texts = task.texts()
    step = GopherQualityFilter(language=JAPANESE)
    step.filter(Document(text=texts[0], id="0"))
    with task.measured():
        for number, text in enumerate(texts):
            step.filter(Document(text=text, id=str(number)))


def _documents(texts: list[str]) -> Iterator[Document]:
    return (Document(text=text, id=str(number)) for number, text in enumerate(texts))


def _drain(result: object) -> None:
    if isinstance(result, Iterator):
        for _ in result:
            pass


def _root(roots: np.ndarray, item: int) -> int:
    while roots[item] != item:
        roots[item] = roots[roots[item]]
        item = roots[item]
    return int(item)


WORKS = {
    "minhash": signatures,
    "minhash.characters": signatures_of_characters,
    "duplicates": duplicates,
    "candidates": candidates,
    "signals": gopher,
}

if __name__ == "__main__":
    main(WORKS, packages=("datatrove", "numpy", "spacy", "sudachipy"))
