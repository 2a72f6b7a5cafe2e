"""The unit: which letters and pairs of letters a part's blocks hold, and its rows of kanji.

A block is a run of documents of about a megabyte; a title counts as text. Each block has a filter
of bits (corpora.search.places). They are kept side by side, a row for each bit and a bit for each
block, so that a question reads two short rows of the file for each pair of letters asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple
from unicodedata import normalize

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.arrays import put_array
from corpora.composition import compositions
from corpora.documents import ROW_GROUP_ROWS
from corpora.kernels.folding import Folding, folded, folding_by
from corpora.kernels.grams import LEFT, PLAIN, mark_grams
from corpora.kernels.row_lists import packed_rows
from corpora.kernels.tables import SEVERAL, UNSURE
from corpora.kernels.text import Points, Utf8, decode, replaced
from corpora.search.folding import folded_alone, folded_composed, joining
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: UTF-8 bytes of a block. Smaller ones say more of words that stand together and less of pairs.
BLOCK_BYTES = 1 << 20
#: A small part has so many all the same.
FEWEST_BLOCKS = 8
#: The index's bytes for one of the text, at most.
SHARE = 1 / 12
_MOST_LOG2, _LEAST_LOG2 = 24, 6
#: Of a pair of kanji the bits that number its text.
_ROW = np.uint64(0xFFFF_FFFF)


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Outputs {"search": {"grams": …, "ends": …, "plain": …, "variants": …, "pairs": …}};
    counts blocks, the filters' bytes and plain rows.

    ``grams`` is uint8[bits, ceil(blocks / 8)], little end first; ``ends`` int64[blocks], the row
    behind each block's last; ``plain`` uint8[ceil(rows / 8)], a bit for each row whose letters all
    become one letter each: it is searched without folding anything; ``variants`` uint32, the
    letters of the part that become another one, ascending: words need not be looked for otherwise.
    ``pairs`` and ``pair_rows`` are corpora.search.kanji_pairs'.
    """
    blocks = _Blocks(_size(store, unit.inputs["text"]))
    with store.parquet(unit.inputs["text"]) as texts, store.parquet(unit.inputs["documents"]) as of:
        titles = of.iter_batches(ROW_GROUP_ROWS, columns=["title"])
        for batch, named in zip(
            texts.iter_batches(ROW_GROUP_ROWS, columns=["text"]), titles, strict=True
        ):
            blocks.add(batch["text"], named["title"])
            progress(documents=batch.num_rows, bytes=batch.nbytes)
    grams, ends = blocks.finished()
    plain = np.concatenate([np.zeros(0, np.bool_), *blocks.plain])
    pairs, ends_of_pairs, pair_rows = packed_rows(blocks.kanji())
    outputs = {
        "grams": put_array(store, grams),
        "ends": put_array(store, ends),
        "plain": put_array(store, np.packbits(plain, bitorder="little")),
        "variants": put_array(store, np.flatnonzero(blocks.seen).astype(np.uint32)),
        "pairs": put_array(store, np.stack([pairs, ends_of_pairs])),
        "pair_rows": put_array(store, pair_rows),
    }
    counts = {"blocks": len(ends), "bytes": grams.nbytes, "plain": int(plain.sum())}
    return UnitResult(outputs={"search": outputs}, counts=counts)


def _size(store: Store, blob: str) -> int:
    """Bytes of the part's texts, as Parquet counts them."""
    with store.parquet(blob) as file:
        about = file.metadata
        groups = range(about.num_row_groups)
        return sum(about.row_group(n).column(0).total_uncompressed_size for n in groups)


