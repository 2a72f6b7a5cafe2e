"""What normalisation changed in one text, character by character, for people to see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from corpora.normalize.text import (
    _BLANK_RUN,
    _MANY_NEWLINES,
    _TRAILING_BLANK,
    LINE_ENDS,
    Form,
    Policy,
    compose,
    normalize,
    remove_invisible,
    unify_punctuation,
)
from corpora.unicode_forms import normal_form

#: Characters beside a window that are normalised with it: what a rule looks back on.
_BESIDE = 64
#: Stands for the text beyond them; a letter that nothing joins and no rule looks at.
_BEYOND = "x"
#: A line or a sentence: no step looks across its end but the one that counts empty lines.
_CRLF = re.compile("\r\n")
_SENTENCE = re.compile("[^\n。]*[\n。]|[^\n。]+")


class Character(NamedTuple):
    """A character and the span of the text as read that it came from."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A stretch of the text as read and what became of it; equal where nothing changed."""

    #: Where it begins, in code points of the text as read.
    start: int
    before: str
    after: str
    #: The smallest changes it is made of, each as (before, after).
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def is_change(self) -> bool:
        return self.before != self.after


def differences(text: str, policy: Policy, start: int = 0, end: int | None = None) -> list[Change]:
    """``text[start:end]`` as read, and what ``normalize`` makes of it, in order.

    The parts of ``before`` together are the stretch that was asked for. Time and memory grow
    with the stretch, not with the text.

    >>> [(c.before, c.after) for c in differences("①番、ｶﾞｽ㈱\\u200b", Policy())]
    [('①', '1'), ('番、', '番、'), ('ｶﾞｽ㈱', 'ガス(株)'), ('\\u200b', '')]
    """
    end = len(text) if end is None else min(end, len(text))
    changes: list[Change] = []
    for changed, group in groupby(_sentences(text, policy, start, end), key=lambda one: one[2]):
        spans = list(group)
        begin, stop = spans[0][0], spans[-1][1]
        if changed:
            changes += _changes(text, policy, begin, stop)
        else:
            same = text[begin:stop]
            changes.append(Change(start=begin, before=same, after=same))
    return list(_joined(iter(changes)))


