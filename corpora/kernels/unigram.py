"""The best pieces of a text by a unigram language model: sentencepiece's ``EncodeAsIds``.

What is computed, and in which order, is ``Model::EncodeOptimized`` of sentencepiece 0.2.3
(src/unigram_model.cc): scores are float32 and added in the order of the text; of two equal paths
to a place, the one whose last piece begins first stays; a path's score is taken back to 0 once it
is beyond 100,000. The text is normalised already (corpora.kernels.normalizing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.text import Points
from corpora.kernels.tries import DoubleArray, PrefixTree

#: A score beyond it is refused: sums of scores stay well within float32.
_LARGEST = 1e6

#: Beyond it a path's score is taken back to 0.
_RESET = np.float32(100_000.0)

#: Code points of all pieces; the largest vocabularies in use have a third.
_MOST_POINTS = 1 << 22

#: A piece is its id in so many bits, and above them its length in code points.
_ID_BITS = 22
_ID_MASK = np.uint32((1 << _ID_BITS) - 1)

#: The id of a single character that is no piece.
_NO_PIECE = np.uint32((1 << _ID_BITS) - 1)

#: What a cell of ``Pieces.cells`` holds.
_PARENT, _BASE, _PIECE, _SCORE = range(4)

#: Indices are unsigned: a signed one is checked for being negative at every use.
_ONE = np.uint64(1)
_TWO = np.uint64(2)
_TO_BASE, _TO_PIECE, _TO_SCORE = np.uint64(_BASE), np.uint64(_PIECE), np.uint64(_SCORE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """A vocabulary, ready to be walked."""

    #: uint32[0x110000], each code point's symbol in the trie.
    symbol_of: NDArray[np.uint32]
    #: The symbol that ends a text.
    ending: np.uint32
    #: uint32[places, 4] of a DoubleArray: parent, base, piece, and the bits of its float32 score,
    #: which is −∞ where a node is no piece: no path takes it.
    cells: NDArray[np.uint32]
    #: Code points of the longest piece.
    longest: int
    #: int32[256], the ids of the bytes of what is no piece; empty: a run of it is ``unknown``.
    byte_ids: NDArray[np.int32]
    unknown: int

    @classmethod
    def of(
        cls,
        *,
        pieces: Sequence[str],
        ids: NDArray[np.int32],
        scores: NDArray[np.float32],
        unknown_score: np.float32,
        byte_ids: NDArray[np.int32],
        unknown: int,
    ) -> Pieces:
        """``pieces`` are what a text may be cut into, none empty and none twice.

        Raises ValueError when a score, an id or a piece is larger than the kernel's numbers, or
        when the pieces make no trie of a reasonable size.
        """
        lengths = np.array([len(piece) for piece in pieces], np.uint32)
        if not (np.abs(np.append(scores, unknown_score)) <= _LARGEST).all():
            raise ValueError("a score is too large")
        if int(lengths.max()) >= 1 << (32 - _ID_BITS) or int(ids.max()) >= int(_NO_PIECE):
            raise ValueError("a piece is too long, or there are too many")
        if int(lengths.sum()) > _MOST_POINTS:
            raise ValueError("the pieces are too long, all in all")
        # Frequent pieces first: what is walked together lies together.
        ranked = np.argsort(-scores, kind="stable")
        tree = PrefixTree.of(pieces[number] for number in ranked)
        array = DoubleArray.of(tree)
        cells = np.zeros((len(array.bases), 4), np.uint32)
        cells[:, _PARENT] = array.parents
        cells[:, _BASE] = array.bases
        score = cells.view(np.float32)[:, _SCORE]
        score[:] = -np.inf
        # A single character is always a way on.
        cells[: array.symbols, _PIECE] = _NO_PIECE | 1 << _ID_BITS
        score[: array.symbols] = unknown_score
        places = array.places[tree.ends]
        cells[places, _PIECE] = (ids.astype(np.uint32) | lengths << _ID_BITS)[ranked]
        score[places] = scores[ranked]
        return cls(
            symbol_of=array.symbol_of,
            ending=np.uint32(array.symbols - 1),
            cells=cells,
            longest=int(lengths.max()),
            byte_ids=byte_ids,
            unknown=unknown,
        )

    def encode(self, points: Points) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Ids of normalised texts: text *i* has ``ids[offsets[i]:offsets[i + 1]]``.

        int64[texts + 1] and int32[offsets[-1]].
        """
        room = int(np.diff(points.starts).max(initial=0)) + 1
        offsets = np.empty(len(points) + 1, np.int64)
        # At most four bytes a code point; only what is written to takes memory.
        ids = np.empty(len(points.values) * (4 if len(self.byte_ids) else 1), np.int32)
        _encode(
            points.values,
            points.starts,
            self.symbol_of,
            self.ending,
            self.cells.reshape(-1),
            self.cells.view(np.float32).reshape(-1),
            self.longest,
            self.byte_ids,
            np.int32(self.unknown),
            np.empty(room, np.uint32),
            np.empty(room, np.float32),
            np.empty(room, np.uint32),
            offsets,
            ids,
        )
        found = ids[offsets[0] :].copy()
        return offsets - offsets[0], found


