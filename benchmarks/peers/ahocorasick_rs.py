"""ahocorasick_rs: many words in one pass."""

from __future__ import annotations

from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from benchmarks.protocol import Task, main

#: Scripts whose runs the product looks at, by the first and last character of each range.
_SCRIPTS = {
    "katakana": ("ァヺ", "ーー"),
    "latin": ("AZ", "az"),
    "hiragana": ("ぁゖ", "ーー"),
    "kanji": ("\u3400\u4dbf", "\u4e00\u9fff", "々々"),
}
_WHOLE = ("katakana", "latin")


def leftmost_longest(task: Task) -> None:
    """Its search for the longest word at each place; where a word begins does not matter."""
    automaton = AhoCorasick(_words(task), matchkind=MatchKind.LeftmostLongest)
    texts = task.texts()
    with task.measured():
        counts = [len(automaton.find_matches_as_indexes(text)) for text in texts]
    task.counts["hits"] = sum(counts)


def whole_words(task: Task) -> None:
    """All hits, then the product's rules (docs/signals.md) on the few that there are."""
    words = [variant for word in _words(task) for variant in _spellings(word)]
    automaton = AhoCorasick(words)
    texts = task.texts()
    with task.measured():
        counts = []
        for text in texts:
            matches = automaton.find_matches_as_indexes(text, overlapping=True)
            spans = sorted((start, -end) for _, start, end in matches if _stands(text, start, end))
            counts.append(_not_overlapping(spans))
    task.counts["hits"] = sum(counts)
    task.keep("hits", "q", counts)


def _words(task: Task) -> list[str]:
    return Path(task.options["words"]).read_text("utf-8").split("\n")[:-1]


def _spellings(word: str) -> set[str]:
    latin = any(_script(character) == "latin" for character in word)
    return {word, word.lower(), word.upper(), word.capitalize()} if latin else {word}


def _script(character: str) -> str | None:
    for name, ranges in _SCRIPTS.items():
        if any(first <= character <= last for first, last in ranges):
            return name
    return None


def _stands(text: str, start: int, end: int) -> bool:
    """No katakana or Latin word stands inside a longer run of its script."""
    head, tail = _script(text[start]), _script(text[end - 1])
    if head in _WHOLE and start and _in(text[start - 1], head):
        return False
    return not (tail in _WHOLE and end < len(text) and _in(text[end], tail))


def _in(character: str, script: str) -> bool:
    return any(first <= character <= last for first, last in _SCRIPTS[script])


def _not_overlapping(spans: list[tuple[int, int]]) -> int:
    """How many are left, from the left, the longest first at each place."""
    count = place = 0
    for start, negative_end in spans:
        if start >= place:
            count += 1
            place = -negative_end
    return count


WORKS = {"ng_words": leftmost_longest, "ng_words.whole": whole_words}

if __name__ == "__main__":
    main(WORKS, packages=("ahocorasick-rs",))
