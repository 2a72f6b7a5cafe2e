"""Whatever was done on the way, the result is what a from-scratch run of the final state gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from curation.models import Role, User
from tests.integration.play import Workbench, replay

pytestmark = pytest.mark.django_db(transaction=True)

Step = Callable[[Workbench], None]


def _add(number: int) -> Step:
    return lambda bench: bench.add(number)


def _threshold(characters: int, hiragana: float) -> Step:
    return lambda bench: bench.set_thresholds(characters, hiragana)


def _judge(position: int, verdict: str) -> Step:
    return lambda bench: bench.judge(position, verdict)


def _exclude(position: int) -> Step:
    return lambda bench: bench.exclude(position)


def _choose(position: int) -> Step:
    return lambda bench: bench.choose(position)


def _part(position: int) -> Step:
    return lambda bench: bench.part(position)


def _stop_and_go_on(after: int, cancel: bool) -> Step:
    return lambda bench: bench.interrupt(after, cancel=cancel)


def _run() -> Step:
    return lambda bench: bench.result() and None


POSITIONS = st.integers(0, 100)
STEPS = st.one_of(
    st.builds(_add, st.integers(0, 4)),
    st.builds(_threshold, st.sampled_from([0, 40, 90, 150]), st.sampled_from([0.0, 0.3, 0.5])),
    st.builds(_judge, POSITIONS, st.sampled_from(["keep", "drop", "skip"])),
    st.builds(_exclude, POSITIONS),
    st.builds(_choose, POSITIONS),
    st.builds(_part, POSITIONS),
    st.builds(_stop_and_go_on, st.integers(0, 9), st.booleans()),
    st.builds(_run),
)


@pytest.fixture
def fresh(tmp_path: Path, settings: object, redis_url: str) -> Callable[[], User]:
    """Each call empties the database and begins another store.

    Redis is there, though nobody listens: a wake-up that cannot be sent takes longer than one
    that is.
    """
    made = 0

    def begin() -> User:
        nonlocal made
        made += 1
        call_command("flush", interactive=False, verbosity=0)
        settings.STORE_URL = f"file://{tmp_path / f'store{made}'}"  # type: ignore[attr-defined]
        return User.objects.create_user(username="engineer", role=Role.ADMINISTRATOR)

    return begin


#: The same histories on both databases, but fewer where a flush takes longer.
HISTORIES = 8 if connection.vendor == "sqlite" else 4


@settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=9))
def test_any_history_ends_in_the_bytes_of_its_final_state(
    fresh: Callable[[], User], steps: list[Step]
) -> None:
    bench = Workbench(fresh())
    bench.add(0)
    for step in steps:
        step(bench)
    lived = bench.result()
    assert lived == replay(fresh(), bench.state)


def test_each_kind_of_change_changes_the_result(fresh: Callable[[], User]) -> None:
    """Otherwise the test above could pass on a product that ignores what people do."""
    bench = Workbench(fresh())
    bench.add(0)
    seen = [bench.result()]
    kept = [id_ for id_ in bench.document_ids() if id_]
    changes: list[Step] = [
        _add(1),
        _threshold(90, 0.2),
        _judge(0, "keep"),
        _judge(1, "drop"),
        _exclude(len(kept) - 1),
    ]
    for change in changes:
        change(bench)
        seen.append(bench.result())
    assert len({result.manifest for result in seen}) == len(seen)
