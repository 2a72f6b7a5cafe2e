"""What is spread over the worker processes besides units."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from corpora.runner import Runner, Watcher
from corpora.storage import Store


def _note(address: dict[str, Any], path: Path) -> None:
    """Who was here, and with which store; a file that is there already is an error."""
    with path.open("x") as file:
        file.write(f"{os.getpid()} {address['url']}")


@pytest.mark.parametrize("workers", [1, 2])
def test_each_item_is_worked_on_once_and_told_of(tmp_path: Path, workers: int) -> None:
    told: list[tuple[str, int, int]] = []
    store = Store(tmp_path / "store")
    watcher = Watcher(on_unit=lambda *seen: told.append(seen))
    paths = [tmp_path / str(number) for number in range(5)]
    with Runner(store, workers=workers, watcher=watcher).open() as runner:
        runner.spread("report", _note, paths)
        with pytest.raises(FileExistsError):
            runner.spread("report", _note, paths[-1:])
    notes = [path.read_text().split() for path in paths]
    assert {url for _, url in notes} == {str(store.root)}
    assert (str(os.getpid()) in {pid for pid, _ in notes}) == (workers == 1)
    assert told[:6] == [("report", done, 5) for done in range(6)]
