"""What a store promises, in a folder and in a bucket."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpora import durable, remote_store
from corpora.errors import StoreError
from corpora.storage import Store, open_store
from tests.services.s3 import S3, s3

_NUMBERS = itertools.count()


def url_of(server: S3, bucket: str) -> str:
    return f"s3://{bucket}/kept?endpoint_override={server.endpoint}&region={server.region}"


@pytest.fixture
def bucket(s3_server: S3, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a store in a bucket of this test's own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.secret)
    name = f"storage{next(_NUMBERS)}"
    s3_server.filesystem().create_dir(name)
    return url_of(s3_server, name)


@pytest.fixture
def remote(bucket: str, tmp_path: Path) -> Store:
    return open_store(bucket, cache=tmp_path / "here", cache_bytes=1 << 30)


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(f"file://{tmp_path / 'store'}")
    found: Store = request.getfixturevalue("remote")
    return found


@pytest.fixture
def flip(kept: Store, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Change one byte of a blob where it lies."""

    def in_folder(sha256: str) -> None:
        kept.path(sha256).chmod(0o644)
        kept.path(sha256).write_bytes(b"?" + kept.read(sha256)[1:])

    def in_bucket(sha256: str) -> None:
        assert isinstance(kept, remote_store.RemoteStore)
        changed = b"?" + kept.read(sha256)[1:]
        with kept._fs.open_output_stream(kept._at("blobs", sha256)) as stream:
            stream.write(changed)

    return in_bucket if isinstance(kept, remote_store.RemoteStore) else in_folder


def test_what_is_put_is_read_under_its_hash(kept: Store) -> None:
    sha256 = kept.put_json({"b": 1, "a": "言"})
    assert kept.put(b'{"a":"\xe8\xa8\x80","b":1}') == sha256
    assert kept.read_json(sha256) == {"a": "言", "b": 1}
    assert (kept.has(sha256), kept.keep(sha256), kept.verify(sha256)) == (True, True, True)
    assert kept.size(sha256) == 17
    table = pa.table({"n": list(range(5_000))})
    blob = kept.put_table(table)
    with kept.parquet(blob) as file:
        assert file.read().equals(table)
    assert {entry.name for entry in kept.blobs()} == {sha256, blob}
    assert list(kept.left_over()) == []


def test_what_is_not_there_is_said(kept: Store) -> None:
    assert not kept.has("ab" * 32)
    assert not kept.keep("ab" * 32)
    assert kept.lookup("ab" * 32) is None
    for ask in (kept.read, kept.size):
        with pytest.raises(StoreError, match="is missing from"):
            ask("ab" * 32)


def test_keys_are_kept(kept: Store) -> None:
    kept.record("cd" * 32, {"outputs": {}, "counts": {"文書": 1}})
    assert kept.lookup("cd" * 32) == {"outputs": {}, "counts": {"文書": 1}}
    assert list(map(attrgetter("name"), kept.keys())) == ["cd" * 32]
    assert open_store(**kept.address).lookup("cd" * 32)


def test_a_key_that_lost_its_bytes_is_none(tmp_path: Path) -> None:
    kept = Store(tmp_path)
    for bytes in (b"", b"\0" * 20, b'{"outputs": {'):
        kept.record("cd" * 32, {"outputs": {}, "counts": {}}, waits=False)
        (tmp_path / "keys" / "cd" / ("cd" * 31)).write_bytes(bytes)
        assert kept.lookup("cd" * 32) is None
    kept.record("cd" * 32, {"outputs": {}, "counts": {}})
    assert kept.lookup("cd" * 32)


def test_half_written_is_not_written(kept: Store) -> None:
    def interrupted() -> None:
        with kept.writer() as writer:
            writer.file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(kept.blobs()) == []
    assert list(kept.left_over()) == []


def test_what_is_damaged_is_set_aside(kept: Store, flip: Callable[[str], None]) -> None:
    whole, damaged = kept.put(b"whole"), kept.put(b"damaged")
    flip(damaged)
    assert (kept.set_aside(whole), kept.set_aside(damaged)) == (False, True)
    assert (kept.has(whole), kept.has(damaged)) == (True, False)
    (entry,) = kept.damaged()
    assert kept.remove_damaged(entry.name, before=time.time() + 3_600)
    assert list(kept.damaged()) == []
    assert kept.put(b"damaged") == damaged
    assert kept.verify(damaged)


def test_only_what_is_old_is_removed(kept: Store) -> None:
    sha256 = kept.put(b"x")
    kept.record("cd" * 32, {"outputs": {}, "counts": {}})
    past, future = time.time() - 3_600, time.time() + 3_600
    assert not kept.remove_blob(sha256, before=past)
    assert not kept.remove_key("cd" * 32, before=past)
    assert (kept.has(sha256), kept.lookup("cd" * 32) is None) == (True, False)
    assert kept.remove_blob(sha256, before=future)
    assert kept.remove_key("cd" * 32, before=future)
    assert (list(kept.blobs()), list(kept.keys())) == ([], [])


