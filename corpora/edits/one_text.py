"""The passages of one text, and what of them is repeated; for who must not load the compiler.

The same passages and hashes as corpora.edits.passages finds in many texts, of one by numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from corpora.edits.copies import Copies
from corpora.edits.runs import run_spans
from corpora.edits.tails import Span
from corpora.folding import fold_points

#: As in corpora.kernels.passages and corpora.edits.passages.
_STEP = np.uint64(0x9E37_79B9_7F4A_7C15)
_LAST = np.uint64(0xD6E8_FEB8_6659_FD93)
_SEED = 0x6B6F_746F_6775_7261
#: Stands for an end of line while the text is folded; a code point that is no character.
_BREAK = "\ufdd0"
#: A longer passage is none that is looked for: its hash takes a step a code point.
LONGEST = 20_000

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passages:
    """Arrays have one entry a passage, in order."""

    #: Code points of the text.
    places: Sequence[Span]
    #: int64: code points that are compared.
    characters: Numbers
    #: uint64.
    hashes: NDArray[np.uint64]


def passages_of(text: str, group: str, params: Mapping[str, Any]) -> Passages:
    """``params`` are those of passages.Comparison; ``group`` is whose the text is.

    >>> params = {"unit": "line", "within": "corpus", "fold_old_kanji": True}
    >>> passages_of("一行目。\\n\\n二行目。\\n", "a.jp", params).places
    [(0, 4), (6, 10)]
    """
    lines = text.replace(_BREAK, "\ufdd1").split("\n")
    folded = fold_points(_BREAK.join(lines), old_kanji=params["fold_old_kanji"])
    breaks = np.flatnonzero(folded == ord(_BREAK))
    # Of each line, and where all end, among the code points that are compared.
    edges = np.concatenate([[0], breaks - np.arange(len(breaks)), [len(folded) - len(breaks)]])
    written = np.diff(edges) > 0
    begins = written.copy()
    if params["unit"] == "paragraph":
        begins[1:] &= ~written[:-1]
    firsts, filled = np.flatnonzero(begins), np.flatnonzero(written)
    lasts = filled[np.searchsorted(filled, np.append(firsts, len(lines))[1:]) - 1]
    starts = np.cumsum([0, *(len(line) + 1 for line in lines)])
    within_host = params["within"] == "host"
    seed = xxhash.xxh3_64_intdigest(group.encode()) if within_host else _SEED
    return Passages(
        places=list(zip(starts[firsts].tolist(), (starts[lasts + 1] - 1).tolist(), strict=True)),
        characters=edges[lasts + 1] - edges[firsts],
        hashes=_hashes(folded[folded != ord(_BREAK)], edges[firsts], edges[lasts + 1], seed),
    )


def _hashes(
    values: NDArray[np.uint32], starts: Numbers, ends: Numbers, seed: int
) -> NDArray[np.uint64]:
    """A code point of every passage at a time, the longest passages first."""
    lengths = ends - starts
    order = np.argsort(-lengths, kind="stable")
    mixed = np.full(len(starts), seed, np.uint64)
    first, longest = starts[order], lengths[order]
    for place in range(min(int(lengths.max(initial=0)), LONGEST)):
        going = int(np.searchsorted(-longest, -place, side="left"))
        step = (mixed[:going] ^ values[first[:going] + place].astype(np.uint64)) * _STEP
        mixed[:going] = step ^ (step >> np.uint64(29))
    mixed *= _LAST
    mixed = (mixed ^ (mixed >> np.uint64(32))) * _STEP
    found = np.empty_like(mixed)
    found[order] = mixed
    return found


def would_go(
    text: str, group: str, place: tuple[int, int], copies: Copies, params: Mapping[str, Any]
) -> list[Span]:
    """What would be cut from a text that is not among those that ``copies`` were counted in.

    ``place`` is its part and row: kept first of all that have a passage, it would keep it. A
    passage that its own would only make frequent enough is not among the copies.
    """
    found = passages_of(text, group, params)
    numbers = copies.find(found.hashes)
    numbers[(found.characters < params["min_characters"]) | (found.characters > LONGEST)] = -1
    if params["keep"] == "first":
        known = np.flatnonzero(numbers >= 0)
        where = copies.places(numbers[known])[:, 1:].tolist()
        is_first = np.array([place < (part, row) for part, row in where], np.bool_)
        numbers[known[is_first]] = -1
    return run_spans(text, found.places, (numbers >= 0).tolist())
