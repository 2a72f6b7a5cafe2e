"""Texts as a SentencePiece model sees them: rules of replacement, and what becomes of spaces.

What is done, and in which order, is ``Normalizer::Normalize`` of sentencepiece 0.2.3
(src/normalizer.cc). At each place a user-defined symbol that begins there is taken as it is, the
longest one; else the longest rule's replacement is written; else the code point itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corpora.kernels.compiling import inlined, kernel
from corpora.kernels.text import Points, Utf8, decode
from corpora.kernels.tries import POINT_BITS, PrefixTree

#: How sentencepiece writes a space.
SPACE_SYMBOL = "▁"

#: The rule of a string that is no key.
NO_RULE = -1

_SPACE = np.uint32(ord(" "))

#: Indices are unsigned: a signed one is checked for being negative at every use.
_ONE = np.uint64(1)

#: An entry of ``Normalizer.table`` is the code point to write or the number of the rule to apply,
#: and flags.
_VALUE = np.uint32((1 << POINT_BITS) - 1)
_IS_RULE = np.uint32(1 << POINT_BITS)
#: Keys of several code points begin with this one; this one is in a key, but not its first.
_BEGINS = np.uint32(2 << POINT_BITS)
_CONTINUES = np.uint32(4 << POINT_BITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spaces:
    """What becomes of spaces (sentencepiece_model.proto, NormalizerSpec and TrainerSpec)."""

    add_dummy_prefix: bool = True
    remove_extra_whitespaces: bool = True
    escape_whitespaces: bool = True
    treat_whitespace_as_suffix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keys:
    """Strings to be found in a text, as edges between states; state 0 is where they begin."""

    #: int64[edges], ascending: the state that an edge leaves, and a code point of POINT_BITS.
    edges: NDArray[np.int64]
    #: int64[edges]: the state that it leads to.
    targets: NDArray[np.int64]
    #: int64[edges]: the rule of the key that ends there, or NO_RULE.
    rules: NDArray[np.int64]

    @classmethod
    def of(
        cls, *, sources: ArrayLike, points: ArrayLike, targets: ArrayLike, rules: ArrayLike
    ) -> Keys:
        """One of each for an edge; no two edges of a state have the same code point."""
        edges = np.array(sources, np.int64) << POINT_BITS | np.array(points, np.int64)
        order = np.argsort(edges)
        return cls(
            edges=edges[order],
            targets=np.array(targets, np.int64)[order],
            rules=np.array(rules, np.int64)[order],
        )

    @classmethod
    def each(cls, strings: Sequence[str], first_rule: int = 0) -> Keys:
        """Strings whose rules are numbered in their order."""
        tree = PrefixTree.of(strings)
        rules = np.full(len(tree), NO_RULE)
        rules[tree.ends] = np.arange(first_rule, first_rule + len(strings))
        return cls.of(
            sources=tree.parents[1:],
            points=tree.points[1:],
            targets=np.arange(1, len(tree)),
            rules=rules[1:],
        )

    def flags(self) -> NDArray[np.uint32]:
        """uint32[0x110000]: _BEGINS and _CONTINUES of each code point."""
        flags = np.zeros(0x110000, np.uint32)
        points = self.edges & int(_VALUE)
        first = self.edges == points
        goes_on = np.isin(self.targets, self.edges >> POINT_BITS)
        flags[points[first & goes_on]] |= _BEGINS
        flags[points[~first]] |= _CONTINUES
        return flags


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """What is replaced by what."""

    keys: Keys
    #: By the numbers in ``keys.rules``.
    replacements: Sequence[str]

    @classmethod
    def none(cls) -> Rules:
        return cls(keys=Keys.each([]), replacements=[])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Normalizer:
    """Rules ready to be applied."""

    spaces: Spaces
    #: uint32[0x110000].
    table: NDArray[np.uint32]
    keys: Keys
    #: User-defined symbols: their rules replace them by themselves.
    symbols: Keys
    #: Replacements, rule by rule.
    replacements: Points

    @classmethod
    def of(cls, rules: Rules, symbols: Collection[str], spaces: Spaces) -> Normalizer:
        """Keys and symbols are not empty.

        >>> rules = Rules(keys=Keys.each(["㍿"]), replacements=["株式会社"])
        >>> normalizer = Normalizer.of(rules, ["\\n"], Spaces())
        >>> "".join(map(chr, normalizer.normalized(decode(Utf8.of([" ㍿  茶\\n "])))[0]))
        '▁株式会社▁茶\\n'
        """
        # A space is replaced by itself: whoever writes a replacement looks after its spaces.
        replacements = [*rules.replacements, " ", *symbols]
        if len(replacements) > _VALUE:
            raise ValueError("there are too many rules")
        own = Keys.each(list(symbols), len(rules.replacements) + 1)
        table = np.arange(0x110000, dtype=np.uint32)
        table[_SPACE] = len(rules.replacements) | _IS_RULE
        for keys in (rules.keys, own):
            single = (keys.edges <= _VALUE) & (keys.rules != NO_RULE)
            for point, rule in zip(keys.edges[single], keys.rules[single], strict=True):
                replacement = replacements[rule]
                simple = len(replacement) == 1 and replacement != " "
                table[point] = ord(replacement) if simple else np.uint32(rule) | _IS_RULE
        return cls(
            spaces=spaces,
            table=table | rules.keys.flags() | own.flags(),
            keys=rules.keys,
            symbols=own,
            replacements=decode(Utf8.of(replacements)),
        )

    def normalized(self, points: Points) -> Points:
        """The texts, normalised."""
        longest = int(np.diff(self.replacements.starts).max())
        room = len(points.values) + 2 * len(points) + longest
        starts = np.empty(len(points) + 1, np.int64)
        while True:
            values = np.empty(room, np.uint32)
            if _normalize(
                points.values,
                points.starts,
                self.table,
                self.keys.edges,
                self.keys.targets,
                self.keys.rules,
                self.symbols.edges,
                self.symbols.targets,
                self.symbols.rules,
                self.replacements.values,
                self.replacements.starts,
                np.uint32(ord(SPACE_SYMBOL)) if self.spaces.escape_whitespaces else _SPACE,
                self.spaces.remove_extra_whitespaces,
                self.spaces.add_dummy_prefix and not self.spaces.treat_whitespace_as_suffix,
                self.spaces.add_dummy_prefix and self.spaces.treat_whitespace_as_suffix,
                np.uint64(room - longest - 2),
                values,
                starts,
            ):
                return Points(values=values[: starts[-1]], starts=starts)
            room *= 2


@kernel
def _normalize(
    values: NDArray[np.uint32],
    starts: NDArray[np.int64],
    table: NDArray[np.uint32],
    edges: NDArray[np.int64],
    targets: NDArray[np.int64],
    rules: NDArray[np.int64],
    symbol_edges: NDArray[np.int64],
    symbol_targets: NDArray[np.int64],
    symbol_rules: NDArray[np.int64],
    replacements: NDArray[np.uint32],
    replacement_starts: NDArray[np.int64],
    space: np.uint32,
    remove_extra: bool,
    prefix: bool,
    suffix: bool,
    full: np.uint64,
    written: NDArray[np.uint32],
    written_starts: NDArray[np.int64],
) -> bool:
    """Whether there was room: ``written`` has a replacement and two spaces more than ``full``.

    ``values`` are code points; rules' numbers are below the replacements'.
    """
    count = np.uint64(0)
    for text in range(len(starts) - 1):
        begun = count
        written_starts[text] = np.int64(begun)
        place, end = np.uint64(starts[text]), np.uint64(starts[text + 1])
        # Spaces at the beginning are removed before the prefix is written: of a text of spaces
        # nothing is left, not even the suffix.
        nothing, after_space = True, remove_extra
        while place < end:
            if count + (end - place) > full:
                return False
            entry = table[values[place]]
            if not nothing:
                run = place
                while not entry & (_IS_RULE | _BEGINS):
                    written[count] = entry & _VALUE
                    count += _ONE
                    place += _ONE
                    if place == end:
                        break
                    entry = table[values[place]]
                after_space &= run == place
                if place == end:
                    break
            rule, length = np.int64(NO_RULE), _ONE
            if entry & _IS_RULE:
                rule = np.int64(entry & _VALUE)
            if entry & _BEGINS and place + _ONE < end and table[values[place + _ONE]] & _CONTINUES:
                found, several = _longest(
                    values[place:end], symbol_edges, symbol_targets, symbol_rules
                )
                if several == 0:
                    found, several = _longest(values[place:end], edges, targets, rules)
                # Of one code point alone the table says what becomes.
                if several > 1:
                    rule, length = found, np.uint64(several)
            place += length
            if rule == NO_RULE:
                if nothing and prefix:
                    written[count] = space
                    count += _ONE
                written[count] = entry & _VALUE
                count += _ONE
                nothing = after_space = False
                continue
            part, last = replacement_starts[rule], replacement_starts[rule + 1]
            if nothing:
                if remove_extra and last == part + 1 and replacements[part] == _SPACE:
                    continue
                if prefix:
                    written[count] = space
                    count += _ONE
                nothing = False
            while after_space and part < last and replacements[part] == _SPACE:
                part += 1
            if part < last:
                after_space = replacements[last - 1] == _SPACE
            while part < last:
                point = replacements[part]
                written[count] = space if point == _SPACE else point
                count += _ONE
                part += 1
            after_space &= remove_extra
        while remove_extra and count > begun and written[count - _ONE] == space:
            count -= _ONE
        if suffix and not nothing:
            written[count] = space
            count += _ONE
    written_starts[len(starts) - 1] = np.int64(count)
    return True


@inlined
def _longest(
    values: NDArray[np.uint32],
    edges: NDArray[np.int64],
    targets: NDArray[np.int64],
    rules: NDArray[np.int64],
) -> tuple[np.int64, np.int64]:
    """The rule of the longest key that the values begin with, and its length, 0 without one."""
    state = np.int64(0)
    rule, length = np.int64(NO_RULE), np.int64(0)
    for place in range(len(values)):
        edge = state << POINT_BITS | np.int64(values[place])
        at = np.searchsorted(edges, edge)
        if at == len(edges) or edges[at] != edge:
            break
        state = targets[at]
        if rules[at] != NO_RULE:
            rule, length = rules[at], np.int64(place + 1)
    return rule, length
