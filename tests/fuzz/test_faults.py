"""A reader that breaks a promise is found, and its case can be read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.ingest import strict_json
from tests.fuzz.__main__ import main
from tests.fuzz.reading import cases, faults


def test_a_reader_that_breaks_one_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def parse(data: bytes) -> object:
        if b"\\ud800" in data:
            raise KeyError("surrogate")
        return whole(data)

    whole = strict_json.parse
    monkeypatch.setattr(strict_json, "parse", parse)
    batch = cases("jsonl", 1, range(100))
    found = list(faults(batch, "auto", tmp_path))
    assert 0 < len(found) < 10
    assert {told for _, told in found} == {"KeyError: 'surrogate'"}
    case, _ = found[0]
    kept = tmp_path / "auto" / case.name
    kept.parent.mkdir()
    kept.write_bytes(case.data)
    assert main(["--replay", str(kept)]) == 1
    assert "KeyError: 'surrogate'" in capsys.readouterr().out
    monkeypatch.setattr(strict_json, "parse", whole)
    assert main(["--replay", str(kept)]) == 0
