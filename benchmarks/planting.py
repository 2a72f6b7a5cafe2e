"""Near copies of a document: at a stated edit rate, or at a stated exact Jaccard similarity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.edits import EDITS
from benchmarks.sources import split
from corpora.folding import fold

#: Code points of a gram; the recipes' own.
GRAM = 5

#: Places changed, of all characters or sentences.
RATES = (0.005, 0.01, 0.02, 0.05)

#: The hard pairs: just over the threshold, where signatures are least sure.
HARD = ((0.80, 0.82), (0.82, 0.84), (0.84, 0.86), (0.86, 0.88))
#: And such as only look like it: under the threshold, to be told apart.
MISSES = ((0.70, 0.75), (0.75, 0.80))

_SEARCHED = ("deletion", "insertion", "substitution")
#: Of the copies: hard ones, misses; the rest is edited at one of the rates.
_HARD_SHARE, _MISS_SHARE = 0.4, 0.15
_MOST_FOOTER_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    text: str
    #: "hard.deletion", "miss.insertion", "footer", …
    kind: str
    #: Places changed over all places (lines, for a footer).
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two documents of one group, by their numbers in it (0 is the original)."""

    a: int
    b: int
    #: Exact, of the sets of 5-grams as the texts stand.
    jaccard: float
    #: Exact, of the texts as the product compares them (corpora.folding).
    folded: float
    kind: str
    rate: float


def copies(text: str, others: Sequence[str], random: Random) -> list[Copy]:
    """One to three near copies; fewer when the text is too short for what chance asked."""
    wanted = random.choices((1, 2, 3), (70, 20, 10))[0]
    found = (_copy(text, others, random) for _ in range(wanted))
    made = {copy.text: copy for copy in found if copy is not None and copy.text != text}
    return list(made.values())


def pairs(text: str, made: Sequence[Copy]) -> Iterator[Pair]:
    """Every two of the text and its copies."""
    texts = [text, *(copy.text for copy in made)]
    raw = [grams(one) for one in texts]
    folded = [grams(fold(one)) for one in texts]
    for b in range(1, len(texts)):
        for a in range(b):
            kinds = [made[n - 1].kind for n in (a, b) if n]
            yield Pair(
                a=a,
                b=b,
                jaccard=similarity(raw[a], raw[b]),
                folded=similarity(folded[a], folded[b]),
                kind="+".join(kinds),
                rate=made[b - 1].rate,
            )


def grams(text: str) -> frozenset[str]:
    """The set of a text's character 5-grams.

    >>> sorted(grams("朝の霧が晴"))
    ['朝の霧が晴']
    """
    return frozenset(text[place : place + GRAM] for place in range(len(text) - GRAM + 1))


def similarity(a: frozenset[str], b: frozenset[str]) -> float:
    """Exact Jaccard, 0.0 of nothing."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if a or b else 0.0


def _copy(text: str, others: Sequence[str], random: Random) -> Copy | None:
    chance = random.random()
    if chance < _HARD_SHARE:
        return within(text, random.choice(_SEARCHED), random.choice(HARD), "hard", others, random)
    if chance < _HARD_SHARE + _MISS_SHARE:
        return within(text, random.choice(_SEARCHED), random.choice(MISSES), "miss", others, random)
    name = random.choice(list(EDITS))
    edit, unit = EDITS[name]
    if unit == "lines":
        lines = random.randint(1, _MOST_FOOTER_LINES)
        return Copy(text=edit(text, lines, others, random), kind=name, rate=lines)
    rate = random.choice(RATES)
    count = max(1, round(rate * _units(text, unit)))
    return Copy(text=edit(text, count, others, random), kind=name, rate=rate)


def within(
    text: str,
    name: str,
    band: tuple[float, float],
    word: str,
    others: Sequence[str],
    random: Random,
) -> Copy | None:
    """A copy whose exact Jaccard with the text lies in the band (half open), by bisection.

    None when no number of places gives one: a text of few sentences moves in large steps.
    """
    edit, unit = EDITS[name]
    original, chance = grams(text), random.random()
    units = _units(text, unit)
    low, high = 1, units
    while low <= high:
        count = (low + high) // 2
        changed = edit(text, count, others, Random(chance))
        found = similarity(original, grams(changed))
        if band[0] <= found < band[1]:
            return Copy(text=changed, kind=f"{word}.{name}", rate=count / units)
        low, high = (count + 1, high) if found >= band[1] else (low, count - 1)
    return None


def _units(text: str, unit: str) -> int:
    return len(split(text)) if unit == "sentences" else len(text)
