"""From document to document of a list, in both directions."""

from __future__ import annotations

import pytest

from curation.models import Snapshot
from curation.queries import search, stepping
from curation.queries.documents import page
from curation.queries.places import FIRST, Place
from curation.queries.scan import Filter
from curation.queries.stepping import Step, before, behind

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(Filter(), id="all"),
        pytest.param(Filter(rule=("too_short",)), id="a rule"),
        pytest.param(Filter(contains="本屋", verdict=("keep",)), id="words and a verdict"),
        pytest.param(Filter(contains="第[0-9]話", mode="pattern"), id="a pattern"),
    ],
)
def test_steps_go_through_the_list_and_back(snapshot: Snapshot, wanted: Filter) -> None:
    search.forget()
    listed = page(snapshot, wanted, FIRST, 50).places
    assert len(listed) > 1
    there, back = [listed[0]], [listed[-1]]
    while (step := behind(snapshot, wanted, there[-1])).place:
        there.append(step.place)
    search.forget()
    while (step := before(snapshot, wanted, back[-1])).place:
        back.append(step.place)
    assert there == listed
    assert back == listed[::-1]


def test_a_step_that_runs_out_of_time_says_so(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    search.forget()
    monkeypatch.setattr(stepping, "_last_found", lambda *_: (-1, False))
    assert before(snapshot, Filter(contains="本屋"), Place(0, 9)) == Step(
        place=None, cut_short=True
    )
