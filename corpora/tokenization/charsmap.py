"""The rules in a SentencePiece model's precompiled charsmap.

The layout is that of ``Normalizer::DecodePrecompiledCharsMap`` (sentencepiece, src/normalizer.cc):
the size of a trie in bytes (uint32), the trie, and replacements that end with NUL. The trie is a
double array over bytes (darts-clone, darts.h) in which equal ends of keys are one. In a unit,
bits 10–30 are the offset to its children, times 256 when bit 9 is set; bit 8 says that a key ends
here, and that the child by 0 holds its value; bits 0–7 are the label; bit 31 marks a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.kernels.normalizing import NO_RULE, Keys, Rules

_SIZE_BYTES = 4

#: sentencepiece's own charsmaps have 200,000 keys in 184,320 bytes.
_MOST_BYTES = 4 << 20

#: ``Normalizer::kMaxTrieResultsSize``: of the keys that begin a text, sentencepiece sees so many.
#: Keys of no more characters cannot be more.
_LONGEST_KEY = 32

#: In bytes; the most that Unicode asks for is 33, of U+FDFA.
_LONGEST_REPLACEMENT = 256

_LABELS = np.arange(256)
_IS_VALUE = 1 << 31
_LABEL = _IS_VALUE | 0xFF

_Units = NDArray[np.uint32]


class _Step(NamedTuple):
    """One character further along keys."""

    point: int
    #: Where what follows is; keys that go on alike share it.
    state: int
    #: The place of the replacement when a key ends here, or −1.
    value: int


def read(charsmap: bytes) -> Rules:
    """Read a charsmap from unknown hands.

    Raises ValueError when it is none, or holds what is left to sentencepiece: keys or replacements
    that are no whole characters, or very long ones.
    """
    size = int.from_bytes(charsmap[:_SIZE_BYTES], "little")
    replacements = charsmap[_SIZE_BYTES + size :]
    if not 4 <= size <= _MOST_BYTES or size % 4 or not replacements.endswith(b"\0"):
        raise ValueError("the charsmap is cut short, or too large")
    steps = _steps(np.frombuffer(charsmap, "<u4", size // 4, _SIZE_BYTES))
    numbers = {state: number for number, state in enumerate(steps)}
    edges = [(numbers[state], step) for state, ways in steps.items() for step in ways]
    values = sorted({step.value for _, step in edges if step.value >= 0})
    rule_of = {value: rule for rule, value in enumerate(values)}
    return Rules(
        keys=Keys.of(
            sources=[source for source, _ in edges],
            points=[step.point for _, step in edges],
            targets=[numbers[step.state] for _, step in edges],
            rules=[rule_of.get(step.value, NO_RULE) for _, step in edges],
        ),
        replacements=[_replacement(replacements, value) for value in values],
    )


def _replacement(replacements: bytes, start: int) -> str:
    end = replacements.find(b"\0", start)
    if end < 0 or end - start > _LONGEST_REPLACEMENT:
        raise ValueError("a replacement is too long, or missing")
    return replacements[start:end].decode()


def _steps(units: _Units) -> dict[int, list[_Step]]:
    """The ways on from each state, the root first."""
    found: dict[int, list[_Step]] = {}
    level = [_children(units, 0)]
    for _ in range(_LONGEST_KEY + 1):
        for state in level:
            if state not in found:
                found[state] = list(_characters(units, state))
        # States seen before as well: a key that goes round is found to be too long.
        level = list({step.state for state in level for step in found[state]})
        if not level:
            return found
    raise ValueError("a key is too long")


def _characters(units: _Units, state: int) -> Iterator[_Step]:
    """One step for each character by which keys go on from a state."""
    stack = [(state, b"")]
    while stack:
        place, begun = stack.pop()
        labels = np.flatnonzero((units[place ^ _LABELS] & _LABEL) == _LABELS).tolist()
        for label in labels:
            unit, text = place ^ label, begun + bytes([label])
            children, ends = _children(units, unit), bool(units[unit] >> 8 & 1)
            if len(text) == _character_bytes(text[0]):
                value = int(units[children]) if ends else _IS_VALUE
                if not value & _IS_VALUE:
                    raise ValueError("a key has no value")
                yield _Step(ord(text.decode()), children, value ^ _IS_VALUE if ends else -1)
            elif ends:
                raise ValueError("a key ends within a character")
            else:
                stack.append((children, text))


def _children(units: _Units, place: int) -> int:
    """Where the children of a unit are: the one by label *l* at this place ^ *l*."""
    unit = int(units[place])
    found = place ^ (unit >> 10) << ((unit & 0x200) >> 6)
    if found | 0xFF >= len(units):
        raise ValueError("the trie leaves the charsmap")
    return found


def _character_bytes(lead: int) -> int:
    """Bytes of the character in UTF-8 that begins with one; what begins none fails to decode."""
    return 1 + (lead >= 0xC0) + (lead >= 0xE0) + (lead >= 0xF0)
