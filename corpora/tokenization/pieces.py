"""A text as a model cuts it, for people to see."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from corpora.tokenization.models import load


class Piece(NamedTuple):
    piece: str
    id: int
    #: Code points of the text, half open. The bytes of one character that is not in the
    #: vocabulary share its place: all but the last are empty.
    start: int
    end: int


def pieces(model: Path, text: str) -> list[Piece]:
    """The pieces of ``text`` for the model blob at a path; ids are those of EncodeAsIds.

    Offsets come from the model's own alignment, so that its normalisation is undone.
    """
    found = load(model).EncodeAsOffsetMapping(text)
    rows = zip(found["pieces"], found["ids"], found["offsets"], strict=True)
    return [Piece(piece, number, start, end) for piece, number, (start, end) in rows]
