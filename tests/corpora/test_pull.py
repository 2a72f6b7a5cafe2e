"""What pulling leaves on the disk; over HTTP it is tested in tests/curation/api/test_pull.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora import pull


def test_the_manifest_comes_when_bytes_and_names_of_all_before_it_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, bool]] = []
    partial, target = tmp_path / ".partial" / "a.bin", tmp_path / "shards" / "a.bin"
    partial.parent.mkdir()
    partial.write_bytes(b"tokens")
    monkeypatch.setattr(pull, "sync", lambda path: synced.append((path.name, target.exists())))
    pull._settle(partial, target)
    assert synced == [("a.bin", False), ("shards", True)]
    pull._finish(tmp_path, b"{}")
    assert [name for name, _ in synced[2:]] == ["manifest.json", tmp_path.name]
    assert (tmp_path / "manifest.json").read_bytes() == b"{}"