def _sentences(text: str, policy: Policy, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each sentence, and whether anything in it may change."""
    begin, after_empty = start, start == 0
    for match in _SENTENCE.finditer(text, start, end):
        stop = match.end()
        if stop < end and (_joins(text[stop]) or not remove_invisible(text[stop])):
            continue
        # A full stop looks back on two characters; none looks past an end of line.
        context = "。" if text[begin - 1 : begin] == "。" else ""
        line = context + text[begin:stop].removesuffix("\n")
        plain = normalize(line, policy)
        # Cut by the window, or before the text's last empty lines, which go.
        at_edge = begin == start or stop == end or text[stop : stop + 1].isspace()
        changes = at_edge or plain != line or (not plain and after_empty)
        yield begin, stop, changes
        # What changed may have been made empty.
        begin, after_empty = stop, changes or not plain
    if begin < end:
        yield begin, end, True


def _changes(text: str, policy: Policy, start: int, end: int) -> list[Change]:
    first, last = max(0, start - _BESIDE), min(len(text), end + _BESIDE)
    made = [Character(value, first + n, first + n + 1) for n, value in enumerate(text[first:last])]
    if first:
        made.insert(0, Character(_BEYOND, first, first))
    if last < len(text):
        made.append(Character(_BEYOND, last, last))
    found = [character for character in _normalized(made, policy) if character.start >= start]
    return list(_stretches(text, found, start, end))


def _normalized(made: list[Character], policy: Policy) -> list[Character]:
    """The steps of ``normalize`` in its order, each character with where it came from."""
    made = _without(made, (range(m.start(), m.start() + 1) for m in _CRLF.finditer(_text(made))))
    made = [one._replace(value="\n") if one.value in LINE_ENDS else one for one in made]
    if policy.invisible:
        made = _through(made, remove_invisible(_text(made)))
    if policy.punctuation == "unify":
        made = _through(made, unify_punctuation(_text(made)))
    made = _composed(made, policy.form)
    if policy.spaces:
        made = _tidied(made)
    return made


def _text(made: list[Character]) -> str:
    return "".join([character.value for character in made])


def _through(made: list[Character], after: str) -> list[Character]:
    """After a step that replaces single characters by single ones, or takes some away."""
    if len(after) == len(made):
        pairs = zip(made, after, strict=True)
        return [one if one.value == value else one._replace(value=value) for one, value in pairs]
    kept: list[Character] = []
    waiting = iter([*after, ""])
    wanted = next(waiting)
    for one in made:
        if one.value == wanted:
            kept.append(one)
            wanted = next(waiting)
    return kept


def _tidied(made: list[Character]) -> list[Character]:
    """``tidy_spaces``, which says of what it takes away where that was."""
    for pattern, stays in ((_BLANK_RUN, 1), (_TRAILING_BLANK, 0), (_MANY_NEWLINES, 3)):
        found = pattern.finditer(_text(made))
        made = _without(made, (range(m.start() + stays, m.end()) for m in found))
    text = _text(made)
    first = len(text) - len(text.lstrip("\n"))
    return made[first : max(first, len(text.rstrip("\n")))]


def _without(made: list[Character], spans: Iterable[range]) -> list[Character]:
    gone = {number for span in spans for number in span}
    return [one for number, one in enumerate(made) if number not in gone] if gone else made


def _composed(made: list[Character], form: Form) -> list[Character]:
    """Composition, by the smallest runs that nothing joins to what is beside them."""
    text = _text(made)
    if normal_form("NFKC" if form == "NFKC" else "NFC", text) == text:
        return made
    found: list[Character] = []
    for run in _runs(made):
        before = _text(run)
        after = compose(before, form)
        if after == before:
            found += run
        else:
            start, end = run[0].start, run[-1].end
            found += [Character(value, start, end) for value in after]
    return found


def _runs(made: list[Character]) -> Iterator[list[Character]]:
    run: list[Character] = []
    for one in made:
        if run and not _joins(one.value):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _joins(value: str) -> bool:
    """Whether a character may become one with those before it."""
    if value < "\u0300":
        return False
    first = unicodedata.normalize("NFKD", value)[0]
    # Vowels and finals of Hangul join without being combining marks.
    return unicodedata.combining(first) != 0 or "\u1161" <= first <= "\u11ff"


def _stretches(text: str, made: list[Character], start: int, end: int) -> Iterator[Change]:
    """What each run of characters came from, and what nothing came of between them."""
    place, number = start, 0
    while number < len(made) and made[number].start < end:
        begin, stop = made[number].start, made[number].end
        yield from _gone(text, place, begin)
        first = number
        while number < len(made) and (made[number].start, made[number].end) == (begin, stop):
            number += 1
        after = _text(made[first:number])
        yield Change(start=begin, before=text[max(begin, start) : min(stop, end)], after=after)
        place = stop
    yield from _gone(text, place, end)


def _gone(text: str, start: int, end: int) -> Iterator[Change]:
    for place in range(start, end):
        yield Change(start=place, before=text[place], after="")


def _joined(changes: Iterator[Change]) -> Iterator[Change]:
    """Neighbours that are alike as one: equal stretches, changes, what was taken away."""
    held: list[Change] = []
    for change in changes:
        if held and _kind(held[-1]) != _kind(change):
            yield _one(held)
            held = []
        held.append(change)
    if held:
        yield _one(held)


def _kind(change: Change) -> int:
    return 0 if not change.is_change else 1 if change.after else 2


def _one(changes: list[Change]) -> Change:
    pairs = tuple((change.before, change.after) for change in changes if change.is_change)
    return Change(
        pairs=pairs,
        start=changes[0].start,
        before="".join([change.before for change in changes]),
        after="".join([change.after for change in changes]),
    )