@kernel
def _encode(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    symbol_of: NDArray[np.uint32],
    ending: np.uint32,
    cells: NDArray[np.uint32],
    scores: NDArray[np.float32],
    longest: int,
    byte_ids: NDArray[np.int32],
    unknown: np.int32,
    symbols: NDArray[np.uint32],
    best: NDArray[np.float32],
    last: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    ids: NDArray[np.int32],
) -> None:
    """Fills ``offsets``, and ``ids`` from its end: the last text's last piece is known first.

    ``values`` are code points (``decode`` checked them); ``symbols``, ``best`` and ``last`` have
    a place for each of the longest text's, and one more; ``ids`` one, or four, for each of all.
    Bases and symbols add up to places within ``cells`` (``DoubleArray`` says so).
    """
    write = np.uint64(len(ids))
    offsets[len(starts) - 1] = len(ids)
    for text in range(len(starts) - 2, -1, -1):
        first = np.uint64(starts[text])
        size = np.uint64(starts[text + 1]) - first
        for place in range(size):
            symbols[place] = symbol_of[values[first + place]]
            best[place] = -np.inf
        symbols[size] = ending
        best[size] = -np.inf
        best[0] = 0.0
        for place in range(size):
            here = best[place]
            if here < -_RESET or here > _RESET:
                for later in range(place, min(place + np.uint64(longest), size + _ONE)):
                    best[later] -= here
                here = np.float32(0.0)
            node = np.uint64(symbols[place])
            end = np.uint64(place) + _ONE
            while True:
                cell = node << _TWO
                score = scores[cell + _TO_SCORE] + here
                # Chosen, not jumped over: nobody could predict where to.
                better = score > best[end]
                best[end] = score if better else best[end]
                last[end] = cells[cell + _TO_PIECE] if better else last[end]
                child = np.uint64(cells[cell + _TO_BASE]) + np.uint64(symbols[end])
                if np.uint64(cells[child << _TWO]) != node:
                    break
                node = child
                end += _ONE
        end = size
        was_unknown = False
        while end > 0:
            piece = last[end]
            id_ = piece & _ID_MASK
            if id_ != _NO_PIECE:
                write -= _ONE
                ids[write] = np.int32(id_)
            elif len(byte_ids):
                write = _write_bytes(values[first + end - _ONE], byte_ids, ids, write)
            elif not was_unknown:
                write -= _ONE
                ids[write] = unknown
            was_unknown = id_ == _NO_PIECE
            end -= np.uint64(piece >> np.uint32(_ID_BITS))
        offsets[text] = np.int64(write)


@inlined
def _write_bytes(
    point: np.uint32, byte_ids: NDArray[np.int32], ids: NDArray[np.int32], write: np.uint64
) -> np.uint64:
    """The code point's bytes in UTF-8 before ``write``; where they begin."""
    if point < np.uint32(0x80):
        ids[write - _ONE] = byte_ids[point]
        return write - _ONE
    lead = np.uint32(0xC0)
    while True:
        write -= _ONE
        ids[write] = byte_ids[np.uint32(0x80) | (point & np.uint32(0x3F))]
        point >>= np.uint32(6)
        # What is left of the code point goes into the lead byte: 110xxxxx, 1110xxxx, 11110xxx.
        if point < (np.uint32(0x20) if lead == 0xC0 else 0x10 if lead == 0xE0 else 0x08):
            break
        lead = lead >> np.uint32(1) | np.uint32(0x80)
    write -= _ONE
    ids[write] = byte_ids[lead | point]
    return write
