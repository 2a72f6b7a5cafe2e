"""From a source's bytes to an export's shard."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from corpora.export.rows import order_key
from corpora.export.sidecar import SCHEMA
from corpora.storage import Store
from curation.models import Recipe, Run, Snapshot
from curation.queries import lineage
from curation.queries.document import Detail, detail
from curation.queries.places import locate
from tests.curation import snapshots

LINES = [f'{{"text": "{snapshots.story(n)}"}}\n'.encode() for n in range(4)]
OFFSET = sum(map(len, LINES[:2]))


# -- shards -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3, 1_000])
def test_a_document_is_found_in_the_order_of_the_shuffle(tmp_path: Path, rows: int) -> None:
    ids = sorted((f"{n:032x}" for n in range(rows)), key=lambda id_: order_key(id_, 7))
    columns: dict[str, list[object]] = {
        name: [None] * rows for name in ("source", "locator", "offset")
    }
    numbers = list(range(rows))
    table = pa.table(
        {"position": numbers, "id": ids, "shard": [0] * rows, "sequence": numbers, **columns}
    )
    path = tmp_path / "ids.parquet"
    pq.write_table(table.select(SCHEMA.names).cast(SCHEMA), path, row_group_size=64)
    with pq.ParquetFile(path) as file:
        for place in range(0, rows, 37):
            found = lineage.find(file, ids[place], 7)
            assert found
            assert (found["id"], found["sequence"]) == (ids[place], place)
        assert lineage.find(file, "f" * 32, 7) is None


# -- bytes ------------------------------------------------------------------------------------


def _packed(path: Path) -> bytes:
    whole = b"".join(LINES)
    if path.suffix == ".gz":
        return gzip.compress(whole)
    if path.suffix == ".zst":
        return zstandard.compress(whole)
    if path.suffix == ".zip":
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w") as archive:
            archive.writestr("中/a.jsonl", whole)
        return sink.getvalue()
    return whole


def _found(
    store: Store, recipe: Recipe, source: str, locator: str, given: Path
) -> tuple[Snapshot, Detail]:
    corpus = snapshots.make_corpus(
        store,
        [snapshots.document(snapshots.story(2), number=2, source=source, locator=locator)],
        name="files",
    )
    made = corpus.sources.get()
    Run.objects.create(
        kind=Run.Kind.INGEST, source=made, state=Run.State.DONE, stages=[],
        arguments={"paths": [str(given)], "uploads": []},
    )  # fmt: skip
    snapshot = snapshots.make_snapshot(store, corpus, recipe=recipe)
    id_ = snapshots.document(snapshots.story(2), number=2, source=source)["id"]
    place = locate(snapshot, id_)
    assert place
    return snapshot, detail(snapshot, place)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.zip"])
def test_the_record_is_read_where_it_was(
    curated: Store, recipe: Recipe, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(_packed(path))
    is_zip = name.endswith("zip")
    source = f"{path}#中/a.jsonl" if is_zip else str(path)
    locator = f"member:中/a.jsonl;byte:{OFFSET}" if is_zip else f"byte:{OFFSET}"
    found = lineage.source_bytes(*_found(curated, recipe, source, locator, tmp_path))
    assert found.problem == ""
    assert found.data == b"".join(LINES)[OFFSET : OFFSET + lineage.PREVIEW]
    assert found.text.startswith('{"text": "')
    assert found.lines[0][:1] == (f"{OFFSET:08x}",)


@pytest.mark.parametrize("within", [0, 7])
def test_a_record_of_a_web_archive_is_read_in_its_member(
    curated: Store, recipe: Recipe, tmp_path: Path, within: int
) -> None:
    path = tmp_path / "a.warc.gz"
    first, second = (gzip.compress(line) for line in LINES[:2])
    path.write_bytes(first + second)
    locator = f"stored:{len(first)}" + (f"+{within}" if within else "")
    found = lineage.source_bytes(*_found(curated, recipe, str(path), locator, tmp_path))
    assert (found.problem, found.data) == ("", LINES[1][within : within + lineage.PREVIEW])


@pytest.mark.parametrize("name", ["secret", "in/../secret", "in/link", "in/gone"])
def test_what_no_source_brought_in_is_not_read(
    curated: Store, recipe: Recipe, tmp_path: Path, name: str
) -> None:
    (tmp_path / "in").mkdir()
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (tmp_path / "in" / "link").symlink_to(secret)
    made = _found(curated, recipe, f"{tmp_path}/{name}", "byte:0", tmp_path / "in")
    assert lineage.source_bytes(*made).problem == "gone"


def test_a_row_has_no_bytes(curated: Store, recipe: Recipe, tmp_path: Path) -> None:
    made = _found(curated, recipe, "a.csv", "row:3", tmp_path)
    assert lineage.source_bytes(*made).problem == "no-place"
