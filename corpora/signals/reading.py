"""One document as the signals see it: views that several of them share, made when asked for."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from corpora.signals.morphology import Words

from corpora.signals.characters import CLASSES, class_table

#: A sentence ends after one of these, or with its line (Swallow, quality.py).
SENTENCE_MARKS = "。．！？!?"
_SENTENCE = re.compile(rf"[^{SENTENCE_MARKS}\n]+[{SENTENCE_MARKS}]?")
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")


class Reading:
    """A text with its code points, character classes, lines, paragraphs and sentences."""

    def __init__(self, text: str) -> None:
        self.text = text
        #: Spans by the signal that counts them, kept by corpora.signals.content.
        self.found: dict[str, list[tuple[int, int]]] = {}
        #: Kept by corpora.signals.morphology.
        self.words: Words | None = None

    @cached_property
    def characters(self) -> int:
        return len(self.text)

    @cached_property
    def code_points(self) -> npt.NDArray[np.uint32]:
        """uint32, one a code point."""
        return np.frombuffer(self.text.encode("utf-32-le"), np.uint32)

    @cached_property
    def classes(self) -> npt.NDArray[np.uint8]:
        """uint8, the class of each code point (corpora.signals.characters)."""
        return class_table()[self.code_points]

    @cached_property
    def _class_counts(self) -> list[int]:
        counts: list[int] = np.bincount(self.classes, minlength=len(CLASSES)).tolist()
        return counts

    def count(self, *classes: int) -> int:
        """Code points that belong to one of the classes."""
        counts = self._class_counts
        return sum(counts[one] for one in classes)

    @cached_property
    def lines(self) -> list[str]:
        """Lines with something on them, without the blanks around."""
        return [line for raw in self.text.split("\n") if (line := raw.strip())]

    @cached_property
    def paragraphs(self) -> list[str]:
        """What empty lines part."""
        return [part for raw in _PARAGRAPH_BREAK.split(self.text) if (part := raw.strip())]

    @cached_property
    def sentences(self) -> list[str]:
        """Sentences, with their end mark and without the blanks around.

        >>> Reading("見た。聞いた！\\n題").sentences
        ['見た。', '聞いた！', '題']
        """
        return [part for raw in _SENTENCE.findall(self.text) if (part := raw.strip())]
