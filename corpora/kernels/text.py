"""Strings of an Arrow array as code points, and code points as UTF-8.

A batch of texts is two arrays: ``values`` (uint32, one a code point, all texts end to end) and
``starts`` (int64, one a text and one more: text *i* is ``values[starts[i]:starts[i + 1]]``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.kernels.compiling import kernel
from corpora.kernels.utf8 import SURROGATES, decoded, put, three_bytes

#: UTF-8 bytes worked on at a time: what is made of them (four bytes a code point, eight a
#: gram) stays in the caches, and a batch of long texts takes no more memory than one of short.
#: Of larger pieces of memory the allocator gives back to the system what lies at the end, and
#: pages that come anew cost as much as a kernel.
SLICE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Utf8:
    """Texts as Arrow holds them, bounds checked: *i* is ``data[offsets[i]:offsets[i + 1]]``."""

    #: int64[texts + 1], ascending, within ``data``.
    offsets: NDArray[np.int64]
    #: uint8.
    data: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def size(self) -> int:
        """Bytes of the texts."""
        return int(self.offsets[-1] - self.offsets[0])

    def strings(self) -> list[str]:
        """The texts as Python's, for what no kernel does."""
        ends = self.offsets.tolist()
        return [self.data[start:end].tobytes().decode() for start, end in pairwise(ends)]

    @classmethod
    def of(cls, texts: pa.Array[Any] | Sequence[str | None]) -> Utf8:
        """A string or large_string array's own buffers, not copied; a null is an empty text.

        >>> Utf8.of(["言", None, "蔵あ"]).offsets.tolist()
        [0, 3, 3, 9]
        """
        array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.large_string())
        if array.null_count:
            array = array.fill_null("")
        buffers: list[Any] = array.buffers()
        _, offsets, data = buffers
        width: Any = np.int64 if pa.types.is_large_string(array.type) else np.int32
        ends = np.zeros(1, np.int64)
        if offsets is not None and len(array):
            ends = np.frombuffer(offsets, width)[array.offset : array.offset + len(array) + 1]
        found = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
        return cls.checked(ends.astype(np.int64), found)

    @classmethod
    def checked(cls, offsets: NDArray[np.int64], data: NDArray[np.uint8]) -> Utf8:
        """Raises ValueError when the offsets do not ascend within the data: kernels trust them."""
        ascending = len(offsets) and offsets[0] >= 0 and bool((offsets[1:] >= offsets[:-1]).all())
        if not ascending or offsets[-1] > len(data):
            raise ValueError("a text lies outside its buffer")
        return cls(offsets=offsets, data=data)

    def text(self, number: int, *, last_bytes: int | None = None) -> str:
        """One of the texts, or its end, from the first whole character on.

        Raises UnicodeDecodeError when it is not UTF-8.

        >>> Utf8.of(["言蔵"]).text(0), Utf8.of(["言蔵"]).text(0, last_bytes=4)
        ('言蔵', '蔵')
        """
        start, end = int(self.offsets[number]), int(self.offsets[number + 1])
        if last_bytes is not None and end - start > last_bytes:
            start = end - last_bytes
            while start < end and self.data[start] & 0xC0 == 0x80:
                start += 1
        return self.data[start:end].tobytes().decode()

    def to_arrow(self) -> pa.Array[Any]:
        """The texts as a large_string array; nothing is copied.

        >>> Utf8.of(["言", "蔵"]).to_arrow().to_pylist()
        ['言', '蔵']
        """
        offsets: Any = self.offsets
        data: Any = self.data
        buffers = pa.py_buffer(offsets), pa.py_buffer(data)
        return pa.LargeStringArray.from_buffers(len(self), *buffers)

    def slices(self, size: int = SLICE_BYTES) -> Iterator[tuple[int, Utf8]]:
        """Runs of whole texts of about ``size`` bytes, each with the number of its first."""
        first = 0
        while first < len(self):
            last = int(np.searchsorted(self.offsets, self.offsets[first] + size, side="right")) - 1
            last = min(max(last, first + 1), len(self))
            yield first, Utf8(offsets=self.offsets[first : last + 1], data=self.data)
            first = last


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """Texts as code points; see the module."""

    values: NDArray[np.uint32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> NDArray[np.uint32]:
        return self.values[self.starts[number] : self.starts[number + 1]]


def decode(texts: Utf8) -> Points:
    """Code points of the texts. Raises ValueError where the bytes are not UTF-8.

    >>> decode(Utf8.of(["𠮷あa"]))[0].tolist() == [ord(c) for c in "𠮷あa"]
    True
    """
    first, last = int(texts.offsets[0]), int(texts.offsets[-1])
    values = np.empty(last - first, np.uint32)
    starts = np.empty(len(texts) + 1, np.int64)
    count = _decode(texts.data, texts.offsets, values, starts)
    if count < 0:
        raise ValueError("a text is not UTF-8")
    return Points(values=values[:count], starts=starts)


@kernel
def _decode(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
) -> np.int64:
    """Code points in all, −1 where a sequence is cut short or no UTF-8 (RFC 3629).

    ``values`` has room for one a byte. No byte outside a text is read.
    """
    # Indices are unsigned: a signed one is checked for being negative at every use.
    count, one, two, three = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
    starts[0] = 0
    for text in range(len(offsets) - 1):
        place, end = np.uint64(offsets[text]), np.uint64(offsets[text + 1])
        while place < end:
            # Most of a text has one or three bytes.
            while place + two < end:
                lead = np.uint32(data[place])
                if lead < np.uint32(0x80):
                    values[count] = lead
                    place += one
                else:
                    point = three_bytes(lead, data, place)
                    if point >> np.uint32(11) == SURROGATES:
                        break
                    values[count] = point
                    place += three
                count += one
            if place == end:
                break
            point, size = decoded(data, place, end)
            if not size:
                return np.int64(-1)
            values[count] = point
            place += size
            count += one
        starts[text + 1] = np.int64(count)
    return np.int64(count)


def replaced(points: Points, others: Mapping[int, str]) -> Points:
    """The texts with some of them replaced.

    >>> found = replaced(decode(Utf8.of(["茶", "湯"])), {0: "緑茶"})
    >>> [chr(point) for point in found.values], found.starts.tolist()
    (['緑', '茶', '湯'], [0, 2, 3])
    """
    if not others:
        return points
    pieces, low = [], 0
    sizes = np.diff(points.starts)
    for number in sorted(others):
        piece = np.frombuffer(others[number].encode("utf-32-le"), np.uint32)
        pieces += [points.values[points.starts[low] : points.starts[number]], piece]
        sizes[number] = len(piece)
        low = number + 1
    pieces.append(points.values[points.starts[low] :])
    starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    return Points(values=np.concatenate(pieces), starts=starts)


def look_up(values: NDArray[np.uint32], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``table[values]``; the table has an entry for every code point.

    >>> look_up(np.array([1, 0], np.uint32), np.arange(0x110000).astype(np.uint8)).tolist()
    [1, 0]
    """
    found = np.empty(len(values), np.uint8)
    _look_up(values, _whole(table), found)
    return found


@kernel
def _look_up(
    values: NDArray[np.uint32], table: NDArray[np.uint8], found: NDArray[np.uint8]
) -> None:
    for place in range(len(values)):
        found[place] = table[values[place]]


def count_classes(
    classes: NDArray[np.uint8], starts: NDArray[np.int64], number: int, *, above: int = 0
) -> NDArray[np.int64]:
    """How often each of ``number`` classes occurs in each text: int64[texts, number].

    A class is what stands ``above`` so many bits.

    >>> count_classes(np.array([1, 1, 0], np.uint8), np.array([0, 2, 3]), 2).tolist()
    [[0, 2], [1, 0]]
    """
    found = np.zeros((len(starts) - 1, number), np.int64)
    if len(classes) and int(classes.max()) >> above >= number:
        raise ValueError("a class is not below the number of classes")
    _count_classes(classes, starts, np.uint8(above), found)
    return found


@kernel
def _count_classes(
    classes: NDArray[np.uint8],
    starts: NDArray[np.int64],
    above: np.uint8,
    found: NDArray[np.int64],
) -> None:
    # Neighbours are of one class more often than not: four counters, or each addition waits for
    # the one before.
    counts = np.empty((4, found.shape[1]), np.int64)
    for text in range(len(starts) - 1):
        own = classes[starts[text] : starts[text + 1]]
        counts[:] = 0
        fours = len(own) // 4 * 4
        for place in range(0, fours, 4):
            counts[0, own[place] >> above] += 1
            counts[1, own[place + 1] >> above] += 1
            counts[2, own[place + 2] >> above] += 1
            counts[3, own[place + 3] >> above] += 1
        for place in range(fours, len(own)):
            counts[0, own[place] >> above] += 1
        for one in range(found.shape[1]):
            found[text, one] = counts[0, one] + counts[1, one] + counts[2, one] + counts[3, one]


def first_places(points: Points, table: NDArray[np.bool_], within: int) -> NDArray[np.int64]:
    """int64[texts]: the first of the ``within`` first code points that the table names, or −1.

    >>> table = np.zeros(0x110000, np.bool_)
    >>> table[ord("の")] = True
    >>> first_places(decode(Utf8.of(["茶の湯の", "湯"])), table, 2).tolist()
    [1, -1]
    """
    found = np.full(len(points), -1, np.int64)
    _first_places(points.values, points.starts, _whole(table), within, found)
    return found


@kernel
def _first_places(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    table: NDArray[np.bool_],
    within: int,
    found: NDArray[np.int64],
) -> None:
    for text in range(len(starts) - 1):
        for place in range(starts[text], min(starts[text] + within, starts[text + 1])):
            if table[values[place]]:
                found[text] = place - starts[text]
                break


def _whole(table: NDArray[Any]) -> NDArray[Any]:
    if len(table) != 0x110000:
        raise ValueError("the table does not hold every code point")
    return table


def encode(points: Points) -> Utf8:
    """The texts as UTF-8, the opposite of ``decode``.

    >>> encode(decode(Utf8.of(["𠮷あa", "é"]))).data.tobytes().decode()
    '𠮷あaé'
    """
    data = np.empty(4 * len(points.values), np.uint8)
    offsets = np.empty(len(points) + 1, np.int64)
    size = _encode(points.values, points.starts, data, offsets)
    return Utf8(offsets=offsets, data=data[:size])


@kernel
def _encode(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
) -> np.int64:
    size = np.uint64(0)
    offsets[0] = 0
    for text in range(len(starts) - 1):
        for place in range(starts[text], starts[text + 1]):
            size = put(data, size, values[place])
        offsets[text + 1] = np.int64(size)
    return np.int64(size)
