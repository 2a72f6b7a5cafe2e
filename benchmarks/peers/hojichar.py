"""HojiChar: filters, word lists and deduplication keys."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from hojichar import Compose, Document
from hojichar.filters import document_filters as filters
from hojichar.filters.deduplication import GenerateDedupLSH

from benchmarks.protocol import Task, main

#: The lists of its three Japanese filters.
_LISTS = ("adult", "discrimination", "violence")


def minhash(task: Task) -> None:
    """Keys of its default signature (500 permutations)."""
    _keys(task, GenerateDedupLSH())


def minhash_128(task: Task) -> None:
    """The same work as the others': 128 permutations."""
    _keys(task, GenerateDedupLSH(num_perm=128))


def _keys(task: Task, step: GenerateDedupLSH) -> list[list[str]]:
    texts = task.texts()
    with task.measured():
        return [step.apply(Document(text)).extras["dedup_lsh"] for text in texts]


def duplicates(task: Task) -> None:
    """Documents that share a key, in its defaults."""
    step = GenerateDedupLSH()
    holders: dict[str, list[int]] = {}
    for number, keys in enumerate(_keys(task, step)):
        for key in keys:
            holders.setdefault(key, []).append(number)
    found = {pair for same in holders.values() for pair in combinations(same, 2)}
    task.counts.update(bands=step.num_bands, rows=step.band_size)
    task.keep("pairs", "q", [number for pair in sorted(found) for number in pair])


def _seven() -> list[object]:
    return [
        filters.DocumentLengthFilter(min_doc_len=0, max_doc_len=10**9),
        filters.AcceptJapanese(),
        filters.DiscardRareKuten(),
        filters.CharRepetitionRatioFilter(),
        filters.SingleCharacterRepetitionFilter(),
        filters.DiscardTooManyEndingEllipsis(),
        filters.DiscardTooShortLines(),
    ]


def signals(task: Task) -> None:
    """Seven filters in a Compose, which looks no further once one has rejected."""
    texts = task.texts()
    clean = Compose(_seven())
    with task.measured():
        for text in texts:
            clean(text)


def signals_all(task: Task) -> None:
    """Seven filters on every text, as the product measures; and the values to compare."""
    texts = task.texts()
    steps = _seven()
    with task.measured():
        for text in texts:
            for step in steps:
                step.apply(Document(text))
    ratio = filters.CharRepetitionRatioFilter.compute_character_repetition_ratio
    task.keep("character_repetition", "d", [ratio(text, 5) for text in texts])


def ng_words(task: Task) -> None:
    """Its three filters of Japanese words in a Compose, with its own lists."""
    texts = task.texts()
    clean = Compose(
        [
            filters.DiscardAdultContentJa(),
            filters.DiscardDiscriminationContentJa(),
            filters.DiscardViolenceContentJa(),
        ]
    )
    with task.measured():
        for text in texts:
            clean(text)


def ng_words_one_list(task: Task) -> None:
    """One filter with the list that all are given, katakana words standing alone."""
    texts = task.texts()
    step = filters.NgWordsFilterJa(task.options["words"], ignore_confused=True)
    with task.measured():
        found = [step.apply(Document(text)).is_rejected for text in texts]
    task.keep("rejected", "q", map(int, found))


def word_lists(task: Task) -> None:
    """Write its three lists as one; no work to be measured."""
    folder = filters.BASE_PATH / "dict"
    words: dict[str, None] = {}
    for name in _LISTS:
        lines = Path(folder / f"{name}_keywords_ja.txt").read_text("utf-8").splitlines()
        words.update(dict.fromkeys(line.strip() for line in lines if line.strip()))
    Path(task.options["words"]).write_text("\n".join(words) + "\n", "utf-8")


WORKS = {
    "minhash": minhash,
    "minhash.128": minhash_128,
    "duplicates": duplicates,
    "signals": signals,
    "signals.all": signals_all,
    "ng_words": ng_words,
    "ng_words.one_list": ng_words_one_list,
    "word_lists": word_lists,
}

if __name__ == "__main__":
    main(WORKS, packages=("hojichar", "rensa", "numpy"))
