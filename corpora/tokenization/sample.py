"""Which kept text a tokenizer is trained on: an even sample of documents, whatever their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import xxhash

from corpora.final_texts import final_texts
from corpora.stages import Progress, no_progress
from corpora.storage import Store

#: A line longer than this is cut: the trainer would leave out lines of over 4,192 bytes.
_LINE_CODE_POINTS = 1_000

_LINES = re.compile(rf"[^\n]{{1,{_LINE_CODE_POINTS}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Part number and row of a document -> UTF-8 bytes that may be taken from its beginning."""

    allowances: Mapping[tuple[int, int], int]


def choose(
    store: Store,
    parts: Sequence[Mapping[str, str]],
    sample_bytes: int,
    progress: Progress = no_progress,
) -> Chosen:
    """Documents in the order of a hash of their ids until ``sample_bytes`` are reached.

    So one source that came first cannot fill the sample, and a document that is added or removed
    changes the sample by little more than itself.
    """
    sizes: list[tuple[int, int, int, int]] = []
    for number, part in enumerate(parts):
        ids = store.read_table(part["documents"], columns=["id"]).column("id").to_pylist()
        for batch in final_texts(store, part):
            sizes += [
                (xxhash.xxh3_64_intdigest(str(ids[row]).encode()), number, row, len(text.encode()))
                for row, text in batch.strings()
                if text is not None
            ]
            progress()
    allowances: dict[tuple[int, int], int] = {}
    left = sample_bytes
    for _, number, row, size in sorted(sizes):
        if left <= 0:
            break
        allowances[number, row] = min(size, left)
        left -= size
    return Chosen(allowances=allowances)


def lines(
    store: Store, parts: Sequence[Mapping[str, str]], chosen: Chosen, progress: Progress
) -> Iterator[str]:
    """The chosen documents' lines in the order of the parts, none empty."""
    for number, part in enumerate(parts):
        for batch in final_texts(store, part):
            for row, text in batch.strings():
                allowance = chosen.allowances.get((number, row), 0)
                if text is not None and allowance:
                    yield from cut_lines(text, allowance)
                    progress(documents=1, bytes=allowance)


def cut_lines(text: str, allowance: int) -> Iterator[str]:
    """Lines of at most 1,000 code points, until ``allowance`` bytes have been given.

    >>> list(cut_lines("春は\\n\\nあけぼの。", 100))
    ['春は', 'あけぼの。']
    >>> list(cut_lines("春は\\nあけぼの。", 6))
    ['春は']
    """
    for match in _LINES.finditer(text):
        if allowance <= 0:
            return
        yield match.group()
        allowance -= len(match.group().encode())