class _Blocks:
    """Takes texts in order and closes a block whenever it is large enough."""

    def __init__(self, size: int) -> None:
        self._target = max(1, min(BLOCK_BYTES, size // FEWEST_BLOCKS))
        width = -(-max(FEWEST_BLOCKS, size // self._target) // 8)
        log2 = int(size * SHARE / width).bit_length() - 1
        self._log2 = min(max(log2, _LEAST_LOG2), _MOST_LOG2)
        self._bits = self._nothing()
        self._held = 0
        self._rows = 0
        self._finished: list[NDArray[np.uint8]] = []
        self._ends: list[int] = []
        #: Which letters became another one.
        self.seen = np.zeros(0x110000, np.bool_)
        #: Which rows are plain, run by run.
        self.plain: list[NDArray[np.bool_]] = []
        self._pairs = [np.zeros(0, np.uint64)]

    def _nothing(self) -> NDArray[np.uint8]:
        return np.zeros((1 << self._log2) // 8, np.uint8)

    def add(self, texts: pa.Array[pa.LargeStringScalar], titles: pa.Array[pa.StringScalar]) -> None:
        bodies, names = Utf8.of(texts), Utf8.of(titles)
        first = 0
        while first < len(bodies):
            room = bodies.offsets[first] + max(self._target - self._held, 1)
            # The text that fills the block is its last.
            last = min(int(np.searchsorted(bodies.offsets, room)), len(bodies))
            here = [_some(strings, first, last) for strings in (bodies, names)]
            marked = [_mark(strings, self._bits, self.seen) for strings in here]
            self.plain.append(marked[0].plain & marked[1].plain)
            self._pairs += [one.pairs + np.uint64(self._rows) for one in marked]
            self._held += int(bodies.offsets[last] - bodies.offsets[first])
            self._rows += last - first
            if self._held >= self._target:
                self._close()
            first = last

    def _close(self) -> None:
        self._finished.append(self._bits)
        self._ends.append(self._rows)
        self._bits, self._held = self._nothing(), 0

    def finished(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        if self._rows > (self._ends[-1] if self._ends else 0):
            self._close()
        columns = np.zeros((-(-len(self._ends) // 8), 1 << self._log2), np.uint8)
        for number, bits in enumerate(self._finished):
            mine = np.unpackbits(bits, bitorder="little")
            columns[number // 8] |= mine << np.uint8(number % 8)
        return np.ascontiguousarray(columns.T), np.array(self._ends, np.int64)

    def kanji(self) -> NDArray[np.uint64]:
        """The pairs of kanji with their rows, ascending."""
        pairs = np.concatenate(self._pairs)
        pairs.sort()
        return pairs


def _some(texts: Utf8, first: int, last: int) -> Utf8:
    return Utf8(offsets=texts.offsets[first : last + 1], data=texts.data)


class _Marked(NamedTuple):
    #: bool[texts]: which are plain.
    plain: NDArray[np.bool_]
    #: Pairs of kanji with the number of their text (corpora.kernels.grams).
    pairs: NDArray[np.uint64]


def _mark(texts: Utf8, bits: NDArray[np.uint8], seen: NDArray[np.bool_]) -> _Marked:
    """Set the bits of all texts."""
    table, expansions = _table()
    plain = np.zeros(len(texts), np.bool_)
    pairs = [np.zeros(0, np.uint64)]
    for first, some in texts.slices():
        kinds, found = mark_grams(decode(some), table, expansions, bits, seen)
        plain[first : first + len(some)] = kinds == PLAIN
        pairs.append(found + np.uint64(first))
        left = np.flatnonzero(kinds == LEFT)
        if len(left):
            found = _mark_whole(Utf8.of(some.to_arrow().take(left)), bits)
            numbers = (left + first)[(found & _ROW).astype(np.int64)].astype(np.uint64)
            pairs.append(found & ~_ROW | numbers)
    return _Marked(plain=plain, pairs=np.concatenate(pairs))


def _mark_whole(texts: Utf8, bits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Set the bits of texts that have to be composed before their letters are looked up; their
    pairs of kanji."""
    composed, unsure = folded(texts, _composing())
    others = np.flatnonzero(unsure).tolist()
    composed = replaced(composed, {n: normalize("NFKC", texts.text(n)) for n in others})
    table, expansions = _of_composed()
    return mark_grams(composed, table, expansions, bits, np.zeros(len(table), np.bool_))[1]


@cache
def _table() -> tuple[NDArray[np.uint32], Points]:
    """corpora.search.folding as corpora.kernels.grams wants it."""
    table, expansions = _tabled(folded_alone())
    table[list(joining())] = UNSURE
    table.setflags(write=False)
    return table, expansions


@cache
def _of_composed() -> tuple[NDArray[np.uint32], Points]:
    """The same for texts that are NFKC: nothing in them joins any more."""
    table, expansions = _tabled(folded_composed())
    table.setflags(write=False)
    return table, expansions


def _tabled(letters: Mapping[int, str]) -> tuple[NDArray[np.uint32], Points]:
    table = np.arange(0x110000, dtype=np.uint32)
    expansions: list[str] = []
    for point, letter in letters.items():
        if len(letter) == 1:
            table[point] = ord(letter)
        else:
            table[point] = SEVERAL + len(expansions)
            expansions.append(letter)
    return table, decode(Utf8.of(expansions))


@cache
def _composing() -> Folding:
    """NFKC, and nothing else."""
    itself = np.arange(0x110000, dtype=np.uint32)
    # As corpora.folding's table, so that the kernel is compiled once for both.
    itself.setflags(write=False)
    return folding_by(compositions("NFKC"), itself)
