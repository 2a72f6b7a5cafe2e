from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpora.errors import SourceError
from corpora.ingest.scan import local_path, run
from corpora.stages import UnitSpec, no_progress
from corpora.storage import Store


def scan(store: Store, *paths: Path | str, uploads: list[dict[str, str]] | None = None,
         namespace: str = "corpus") -> list[dict[str, object]]:  # fmt: skip
    unit = UnitSpec(
        stage="scan",
        inputs={"uploads": uploads or []},
        params={"paths": list(map(str, paths)), "namespace": namespace},
    )
    counts = run(unit, store, no_progress).counts
    files = [file for group in counts["groups"] for file in group]
    assert counts["files"] == len(files)
    assert counts["bytes"] == sum(file["bytes"] for file in files)
    return files


def test_a_folder_is_walked_in_order_with_nothing_left_out(store: Store, tmp_path: Path) -> None:
    root = tmp_path / "言葉"
    for name in ("b.txt", "a/z.txt", "a/.hidden", "a/b/c.txt", "か\u3099.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")
    files = scan(store, root)
    assert [file["name"] for file in files] == [
        "corpus/言葉/b.txt",
        "corpus/言葉/が.txt",
        "corpus/言葉/a/.hidden",
        "corpus/言葉/a/z.txt",
        "corpus/言葉/a/b/c.txt",
    ]
    assert files[0]["source"] == f"{root}/b.txt"


def test_names_do_not_hold_the_machines_path(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (file,) = scan(store, tmp_path / "a.txt", namespace="")
    assert file["name"] == "a.txt"
    assert local_path(file, store) == tmp_path / "a.txt"


def test_the_same_name_twice_gets_a_number(store: Store, tmp_path: Path) -> None:
    for folder in "xy":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("同じ", encoding="utf-8")
    files = scan(store, tmp_path / "x/a.txt", tmp_path / "y/a.txt")
    assert [file["name"] for file in files] == ["corpus/a.txt", "corpus/a.txt#2"]


def test_uploads_keep_a_safe_name_and_lie_in_the_store(store: Store) -> None:
    blob = store.put(b"a")
    (file,) = scan(store, uploads=[{"blob": blob, "name": "../../etc/pass\0wd"}])
    assert (file["name"], file["source"]) == ("corpus/etc/passwd", "etc/passwd")
    assert local_path(file, store) == store.path(blob)


def test_a_name_that_is_no_utf8_is_shown_decoded_and_still_found(
    store: Store, tmp_path: Path
) -> None:
    path = os.fsencode(tmp_path) + b"/" + "表示能力の文書.txt".encode("cp932")
    Path(os.fsdecode(path)).write_text("a")
    (file,) = scan(store, tmp_path)
    assert str(file["source"]).endswith("表示能力の文書.txt")
    assert local_path(file, store).read_text() == "a"


def test_links_inside_the_folder_are_followed(store: Store, tmp_path: Path) -> None:
    root = tmp_path / "in"
    root.mkdir()
    (root / "a.txt").write_text("a")
    (root / "b.txt").symlink_to("a.txt")
    assert len(scan(store, root)) == 2


@pytest.mark.parametrize("target", ["/etc/passwd", "../secret.txt", "nowhere", "."])
def test_links_that_lead_elsewhere_refuse_the_scan(
    store: Store, tmp_path: Path, target: str
) -> None:
    root = tmp_path / "in"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (root / "link").symlink_to(target)
    with pytest.raises(SourceError, match="link leads out"):
        scan(store, root)


def test_what_cannot_be_a_source_is_named_with_its_remedy(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for path, reason in (
        (tmp_path / "missing", "no such file"),
        (tmp_path / "empty", "no files"),
        (tmp_path / "pipe", "neither a file nor a folder"),
    ):
        with pytest.raises(SourceError, match=reason) as caught:
            scan(store, path)
        assert str(path) in str(caught.value)
        assert caught.value.args[0].endswith(".")
    with pytest.raises(SourceError, match="no file and no folder"):
        scan(store)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        pytest.param("**/*.html", ["a.html", "x/b.html", "x/y/c.html"], id="any folder"),
        pytest.param("*.html", ["a.html"], id="a star stays in its folder"),
        pytest.param("x*", ["x/b.html", "x/b.txt", "x/.e.html", "x/y/c.html"], id="a folder"),
        pytest.param("[ab].html", ["a.html"], id="one of"),
        pytest.param("?/b.txt", ["x/b.txt"], id="one letter"),
    ],
)
def test_a_pattern_gives_the_names_that_the_folder_gives(
    pattern: str, names: list[str], tmp_path: Path, store: Store
) -> None:
    for name in ("a.html", "x/b.html", "x/b.txt", "x/y/c.html", ".hidden/d.html", "x/.e.html"):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "data" / "out.txt").symlink_to("/etc/hostname")  # nobody asks for it
    found = [file["name"] for file in scan(store, tmp_path / "data" / pattern, namespace="")]
    assert sorted(found) == sorted(f"data/{name}" for name in names)


@pytest.mark.parametrize("pattern", ["*.csv", "a*/b", "*/../../etc/*"])
def test_a_pattern_that_nothing_fits_is_refused(pattern: str, tmp_path: Path, store: Store) -> None:
    (tmp_path / "a.html").write_text("x")
    with pytest.raises(SourceError, match="no file fits"):
        scan(store, tmp_path / pattern)
    (tmp_path / "a.csv").symlink_to("/etc/hostname")
    with pytest.raises(SourceError, match="leads out"):
        scan(store, tmp_path / "*.csv")
