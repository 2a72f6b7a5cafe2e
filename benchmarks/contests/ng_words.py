"""Words that are not good: HojiChar's lists looked for by everybody."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.contest import Answers, Contender, Contest, Given, WorkFailed, run
from benchmarks.environments import PeerMissing
from benchmarks.workshop import Workshop
from corpora.matching.words import NG_LISTS, shipped_words

_OURS, _WHOLE = "ours", "ahocorasick_rs, whole words"
_ONE_LIST = "HojiChar, one filter, the same list"


def _prepare(shop: Workshop) -> Given:
    """HojiChar's own three lists; the product's where HojiChar cannot be had."""
    words = shop.folder / "words.txt"
    given = Given(input=shop.texts, options={"words": str(words)})
    lists = Contender(label="", module="peers.hojichar", work="word_lists")
    try:
        if not shop.wants("hojichar"):
            raise PeerMissing("hojichar: not asked for.")
        run(lists, given)
    except (PeerMissing, WorkFailed):
        own = dict.fromkeys(word for name in NG_LISTS for word in shipped_words(name))
        words.write_text("".join(f"{word}\n" for word in own if "|" not in word), "utf-8")
    return given


def _agreement(shop: Workshop, given: Given, answers: Answers) -> Mapping[str, str]:
    if _OURS not in answers:
        return {}
    hits = np.fromfile(answers[_OURS].results["hits"], np.int64)
    found = {_OURS: f"{hits.sum():,} hits of {answers[_OURS].counts['words']:,} words"}
    if _WHOLE in answers:
        theirs = np.fromfile(answers[_WHOLE].results["hits"], np.int64)
        same = (theirs == hits[: len(theirs)]).mean()
        found[_WHOLE] = f"as many hits as ours in {same:.2%} of {len(theirs)} texts"
    if _ONE_LIST in answers:
        rejected = np.fromfile(answers[_ONE_LIST].results["rejected"], np.int64)
        same = (rejected == (hits[: len(rejected)] > 0)).mean()
        found[_ONE_LIST] = f"the same texts with a hit in {same:.2%} of {len(rejected)}"
    return found


CONTEST = Contest(
    name="ng_words",
    title="NG words",
    contenders=(
        Contender(label=_OURS, module="ours.ng_words", work="ng_words"),
        Contender(
            label="ahocorasick_rs, leftmost longest",
            module="peers.ahocorasick_rs",
            work="ng_words",
        ),
        Contender(label=_WHOLE, module="peers.ahocorasick_rs", work="ng_words.whole"),
        Contender(
            label="HojiChar, its three filters",
            module="peers.hojichar",
            work="ng_words",
            most_megabytes=20,
        ),
        Contender(
            label=_ONE_LIST,
            module="peers.hojichar",
            work="ng_words.one_list",
            most_megabytes=20,
        ),
    ),
    prepare=_prepare,
    agreement=_agreement,
    target="≥ 80× HojiChar",
)
