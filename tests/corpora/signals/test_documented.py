"""docs/signals.md says of every signal what it is and where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.signals import GROUPS, SIGNALS

TEXT = (Path(__file__).parents[3] / "docs" / "signals.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(SIGNALS))
def test_every_signal_is_documented_as_it_is_declared(name: str) -> None:
    (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |")]
    signal = SIGNALS[name]
    for said in (signal.kind, signal.description, signal.description_ja, signal.source):
        assert said in row


def test_no_signal_is_documented_that_is_not_there() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| `")]
    assert {row.split("`")[1] for row in rows} == set(SIGNALS)


@pytest.mark.parametrize("name", sorted(GROUPS))
def test_every_group_is_documented_with_its_version(name: str) -> None:
    assert f"(`{name}`, version {GROUPS[name].version})" in TEXT


@pytest.mark.parametrize("name", sorted(SIGNALS))
def test_every_signal_speaks_both_languages(name: str) -> None:
    signal = SIGNALS[name]
    assert signal.title != signal.title_ja
    assert all((signal.title, signal.title_ja, signal.description, signal.description_ja))
