"""The normalisation of texts as one loop over their bytes.

What the steps do, and why in this order, is stated by corpora.normalize.text, whose functions are
the reference. Here a code point takes all steps before the next one is read: most of them are
*plain*, which is to say that no step does anything to them, and their bytes are copied.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.joining import STAYS, joined
from corpora.kernels.tables import UNSURE, Compositions, check
from corpora.kernels.text import Utf8
from corpora.kernels.utf8 import decoded, put, three_bytes, width

#: Bits of the table of kinds.
INVISIBLE = 1  # is left out
LINE_END = 2  # becomes a newline
BLANK = 4
JAPANESE = 8  # a comma after it is a Japanese comma
HIRAGANA = 16
OPENING = 32  # no full stop of a sentence stands right after what follows it
DIGIT = 64
EMOJI = 128  # a joiner between two of them has a meaning

_NEWLINE = np.uint32(0x0A)
_RETURN = np.uint32(0x0D)
_JOINER = np.uint32(0x200D)
_SELECTOR = np.uint32(0xFE0F)
_TILDE, _WAVE_DASH = np.uint32(0xFF5E), np.uint32(0x301C)
_COMMA, _IDEOGRAPHIC_COMMA = np.uint32(0xFF0C), np.uint32(0x3001)
_PERIOD, _IDEOGRAPHIC_PERIOD = np.uint32(0xFF0E), np.uint32(0x3002)

_UNSURE = np.uint32(UNSURE)
_NUMBER = np.uint32(0x7FFF_FFFF)

#: A text has fewer bytes: a Parquet column of one row has fewer than 2³¹.
_RUN_BITS = np.uint64(32)
_RUN_BYTES = np.uint64((1 << 32) - 1)

_ZERO, _ONE, _TWO, _THREE = (np.uint64(number) for number in range(4))


class Steps(NamedTuple):
    """Which steps are taken, and the tables they go by; made by ``steps_by``, which checks them."""

    #: uint8[0x110000], the bits above.
    kinds: NDArray[np.uint8]
    #: bool[0x110000]: no step does anything to it, whatever is beside it.
    plain: NDArray[np.bool_]
    compositions: Compositions
    invisible: bool
    punctuation: bool
    spaces: bool


def steps_by(
    kinds: NDArray[np.uint8],
    compositions: Compositions,
    *,
    invisible: bool,
    punctuation: bool,
    spaces: bool,
) -> Steps:
    """Raises ValueError for tables that do not go together."""
    check(compositions, kinds)
    not_plain = (INVISIBLE if invisible else 0) | LINE_END | (BLANK if spaces else 0)
    stays = compositions.table == np.arange(len(kinds))
    plain = stays & (kinds & not_plain == 0) & ~compositions.joins
    plain[[_NEWLINE, _JOINER, _TILDE, _COMMA, _PERIOD]] = False
    # No text holds them.
    plain[0xD800:0xE000] = False
    return Steps(
        kinds=kinds,
        plain=plain,
        compositions=compositions,
        invisible=invisible,
        punctuation=punctuation,
        spaces=spaces,
    )


def normalized(texts: Utf8, steps: Steps) -> tuple[Utf8, NDArray[np.int64], NDArray[np.bool_]]:
    """The texts after the steps, int64[texts], their code points, and bool[texts]: which of them
    must be normalised otherwise, because characters in them change places. Those are empty.

    Raises ValueError where the texts are not UTF-8.
    """
    # UTF-8 bytes that one code point becomes, at most.
    longest = 4 * steps.compositions.longest
    room = texts.size + (texts.size >> 4) + longest
    offsets = np.zeros(len(texts) + 1, np.int64)
    lengths = np.zeros(len(texts), np.int64)
    unsure = np.zeros(len(texts), np.bool_)
    while True:
        data = np.empty(room, np.uint8)
        status = _normalize(
            texts.data,
            texts.offsets,
            steps,
            np.uint64(longest),
            data,
            offsets,
            lengths,
            unsure,
        )
        if status == _NOT_UTF8:
            raise ValueError("a text is not UTF-8")
        if status == _DONE:
            return Utf8(offsets=offsets, data=data[: offsets[-1]]), lengths, unsure
        room *= 2


_DONE, _NO_ROOM, _NOT_UTF8 = 0, 1, 2


@kernel
def _normalize(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    steps: Steps,
    longest: np.uint64,
    found: NDArray[np.uint8],
    ends: NDArray[np.int64],
    lengths: NDArray[np.int64],
    unsure: NDArray[np.bool_],
) -> int:
    """_DONE, _NO_ROOM in ``found``, or _NOT_UTF8. No byte outside a text is read.

    Before a code point that is not plain there is room for what becomes of it and for the rest
    of the text, which is copied if it is plain.
    """
    kinds, plain, compositions, invisible, punctuation, spaces = steps
    size, room = _ZERO, np.uint64(len(found))
    for text in range(len(offsets) - 1):
        place, end = np.uint64(offsets[text]), np.uint64(offsets[text + 1])
        first, length = size, np.int64(0)
        # The last two code points after the first step; before the text is as before a line.
        earlier, read = _NEWLINE, _NEWLINE
        # The last of the composed text, and its last of class 0.
        last, starter = np.uint32(0), np.uint32(0)
        newlines, blank, after_return, doubtful = 0, _ZERO, False, False
        if size + (end - place) > room:
            return _NO_ROOM
        while place < end:
            # Most of a text is runs of what is plain: a loop with little to remember.
            some, before, point = _copied(data, place, end, plain, found, size, earlier, read)
            if some:
                ran = some & _RUN_BYTES
                place += ran
                size += ran
                length += np.int64(some >> _RUN_BITS)
                earlier, read, last = before, point, point
                newlines, blank, after_return = 0, _ZERO, False
                if place == end:
                    break
            point, step = decoded(data, place, end)
            if step == _ZERO:
                return _NOT_UTF8
            if plain[point]:
                for byte in range(step):
                    found[size + np.uint64(byte)] = data[place + np.uint64(byte)]
                size += step
                place += step
                length += 1
                earlier, read, last = read, point, point
                newlines, blank, after_return = 0, _ZERO, False
                continue
            if size + longest + (end - place) > room:
                return _NO_ROOM
            place += step
            kind = kinds[point]
            if point == _NEWLINE and after_return:
                after_return = False
                continue
            after_return = point == _RETURN
            if kind & LINE_END:
                point = _NEWLINE
            elif invisible and kind & INVISIBLE:
                continue
            elif invisible and point == _JOINER:
                place, alone, following = _after_joiners(data, place, end, kinds)
                joined_emoji = kinds[read] & EMOJI or read == _SELECTOR
                if not (alone and joined_emoji and kinds[following] & EMOJI):
                    continue
            seen = point
            if punctuation:
                if point == _TILDE:
                    point = _WAVE_DASH
                elif point == _COMMA and kinds[read] & JAPANESE:
                    point = _IDEOGRAPHIC_COMMA
                elif point == _PERIOD and _ends_sentence(
                    earlier, read, data, place, end, kinds, invisible
                ):
                    point = _IDEOGRAPHIC_PERIOD
            earlier, read = read, seen
            entry = compositions.table[point]
            if entry == _UNSURE:
                doubtful = True
                break
            if not compositions.classes[last]:
                starter = last
            if entry <= _NUMBER and compositions.joins[entry]:
                pair = joined(entry, last, starter, compositions)
                if pair == _UNSURE:
                    doubtful = True
                    break
                if pair != STAYS:
                    # The last one is a letter: it was written, and nothing after it.
                    size = put(found, size - width(last), pair)
                    last = pair
                    continue
            part, parts = np.int64(0), np.int64(1)
            if entry > _NUMBER:
                part = compositions.starts[entry & _NUMBER]
                parts = compositions.starts[(entry & _NUMBER) + np.uint32(1)]
            while part < parts:
                last = entry if entry <= _NUMBER else compositions.values[part]
                part += 1
                if not compositions.classes[last]:
                    starter = last
                if spaces and last == _NEWLINE:
                    length -= blank > _ZERO
                    size -= blank
                    blank = _ZERO
                    if size == first or newlines == 3:
                        continue
                    newlines += 1
                elif spaces and kinds[last] & BLANK:
                    if blank:
                        continue
                    blank = width(last)
                else:
                    newlines, blank = 0, _ZERO
                size = put(found, size, last)
                length += 1
        if doubtful:
            size, length = first, np.int64(0)
        elif spaces:
            length -= blank > _ZERO
            size -= blank
            while size > first and found[size - _ONE] == np.uint8(_NEWLINE):
                size -= _ONE
                length -= 1
        unsure[text] = doubtful
        lengths[text] = length
        ends[text + 1] = np.int64(size)
    return _DONE


@inlined
def _copied(
    data: NDArray[np.uint8],
    place: np.uint64,
    end: np.uint64,
    plain: NDArray[np.bool_],
    found: NDArray[np.uint8],
    size: np.uint64,
    earlier: np.uint32,
    last: np.uint32,
) -> tuple[np.uint64, np.uint32, np.uint32]:
    """A run of plain code points of one or three bytes, as most are: its bytes, and above
    _RUN_BITS its code points; and the last two code points."""
    begin, count = place, _ZERO
    while place + _TWO < end:
        lead = np.uint32(data[place])
        if lead < np.uint32(0x80):
            if not plain[lead]:
                break
            found[size] = lead
            earlier, last = last, lead
            place += _ONE
            size += _ONE
            count += _ONE
            continue
        point = three_bytes(lead, data, place)
        if not plain[point]:
            break
        found[size] = lead
        found[size + _ONE] = data[place + _ONE]
        found[size + _TWO] = data[place + _TWO]
        earlier, last = last, point
        place += _THREE
        size += _THREE
        count += _ONE
    return place - begin | count << _RUN_BITS, earlier, last


@inlined
def _after_joiners(
    data: NDArray[np.uint8], place: np.uint64, end: np.uint64, kinds: NDArray[np.uint8]
) -> tuple[np.uint64, bool, np.uint32]:
    """Where the run of joiners ends, whether the one before ``place`` was alone, and what follows.

    What is invisible does not count. At the text's end and before what is no UTF-8 a newline
    follows.
    """
    alone = True
    while place < end:
        point, step = decoded(data, place, end)
        if step == _ZERO or (point != _JOINER and not kinds[point] & INVISIBLE):
            return place, alone, point if step else _NEWLINE
        alone &= point != _JOINER
        place += step
    return place, alone, _NEWLINE


@inlined
def _ends_sentence(
    earlier: np.uint32,
    read: np.uint32,
    data: NDArray[np.uint8],
    place: np.uint64,
    end: np.uint64,
    kinds: NDArray[np.uint8],
    invisible: bool,
) -> bool:
    """Whether a full stop after ``earlier`` and ``read`` and before ``place`` is Japanese."""
    before, last = kinds[earlier], kinds[read]
    if before & HIRAGANA and last & HIRAGANA:
        return True
    if earlier == _NEWLINE or before & (BLANK | OPENING) or not last & JAPANESE:
        return False
    if invisible:
        # A joiner after a full stop is left out as well.
        place, _, following = _after_joiners(data, place, end, kinds)
        return not kinds[following] & DIGIT
    if place == end:
        return True
    point, step = decoded(data, place, end)
    return step == _ZERO or not kinds[point] & DIGIT
