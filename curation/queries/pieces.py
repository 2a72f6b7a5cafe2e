"""A document's tokens as spans of its text, without the library that made them.

The web process must not load sentencepiece: the pieces are read from the model's file, the ids
from the snapshot, and the text says where each piece is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from curation.queries.segments import Segment
from curation.store import store

Offsets = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

#: sentencepiece_model.proto: ModelProto.pieces; SentencePiece.piece and .type, UNKNOWN and BYTE.
_PIECES, _PIECE, _TYPE = 1, 1, 3
_UNKNOWN, _BYTE = 2, 6
#: U+2581, a blank in a piece.
_BLANK = "\u2581"
#: Tokens of a text that are found one by one; only models that change their text need it.
_MOST_WALKED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """The vocabulary of a model; an id is a place in each."""

    names: Sequence[str]
    #: As they stand in a text; "" for the bytes of a character but its first.
    surfaces: Sequence[str]
    is_byte: npt.NDArray[np.bool_]
    is_unknown: npt.NDArray[np.bool_]
    #: Code points of each surface, all surfaces end to end (uint32), and where each begins.
    lengths: Offsets
    points: npt.NDArray[np.uint32]
    starts: Offsets


@lru_cache(maxsize=4)
def vocabulary(blob: str) -> Pieces:
    """The pieces of a model blob. Raises ValueError when it is no whole protobuf message."""
    names, types = [], []
    for number, value in _fields(store().read(blob)):
        if number == _PIECES and isinstance(value, bytes):
            message = dict(_fields(value))
            name = message.get(_PIECE, b"")
            names.append(name.decode(errors="replace") if isinstance(name, bytes) else "")
            types.append(message.get(_TYPE, 1))
    is_byte = np.array([type == _BYTE for type in types], np.bool_)
    surfaces = [
        _byte_surface(name) if byte else name.replace(_BLANK, " ")
        for name, byte in zip(names, is_byte.tolist(), strict=True)
    ]
    lengths = np.array([len(surface) for surface in surfaces], np.int64)
    return Pieces(
        names=names,
        surfaces=surfaces,
        is_byte=is_byte,
        is_unknown=np.array([type == _UNKNOWN for type in types], np.bool_),
        lengths=lengths,
        points=_points("".join(surfaces)),
        starts=np.cumsum(lengths) - lengths,
    )


def _byte_surface(name: str) -> str:
    """U+FFFD for a byte that begins a character: one character stands there."""
    value = int(name[3:-1], 16)
    return "" if 0x80 <= value < 0xC0 else "\ufffd"


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field number and value of each field of a protobuf message, in order."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        kind, value = key & 7, b""
        if kind == 0:
            number, place = _varint(data, place)
            yield key >> 3, number
            continue
        if kind == 2:
            size, place = _varint(data, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"a field of type {kind}")
        value = data[place : place + size]
        place += size
        yield key >> 3, value


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data):
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, place
    raise ValueError("the message is cut short")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tokens:
    """The tokens of one text, and where each is."""

    #: What the offsets speak of: the text, or the pieces one after the other when the model
    #: changed the text so that they are not found in it.
    text: str
    is_text: bool
    ids: Ids
    #: int64[ids + 1], code points.
    offsets: Offsets
    pieces: Pieces

    def segments(self, start: int, end: int) -> list[Segment]:
        """The tokens that begin in ``text[start:end]``, coloured by turns.

        The bytes of one character are one segment: nobody can see a part of a character.
        """
        low, high = np.searchsorted(self.offsets[:-1], (start, end)).tolist()
        places = self.offsets[low : high + 1].tolist()
        ids = self.ids[low:high].tolist()
        groups: list[tuple[int, int, list[int]]] = []
        for token, (begin, stop) in zip(ids, pairwise(places), strict=True):
            if begin == stop and groups:
                groups[-1][2].append(token)
            else:
                groups.append((begin, stop, [token]))
        return [
            Segment(
                text=self.text[begin:stop],
                kind="bytes" if self.pieces.is_byte[group[0]] else _TURNS[number % 2],
                label=" ".join(f"{self.pieces.names[token]} ({token})" for token in group),
            )
            for number, (begin, stop, group) in enumerate(groups)
        ]


_TURNS = ("token", "token-odd")


def tokens(ids: Ids, text: str, model: str) -> Tokens:
    """The tokens of a text, by the blob of the model that made them.

    Raises ValueError when the model cannot be read, or is not the one that made them.
    """
    pieces = vocabulary(model)
    if len(ids) and int(ids.max()) >= len(pieces.names):
        raise ValueError("a token is not in the vocabulary")
    offsets = _added_up(ids, text, pieces)
    if offsets is None:
        offsets = _walked(ids.tolist(), text, pieces)
    if offsets is not None:
        return Tokens(text=text, is_text=True, ids=ids, offsets=offsets, pieces=pieces)
    apart = "".join([pieces.surfaces[number] for number in ids.tolist()])
    ends = np.cumsum([0, *pieces.lengths[ids]])
    return Tokens(text=apart, is_text=False, ids=ids, offsets=ends, pieces=pieces)


def _added_up(ids: Ids, text: str, pieces: Pieces) -> Offsets | None:
    """Offsets by the pieces' lengths alone, where the model leaves texts as they are."""
    lengths = pieces.lengths[ids]
    offsets: Offsets = np.concatenate([[0], np.cumsum(lengths)])
    if offsets[-1] != len(text) or pieces.is_unknown[ids].any():
        return None
    # Of a text that the model changed without changing its length, some piece differs.
    places = np.repeat(pieces.starts[ids] - offsets[:-1], lengths) + np.arange(len(text))
    same = pieces.points[places] == _points(text)
    same[offsets[:-1][pieces.is_byte[ids] & (lengths > 0)]] = True
    return offsets if same.all() else None


def _points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _walked(ids: Sequence[int], text: str, pieces: Pieces) -> Offsets | None:
    """Offsets found piece by piece; None where a piece is not in the text, or for too many."""
    if len(ids) > _MOST_WALKED:
        return None
    offsets = [0]
    for number, token in enumerate(ids):
        place = offsets[-1]
        if pieces.is_byte[token]:
            stop = place + len(pieces.surfaces[token])
        elif pieces.is_unknown[token]:
            stop = _until(text, place, [pieces.surfaces[i] for i in ids[number + 1 : number + 2]])
        else:
            stop = _end_of(text, place, pieces.surfaces[token])
        if stop < 0 or stop > len(text):
            return None
        offsets.append(stop)
    return np.array(offsets, np.int64)


def _end_of(text: str, place: int, surface: str) -> int:
    """Where the piece that begins at ``place`` ends, blanks that the model took away included."""
    if text.startswith(surface, place):
        return place + len(surface)
    wanted = surface.strip(" ")
    while place < len(text) and text[place].isspace():
        place += 1
    if text.startswith(wanted, place):
        return place + len(wanted)
    for stop in range(place + 1, min(len(text), place + 4 * len(wanted) + 4) + 1):
        if unicodedata.normalize("NFKC", text[place:stop]) == wanted:
            return stop
    return -1


def _until(text: str, place: int, following: Sequence[str]) -> int:
    """Where what the model does not know ends: before the next piece."""
    wanted = following[0].strip(" ") if following else ""
    return text.find(wanted, place + 1) if wanted else len(text)
