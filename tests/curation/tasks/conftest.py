"""Runs of a plan that squares and adds numbers."""

from __future__ import annotations

import pytest

from corpora import stages
from corpora.storage import Store
from curation import plans
from curation.actions import advance, publish
from curation.models import Run, User
from tests.curation.tiny_plan import STAGES, TinyPlan


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, store: Store, engineer: User):
    """``start(1, 2, 3)``: a run that squares and adds these numbers."""
    for name, stage in STAGES.items():
        monkeypatch.setitem(stages.STAGES, name, stage)

    def tiny(run: Run) -> TinyPlan:
        return TinyPlan(numbers=tuple(run.arguments["numbers"]))

    monkeypatch.setattr(advance, "plan_of", tiny)
    monkeypatch.setattr(plans, "plan_of", tiny)
    monkeypatch.setitem(publish._PUBLISHERS, Run.Kind.TRAIN, lambda run: None)

    def begin(*numbers: int) -> Run:
        return advance.create(
            kind=Run.Kind.TRAIN, arguments={"numbers": numbers}, by=engineer, corpora=[]
        )

    return begin
