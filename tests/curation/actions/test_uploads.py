"""Files in pieces: whatever happens on the way, what becomes a source is the file that was sent."""

from __future__ import annotations

import fcntl
import hashlib
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from corpora.errors import StoreError
from corpora.ingest.columns import ColumnsRefused
from corpora.storage import Store
from curation.actions import uploads
from curation.actions.uploads import UploadRefused, WrongPlace
from curation.models import Corpus, Run, Source, Upload, User

DATA = b"".join(b'{"text": "%d"}\n' % number for number in range(500))
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.UPLOADS_DIR = tmp_path / "unfinished"
    monkeypatch.setattr(uploads, "PIECE_BYTES", 1_000)
    return tmp_path / "unfinished"


@pytest.fixture
def corpus(db: None, store: Store) -> Corpus:
    return Corpus.objects.create(name="news", licence="CC0-1.0")


Begin = Callable[..., Upload]


@pytest.fixture
def begin(corpus: Corpus, curator: User) -> Begin:
    def make(**stated: Any) -> Upload:
        about = {"name": "a.jsonl", "bytes": len(DATA), "fingerprint": "a"} | stated
        return uploads.begin(corpus=corpus, by=curator, **about)[0]

    return make


def _send(upload: Upload, by: User, data: bytes = DATA) -> None:
    for start in range(upload.offset, len(data), 1_000):
        uploads.append(upload=upload, by=by, offset=start, piece=data[start : start + 1_000])