# -- a bucket alone -------------------------------------------------------------------------


def test_the_hosts_folder_may_be_lost(remote: Store) -> None:
    sha256 = remote.put(b"of all hosts")
    shutil.rmtree(remote.root / "blobs")
    assert remote.read(sha256) == b"of all hosts"


def test_what_arrives_damaged_is_not_used(remote: Store, s3_server: S3) -> None:
    assert isinstance(remote, remote_store.RemoteStore)
    sha256 = remote.put(b"of all hosts")
    shutil.rmtree(remote.root / "blobs")
    with remote._fs.open_output_stream(remote._at("blobs", sha256)) as stream:
        stream.write(b"of all h0sts")
    with pytest.raises(StoreError, match="is damaged in the store"):
        remote.read(sha256)
    assert list(remote.left_over()) == []


def test_the_hosts_folder_stays_within_its_bound(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(bucket, cache=tmp_path / "here", cache_bytes=1_000)
    blobs = [store.put(bytes([number]) * 400) for number in range(3)]
    here = tmp_path / "here" / "blobs"
    held = [here / name[:2] / name[2:] for name in blobs]
    assert all(path.is_file() for path in held), "they may be in use"
    for number, path in enumerate(held):
        os.utime(path, (time.time() - 3_600 + number,) * 2)
    assert store.read(blobs[0])
    store.put(b"the last one" * 30)
    assert [path.is_file() for path in held] == [True, False, False]
    assert store.read(blobs[1]) == bytes([1]) * 400


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """A server that looks at who asks."""
    monkeypatch.setenv("INITIAL_NO_AUTH_ACTION_COUNT", "0")
    with s3(tmp_path) as server:
        yield server


def test_a_bucket_that_is_not_ours_is_told_from_one_that_is_not_there(
    guarded: S3, bucket: str, s3_server: S3, tmp_path: Path
) -> None:
    there: dict[str, Any] = {"cache": tmp_path / "here", "cache_bytes": 1 << 30}
    with pytest.raises(StoreError, match="there is no bucket 'nowhere'"):
        open_store(url_of(s3_server, "nowhere"), **there)
    with pytest.raises(StoreError, match="AWS_ACCESS_KEY_ID") as told:
        open_store(url_of(guarded, "mine"), **there)
    assert not told.value.retryable
    with pytest.raises(StoreError, match="region2, which means nothing here"):
        open_store(f"{bucket}&region2=x", **there)
    with pytest.raises(StoreError, match="'ftp', which is not spoken"):
        open_store("ftp://host/folder")


def test_a_file_that_is_followed_gives_the_hash_of_all_its_bytes(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_STRIDE_BYTES", 1_000)
    pieces = [os.urandom(size) for size in (1, 999, 40_000, 0, 7, 3_000_000, 8_192, 5)]
    with kept.writer() as writer:
        for piece in pieces:
            assert writer.file.write(piece) == len(piece)
        with pytest.raises(OSError, match="not seekable"):
            writer.file.seek(0)
    whole = b"".join(pieces)
    assert writer.sha256 == hashlib.sha256(whole).hexdigest()
    assert kept.read(writer.sha256) == whole


def test_what_the_disk_says_while_a_file_is_written_ends_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that lost bytes says so to one fsync only, and that may be an early one."""
    monkeypatch.setattr(durable, "_STRIDE_BYTES", 1_000)
    store = Store(tmp_path)
    said = threading.Event()

    def lost(handle: int) -> None:
        if not said.is_set():
            said.set()
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(durable.os, "fsync", lost)

    def written() -> None:
        with store.writer() as writer:
            writer.file.write(bytes(20_000))
            assert said.wait(60)

    with pytest.raises(StoreError, match="Input/output error"):
        written()
    assert (list(store.blobs()), list(store.left_over())) == ([], [])


def test_blobs_of_a_unit_settle_while_it_goes_on(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_settle = threading.Event()
    commit = type(kept)._commit

    def late(store: Store, sha256: str, temporary: Path) -> None:
        assert may_settle.wait(60)
        commit(store, sha256, temporary)

    monkeypatch.setattr(type(kept), "_commit", late)
    with kept.together():
        first, second = kept.put(b"one"), kept.put(b"two")
        assert list(kept.blobs()) == []
        threading.Timer(0.2, may_settle.set).start()
        assert kept.read(first) == b"one"
    assert {entry.name for entry in kept.blobs()} == {first, second}
    assert list(kept.left_over()) == []


def test_a_unit_whose_blobs_do_not_settle_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    store = Store(tmp_path)
    monkeypatch.setattr(durable.os, "fsync", full)

    def unit() -> None:
        with store.together():
            store.put(b"one")

    with pytest.raises(StoreError, match="No space left"):
        unit()
    assert (list(store.blobs()), list(store.left_over())) == ([], [])
