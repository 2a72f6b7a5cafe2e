"""A unit alone in a child: what the child dies of, hangs on or says, its parent survives."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from corpora import isolated
from corpora.errors import Cancelled, StoreError
from corpora.isolated import UnitCrashed, execute_alone
from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """``alone("print(1)")``: the unit's child runs this program instead."""

    def run(program: str, progress=no_progress, patience: float = 60) -> UnitResult:
        monkeypatch.setattr(isolated, "_COMMAND", (sys.executable, "-S", "-c", program))
        return execute_alone(
            UnitSpec(stage="normalize"),
            Store(tmp_path / "store"),
            progress,
            memory_bytes=1 << 30,
            patience=patience,
        )

    return run


def test_a_child_that_hangs_is_killed_and_has_failed(alone) -> None:
    with pytest.raises(UnitCrashed, match="hangs: it did nothing for 1 seconds"):
        alone("import time; time.sleep(60)", patience=1)


def test_a_child_that_computes_without_a_word_is_left_to_it(alone) -> None:
    reports = []
    program = "import time; [i * i for i in iter(lambda: time.process_time() < 2.5, False)];"
    program += """print('{"result": {"outputs": {}, "counts": {"n": 1}}}')"""
    result = alone(program, progress=lambda **_: reports.append(1), patience=2)
    assert result.counts == {"n": 1}
    assert reports, "its parent would lose the lease"


def test_a_silent_child_ends_when_its_unit_is_called_off(alone) -> None:
    def called_off(**_: int) -> None:
        raise Cancelled("The work was stopped.")

    with pytest.raises(Cancelled):
        alone("while True: pass", progress=called_off)


def test_a_crash_is_told_by_its_own_status(alone) -> None:
    with pytest.raises(UnitCrashed, match="status -11"):
        alone("import os; os.kill(os.getpid(), 11)")


def test_a_full_disk_in_the_child_is_the_stores_error(alone) -> None:
    """Such an error pauses the run; a crash would count against the unit."""
    said = '{"error": "cannot write to the store: full.", "retryable": true, "store": true}'
    with pytest.raises(StoreError, match="full"):
        alone(f"print({said!r})")