@pytest.mark.parametrize("seed", range(4))
def test_interrupted_repeated_and_misplaced_pieces_change_nothing(
    seed: int, begin: Begin, curator: User, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    move = uploads._move

    def dies(upload: Upload, offset: int) -> None:
        raise KeyboardInterrupt  # the process was killed when the piece was on the disk

    while True:
        upload = begin()  # as after a restart: only the fingerprint is known
        offset = upload.offset
        if offset == len(DATA):
            break
        start = chance.choice([offset, offset, offset, 0, max(0, offset - 7), offset + 1])
        piece = DATA[start : start + chance.randint(1, 1_000)]
        monkeypatch.setattr(uploads, "_move", dies if chance.random() < 0.3 else move)
        try:
            end = uploads.append(upload=upload, by=curator, offset=start, piece=piece)
        except KeyboardInterrupt:
            end = offset
        except WrongPlace as refused:
            end = refused.offset if start != offset else -1
        assert begin().offset == end
        assert end in (offset, start + len(piece))
    monkeypatch.setattr(uploads, "_move", move)
    done = uploads.finish(upload=upload, by=curator, sha256=SHA256)
    assert done.source is not None
    assert store.read(done.source.blob) == DATA
    assert uploads.finish(upload=upload, by=curator).source == done.source
    assert Run.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_the_same_bytes(
    transactional_db: None, begin: Begin, curator: User, store: Store, folder: Path
) -> None:
    upload = begin()
    moved = []

    def send() -> None:
        own = Upload.objects.get(pk=upload.pk)
        offset = 0
        while offset < len(DATA):
            piece = DATA[offset : offset + 900]
            try:
                offset = uploads.append(upload=own, by=curator, offset=offset, piece=piece)
                moved.append(len(piece))
            except WrongPlace as refused:
                offset = refused.offset
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(moved) == len(DATA), "every byte was taken once"
    assert (folder / upload.public_id).read_bytes() == DATA
    upload.refresh_from_db()
    with (folder / upload.public_id).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(WrongPlace) as refused:
            uploads.finish(upload=upload, by=curator)
        assert refused.value.offset == len(DATA)
    assert uploads.finish(upload=upload, by=curator).source is not None


def test_nothing_is_a_source_before_it_is_whole(
    begin: Begin, curator: User, folder: Path, store: Store
) -> None:
    upload = begin()
    uploads.append(upload=upload, by=curator, offset=0, piece=DATA[:1_000])
    with pytest.raises(WrongPlace):
        uploads.finish(upload=upload, by=curator)
    assert not Source.objects.exists()
    (folder / upload.public_id).write_bytes(DATA[:300])  # another machine's disk, or a lost one
    with pytest.raises(WrongPlace) as refused:
        uploads.append(upload=upload, by=curator, offset=1_000, piece=DATA[1_000:1_100])
    assert refused.value.offset == 300
    _send(upload, curator)
    with pytest.raises(UploadRefused):
        uploads.finish(upload=upload, by=curator, sha256="0" * 64)
    assert Upload.objects.get().offset == 0, "others' bytes: from the beginning"
    _send(upload, curator)
    assert uploads.finish(upload=upload, by=curator, sha256=SHA256).source is not None
    assert not list(folder.iterdir())


def test_the_same_file_again_is_the_same_source(begin: Begin, curator: User) -> None:
    first, second = begin(), None
    _send(first, curator)
    uploads.finish(upload=first, by=curator)
    second = begin()
    assert second.pk != first.pk
    _send(second, curator)
    assert uploads.finish(upload=second, by=curator).source == first.source
    assert Run.objects.count() == 1


def test_pieces_that_are_no_good_are_refused(begin: Begin, curator: User, viewer: User) -> None:
    upload = begin(bytes=1_500)

    def send(piece: bytes, offset: int = 0, **options: Any) -> None:
        uploads.append(upload=upload, by=curator, offset=offset, piece=piece, **options)

    for piece in (b"x" * 1_001, b"x" * 1_000):
        with pytest.raises(UploadRefused):
            send(piece, sha256="" if len(piece) > 1_000 else "0" * 64)
    send(b"x" * 1_000, sha256=hashlib.sha256(b"x" * 1_000).hexdigest())
    with pytest.raises(UploadRefused):
        send(b"x" * 501, 1_000)
    assert Upload.objects.get().offset == 1_000
    with pytest.raises(PermissionDenied):
        uploads.append(upload=upload, by=viewer, offset=1_000, piece=b"x")


def test_what_is_too_much_is_refused_before_anything_is_sent(
    begin: Begin, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_MAX_BYTES = len(DATA)
    with pytest.raises(UploadRefused):
        begin(bytes=len(DATA) + 1)
    monkeypatch.setattr(uploads, "SPARED", 1 << 60)
    with pytest.raises(StoreError):
        begin()
    monkeypatch.setattr(uploads, "SPARED", 0)
    monkeypatch.setattr(uploads, "MOST_UNFINISHED", 1)
    begin()
    begin()
    with pytest.raises(UploadRefused):
        begin(fingerprint="b")


def test_a_look_comes_before_the_reading(begin: Begin, curator: User, folder: Path) -> None:
    upload = begin(look=True)
    _send(upload, curator)
    assert uploads.finish(upload=upload, by=curator).state == Upload.State.WHOLE
    assert not Source.objects.exists()
    with pytest.raises(ColumnsRefused, match="There are: text"):
        uploads.confirm(upload=upload, by=curator, columns={"text": ["本文"]})
    source = uploads.confirm(upload=upload, by=curator, columns={"text": ["text"], "title": []})
    assert source.runs.get().arguments["columns"] == {"text": ["text"], "title": []}
    assert uploads.confirm(upload=upload, by=curator, columns={}) == source
    other = begin(fingerprint="b", look=True)
    _send(other, curator)
    uploads.discard(upload=other, by=curator)
    assert not list(folder.iterdir())


def test_what_nobody_goes_on_with_is_removed(begin: Begin, curator: User, folder: Path) -> None:
    old, new = begin(), begin(fingerprint="b")
    uploads.append(upload=old, by=curator, offset=0, piece=DATA[:10])
    uploads.append(upload=new, by=curator, offset=0, piece=DATA[:10])
    assert uploads.forget_stale() == 0
    Upload.objects.filter(pk=old.pk).update(moved_at=timezone.now() - uploads.KEPT_UNFINISHED)
    assert uploads.forget_stale() == 1
    assert list(Upload.objects.all()) == [new]
    assert [path.name for path in folder.iterdir()] == [new.public_id]
