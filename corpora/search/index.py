"""Asking a part's index which rows may hold some words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np
import numpy.typing as npt

from corpora.arrays import read_array
from corpora.search.kanji_pairs import pairs_of, rows_of
from corpora.search.places import asked, places
from corpora.search.words import Words
from corpora.storage import Store


def row_runs(store: Store, search: Mapping[str, str], words: Words) -> npt.NDArray[np.int64]:
    """int64[runs, 2]: the rows, from and to, of a part outside of which the words are not.

    ``search`` is the part's role of that name. Runs that touch are one.
    """
    ends = read_array(store, search["ends"])
    grams = read_array(store, search["grams"])
    may = np.full(grams.shape[1], 0xFF, np.uint8)
    log2 = grams.shape[0].bit_length() - 1
    for key in asked(words.folded):
        for place in places(key, log2):
            may = may & grams[place]
    blocks = np.unpackbits(may, count=len(ends), bitorder="little").astype(np.int8)
    edges = np.flatnonzero(np.diff(blocks, prepend=0, append=0))
    bounds = np.concatenate([[0], ends])
    runs: npt.NDArray[np.int64] = bounds[edges].reshape(-1, 2)
    return runs


def rows_of_kanji(
    store: Store, search: Mapping[str, str], words: Words
) -> npt.NDArray[np.int64] | None:
    """The rows of a part that hold every pair of kanji of the words, ascending; None: not known.

    Of two kanji and no more these are the rows that hold the words.
    """
    pairs = pairs_of(words.folded)
    if not pairs or "pairs" not in search:
        return None
    return reduce(np.intersect1d, (rows_of(store, search, pair) for pair in pairs))


def is_pair_of_kanji(words: Words) -> bool:
    """Whether ``rows_of_kanji`` says all about the words."""
    return len(words.folded) == 2 and bool(pairs_of(words.folded))


def variants(store: Store, search: Mapping[str, str]) -> frozenset[int]:
    """The letters of a part that fold to another one."""
    return frozenset(read_array(store, search["variants"]).tolist())


def plain_rows(store: Store, search: Mapping[str, str], rows: int) -> npt.NDArray[np.bool_]:
    """bool[rows]: the rows of a part in which no letter becomes several or joins another."""
    bits = read_array(store, search["plain"])
    return np.unpackbits(bits, count=rows, bitorder="little").astype(np.bool_)
