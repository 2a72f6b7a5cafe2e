"""The pull client and a training reader against the running server."""

from __future__ import annotations

import hashlib
import io
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
from pytest_django.live_server_helper import LiveServer

from corpora import transfer
from corpora.errors import ExportError
from corpora.pull import pull
from corpora.storage import Store
from curation.actions import tokens
from curation.models import AuditEvent, Export, User
from tests.curation.exports import BLOB, make_export, parquet

FILES = {
    "part-00000.jsonl.zst": BLOB,
    "part-00001.jsonl.zst": BLOB[: 1 << 20],
    "copy-of-1.jsonl.zst": BLOB[: 1 << 20],
    "empty.txt": b"",
    "日本語 と空白.md": "読み方".encode(),
}


@pytest.fixture
def export(store: Store, engineer: User) -> Export:
    return make_export(store, by=engineer, files=FILES)


@pytest.fixture
def url(live_server: LiveServer, export: Export) -> str:
    return f"{live_server.url}/api/v1/exports/{export.pk}"


@pytest.fixture
def token(live_server: LiveServer, engineer: User) -> str:
    return tokens.create_token(name="pull", scopes=["pull"], days=1, by=engineer)[1]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_WAIT_SECONDS", 0.01)


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_export_is_mirrored_whole(url: str, token: str, export: Export, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    done = pull(url, tmp_path / "out", token=token, progress=lambda *counts: seen.append(counts))
    files = held(tmp_path / "out")
    manifest = files.pop("manifest.json")
    assert files == FILES
    assert hashlib.sha256(manifest).hexdigest() == done.manifest == export.manifest
    total = sum(map(len, FILES.values()))
    assert (done.files, done.bytes, done.kept, seen[-1]) == (5, total, 0, (total, total))
    # The manifest is one more, the empty file one less: there is nothing of it to ask for.
    assert AuditEvent.objects.filter(action="export.pull").count() == len(FILES)


def test_a_second_pull_fetches_nothing(url: str, token: str, tmp_path: Path) -> None:
    pull(url, tmp_path, token=token)
    before = AuditEvent.objects.count()
    assert pull(f"{url}/manifest", tmp_path, token=token).kept == len(FILES)
    assert AuditEvent.objects.count() == before


def test_a_cut_off_pull_goes_on_where_it_stopped(
    url: str, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    pieces = transfer.Transfer.pieces

    def cut_off(self: Any, address: str, *, start: int, **rest: Any) -> Iterator[bytes]:
        for number, piece in enumerate(pieces(self, address, start=start, **rest)):
            if number == 1 and not asked:
                raise KeyboardInterrupt
            yield piece

    def watched(self: Any, address: str, *, start: int, **rest: Any) -> Iterator[bytes]:
        asked.append(start)
        return pieces(self, address, start=start, **rest)

    monkeypatch.setattr(transfer.Transfer, "pieces", cut_off)
    with pytest.raises(KeyboardInterrupt):
        pull(url, tmp_path, token=token, workers=1)
    assert not (tmp_path / "manifest.json").exists()
    monkeypatch.setattr(transfer.Transfer, "pieces", watched)
    pull(url, tmp_path, token=token, workers=1)
    assert max(asked) == 1 << 20
    assert (tmp_path / "part-00000.jsonl.zst").read_bytes() == BLOB
    assert not (tmp_path / ".partial").exists()


def test_a_damaged_byte_in_the_store_is_found(
    url: str, token: str, store: Store, export: Export, tmp_path: Path
) -> None:
    path = store.path(export.files["part-00000.jsonl.zst"]["sha256"])
    damaged = bytearray(BLOB)
    damaged[1_500_000] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(ExportError, match=r"part-00000.*hash"):
        pull(url, tmp_path, token=token)
    assert not (tmp_path / "manifest.json").exists()
    assert not (tmp_path / "part-00000.jsonl.zst").exists()


@pytest.mark.parametrize("where", ["file", "partial"])
def test_a_damaged_byte_on_the_way_or_on_our_disk_is_mended(
    url: str, token: str, tmp_path: Path, where: str
) -> None:
    pull(url, tmp_path, token=token)
    target = tmp_path / "part-00000.jsonl.zst"
    damaged = bytearray(BLOB)
    damaged[7] ^= 1
    if where == "partial":
        target.unlink()
        sha256 = hashlib.sha256(BLOB).hexdigest()
        key = hashlib.sha256(f"{sha256}/{target.name}".encode()).hexdigest()
        (tmp_path / ".partial").mkdir()
        target = tmp_path / ".partial" / key
    target.write_bytes(damaged)
    pull(url, tmp_path, token=token)
    assert (tmp_path / "part-00000.jsonl.zst").read_bytes() == BLOB


def test_a_folder_of_another_export_is_left_alone(url: str, token: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text("{}")
    with pytest.raises(ExportError, match="another export"):
        pull(url, out, token=token)
    assert held(out) == {"manifest.json": b"{}"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda url: url.replace("/exports/", "/exports/99"), "404", id="no export"),
        pytest.param(lambda url: url.replace("/api", "/ipa"), "404", id="no API"),
        pytest.param(lambda url: "file:///etc", "http", id="no http"),
        pytest.param(lambda url: "http://127.0.0.1:1/api/v1/exports/1", "network", id="no server"),
    ],
)
def test_a_wrong_address_is_said(
    url: str, token: str, tmp_path: Path, change: Callable[[str], str], message: str
) -> None:
    with pytest.raises(ExportError, match=message):
        pull(change(url), tmp_path / "out", token=token)
    assert not (tmp_path / "out").exists()


def test_a_wrong_token_and_a_missing_scope_are_said(
    url: str, token: str, engineer: User, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match="valid token"):
        pull(url, tmp_path, token="kg_no")
    reader = tokens.create_token(name="read", scopes=["read"], days=1, by=engineer)[1]
    with pytest.raises(ExportError, match="scope"):
        pull(url, tmp_path, token=reader)


# -- a server that is not ours -----------------------------------------------------------------


@pytest.fixture
def hostile() -> Iterator[Callable[..., str]]:
    """``hostile(manifest, elsewhere=…)``: a server that answers with this manifest, or sends on."""
    servers = []

    def serve(manifest: bytes, elsewhere: str = "") -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(302 if elsewhere else 200)
                if elsewhere:
                    self.send_header("Location", elsewhere)
                self.send_header("Content-Length", str(len(manifest)))
                self.end_headers()
                self.wfile.write(manifest)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Not into the test's output."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/api/v1/exports/1"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/cron.d/x",
        "a/../../b",
        "",
        "a\\..\\b",
        "manifest.json",
        ".partial/x",
        "a//b",
    ],
)
def test_a_server_does_not_choose_where_we_write(
    hostile: Callable[..., str], tmp_path: Path, name: str
) -> None:
    manifest = orjson.dumps({"files": [{"name": name, "sha256": "0" * 64, "bytes": 0}]})
    with pytest.raises(ExportError, match="manifest"):
        pull(hostile(manifest), tmp_path / "out", token="kg_x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("manifest", [b"", b"<html>", b"[]", b'{"files": 3}', b'{"files": [{}]}'])
def test_what_is_no_manifest_is_said(
    hostile: Callable[..., str], tmp_path: Path, manifest: bytes
) -> None:
    with pytest.raises(ExportError, match="does not answer with the manifest"):
        pull(hostile(manifest), tmp_path, token="kg_x")


def test_the_token_is_not_carried_to_another_host(
    hostile: Callable[..., str], tmp_path: Path
) -> None:
    target = hostile(b"{}")
    with pytest.raises(ExportError, match="302"):
        pull(hostile(b"", elsewhere=target), tmp_path, token="kg_x")


# -- a reader over ranges ----------------------------------------------------------------------


class RangeFile(io.RawIOBase):
    """A remote file as a training reader sees it: seek and read, each read one range."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token, self._at = url, token, 0
        self.requests = 0
        with self._open("HEAD", {}) as answer:
            self._size = int(answer.headers["Content-Length"])

    def _open(self, method: str, headers: dict[str, str]) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", **headers}
        return urllib.request.urlopen(
            urllib.request.Request(self._url, method=method, headers=headers)
        )

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        self.requests += 1
        with self._open("GET", {"Range": f"bytes={self._at}-{end - 1}"}) as answer:
            assert answer.status == 206
            data = answer.read()
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def test_parquet_is_streamed_row_group_by_row_group(
    live_server: LiveServer, store: Store, engineer: User, token: str
) -> None:
    name = "train-00000-of-00001.parquet"
    export = make_export(store, by=engineer, files={name: parquet(rows=3_000)})
    remote = RangeFile(f"{live_server.url}/api/v1/exports/{export.pk}/shards/{name}", token)
    with pq.ParquetFile(remote) as file:
        assert file.num_row_groups == 3
        last = file.read_row_group(2)
    assert last["id"].to_pylist() == list(range(2_000, 3_000))
    assert last["text"][0].as_py().startswith("第2000号")
    assert remote.requests > 1
    assert AuditEvent.objects.filter(action="export.pull").count() == 1
