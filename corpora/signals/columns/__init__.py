"""Groups measured a batch at a time by kernels, equal to their signals' own functions.

A group that is not in here is measured text by text. The modules are named, not imported:
pages list signals, and must not load a compiler for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpora.signals.batch import Batch
from corpora.signals.reading import Reading
from corpora.signals.registry import Measure

#: Signal -> float32[texts].
Columns: TypeAlias = Mapping[str, NDArray[np.float32]]
Measured: TypeAlias = Callable[[Batch], Columns]

#: Group -> the module under this one, and its function over batches.
_FUNCTIONS = {
    "script": "script.measure",
    "layout": "layout.measure",
    "top_ngrams": "top_ngrams.measure",
    "repetition": "repetition.measure",
    "word_repetition": "word_repetition.measure",
    "language": "language.measure",
    "compression": "compression.measure_zlib",
    "quick_compression": "compression.measure_zstd",
    "words": "words.measure",
    "personal": "personal.measure",
    "decoding": "decoding.measure",
    "rights": "rights.measure",
}


def measured(group: str) -> Measured | None:
    """The group's function over batches; None where there is none."""
    if group not in _FUNCTIONS:
        return None
    module, _, name = _FUNCTIONS[group].partition(".")
    function: Measured = getattr(import_module(f"corpora.signals.columns.{module}"), name)
    return function


def own_list(name: str) -> Measured:
    """The hits of a word list that the recipe brings; the batch must know it by this name.

    >>> from corpora.kernels.text import Utf8
    >>> from corpora.signals.lists import WordLists
    >>> batch = Batch(Utf8.of(["煎茶と番茶"]), WordLists({"words.茶": ("煎茶", "番茶")}))
    >>> own_list("words.茶")(batch)
    {'words.茶': array([2.], dtype=float32)}
    """
    return lambda batch: {name: batch.hits[name].counts(len(batch)).astype(np.float32)}


def by_text(functions: Mapping[str, Measure]) -> Measured:
    """Signals that no kernel measures: each text is read once for all of them.

    >>> from corpora.kernels.text import Utf8
    >>> by_text({"long": lambda reading: reading.characters})(Batch(Utf8.of(["茶", ""])))
    {'long': array([1., 0.], dtype=float32)}
    """

    def measure(batch: Batch) -> Columns:
        found = {name: np.empty(len(batch), np.float32) for name in functions}
        for number, text in enumerate(batch.strings):
            reading = Reading(text)
            for name, function in functions.items():
                found[name][number] = function(reading)
        return found

    return measure
