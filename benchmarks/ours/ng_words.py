"""Hits of a list of words in every text, by the product's own rules of where a word begins."""

from __future__ import annotations

from pathlib import Path

from benchmarks.protocol import Task, main
from corpora.matching.words import compile_words, find_words, read_words


def hits(task: Task) -> None:
    words = read_words(Path(task.options["words"]).read_text("utf-8").splitlines())
    pattern = compile_words(words)
    texts = task.texts()
    find_words(pattern, texts[0])
    with task.measured():
        counts = [len(find_words(pattern, text)) for text in texts]
    task.counts.update(words=len(words), hits=sum(counts))
    task.keep("hits", "q", counts)


WORKS = {"ng_words": hits}

if __name__ == "__main__":
    main(WORKS)
