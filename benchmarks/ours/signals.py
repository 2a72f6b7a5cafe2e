"""Seventeen signals of every text in one pass, as the stage measures them."""

from __future__ import annotations

from array import array

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.protocol import Task, main
from corpora.documents import ROW_GROUP_ROWS
from corpora.kernels.text import Utf8
from corpora.signals.batch import Batch
from corpora.signals.catalogue import groups_of, members
from corpora.signals.columns import Columns, Measured, by_text, measured

#: What HojiChar's seven filters and Gopher's look at, by our names. Their groups hold more, which
#: is measured along: a group is the least that the product computes.
ASKED = (
    "characters",
    "japanese_letters",
    "hiragana_share",
    "katakana_share",
    "kanji_share",
    "latin_share",
    "digit_share",
    "symbol_share",
    "kana_in_head",
    "kuten_interval",
    "ellipsis_line_share",
    "short_line_share",
    "bullet_line_share",
    "duplicate_line_share",
    "top_2gram_share",
    "character_repetition",
    "longest_run",
)


def all_asked(task: Task) -> None:
    texts = pa.array(task.texts(), pa.large_string())
    groups = [_measure(name) for name in groups_of(ASKED)]
    _pass(texts.slice(0, 100), groups)
    with task.measured():
        found = _pass(texts, groups)
    task.counts["signals"] = len(found)
    repetition = found["character_repetition"].astype(np.float64)
    task.keep("character_repetition", "d", array("d", repetition.tobytes()))


def _measure(group: str) -> Measured:
    functions = {signal.name: signal.measure for signal in members(group)}
    return measured(group) or by_text(functions)


def _pass(texts: pa.LargeStringArray, groups: list[Measured]) -> Columns:
    pieces: dict[str, list[NDArray[np.float32]]] = {}
    for low in range(0, len(texts), ROW_GROUP_ROWS):
        for _, some in Utf8.of(texts.slice(low, ROW_GROUP_ROWS)).slices():
            batch = Batch(some)
            for measure in groups:
                for name, values in measure(batch).items():
                    pieces.setdefault(name, []).append(values)
    return {name: np.concatenate(values) for name, values in pieces.items()}


WORKS = {"signals": all_asked}

if __name__ == "__main__":
    main(WORKS, packages=("numpy", "numba", "pyarrow"))
