"""What is restarted, when it is given up, and what becomes of the logs."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from curation import supervisor
from curation.supervisor import MAX_RESTARTS, Program, Supervisor, WorkbenchError


def kept_going(tmp_path: Path, program: str) -> tuple[Supervisor, list[str]]:
    """A supervisor that watched a child of this program until it had said enough."""
    said: list[str] = []
    watcher = Supervisor(tmp_path / "logs", {}, said.append)
    watcher.start(Program(name="child", command=[sys.executable, "-S", "-c", program]))
    try:
        watcher.watch(until=lambda: len(said) > MAX_RESTARTS)
    finally:
        watcher.stop()
    return watcher, said


def test_a_child_that_ends_again_and_again_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match=rf"ended {MAX_RESTARTS} times .* \(status 3\)"):
        kept_going(tmp_path, "raise SystemExit(3)")


def test_a_child_that_is_killed_is_started_again_however_often(tmp_path: Path) -> None:
    program = f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"
    _, said = kept_going(tmp_path, program)
    assert said == ["child ended with status -9; starting it again"] * (MAX_RESTARTS + 1)


def test_a_log_that_has_grown_large_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOG_BYTES", 10)
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "child.log").write_text("a line too long\n")
    watcher = Supervisor(logs, {}, print)
    watcher.start(Program(name="child", command=["sleep", "60"]))
    watcher.stop()
    assert (logs / "child.log.1").read_text() == "a line too long\n"
    assert (logs / "child.log").read_text() == ""
