"""From a question's bytes to its answer's, with what was answered last remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import assert_never

import orjson
from pydantic import TypeAdapter, ValidationError

from corpora.errors import KotoguraError
from curation.models import Snapshot
from curation.queries import what_if as asked
from curation.queries.asking import MOST_BYTES
from curation.what_if.comparing import kept_by_each
from curation.what_if.field import Field, field
from curation.what_if.sliders import at_the_cut, held
from curation.what_if.waterfall import board

_QUESTION: TypeAdapter[asked.Question] = TypeAdapter(asked.Question)


class NoQuestion(KotoguraError):
    """Something came that is no question of ours, or asks about what is not there."""


def answered(raw: bytes) -> bytes:
    """JSON of {"answer": …}. Raises NoQuestion, or what the store raises."""
    question = _read(raw)
    snapshot = Snapshot.objects.filter(pk=question.snapshot).first()
    if snapshot is None:
        raise NoQuestion(f"There is no snapshot {question.snapshot}.")
    with _opening:
        here = field(snapshot)
    key = (raw, here.state)
    known = _known(key)
    if known is None:
        known = orjson.dumps({"answer": _answer(question, here)})
        _remember(key, known)
    return known


def _read(raw: bytes) -> asked.Question:
    if len(raw) > MOST_BYTES:
        raise NoQuestion(f"A question of {len(raw):,} bytes is too long.")
    try:
        return _QUESTION.validate_json(raw)
    except ValidationError as error:
        raise NoQuestion(f"This is no question: {error.errors()[0]['msg']}") from None


# Columns are mapped and members read once, not by each thread that asks first.
_opening = Lock()
# The same words about the same documents and people have the same answer.
_answers: OrderedDict[Hashable, bytes] = OrderedDict()
_lock = Lock()
_MOST_ANSWERS = 128


def _known(key: Hashable) -> bytes | None:
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
        return _answers.get(key)


def _remember(key: Hashable, answer: bytes) -> None:
    with _lock:
        _answers[key] = answer
        while len(_answers) > _MOST_ANSWERS:
            _answers.popitem(last=False)


def _answer(question: asked.Question, field: Field) -> asked.Answer:
    match question:
        case asked.BoardQuestion():
            return board(field, question.settings)
        case asked.HoldQuestion():
            return held(
                field,
                question.settings,
                question.rule,
                question.side,
                question.values,
                question.edges,
            )
        case asked.CutQuestion():
            return at_the_cut(field, question.settings, question.rule, question.side)
        case asked.ComparisonQuestion():
            return kept_by_each(field, question.settings, question.other)
    assert_never(question)
