"""Files in pieces: begun, gone on with after any interruption, and made a source when whole.

How far an upload came is its row's offset. Who moves it holds a lock on the upload's file, which
the system takes back from a process that dies; the piece is on the disk before the row says so,
and the row moves only from the place where the piece belongs. A piece that comes twice, late, or
to two web processes at once is refused with the right place, and changes nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from corpora.errors import KotoguraError, StoreError
from corpora.ingest.columns import Stated
from corpora.ingest.formats import reader_named
from corpora.ingest.lacking import require_columns
from corpora.store_errors import DISK_FULL
from curation.actions import audit, sources
from curation.models import Corpus, Source, Upload, User
from curation.permissions import require
from curation.store import store

#: The largest piece: what is lost when a connection breaks, and what one request holds.
PIECE_BYTES = 8 << 20
#: Unfinished uploads of one person.
MOST_UNFINISHED = 50
#: An upload that nobody went on with for so long is removed; a finished one is forgotten.
KEPT_UNFINISHED = timedelta(days=7)
KEPT_DONE = timedelta(days=1)
#: Bytes of the disk that uploads leave to everything else.
SPARED = 1 << 30

State = Upload.State


class UploadRefused(KotoguraError):
    """A file cannot be uploaded as asked."""


class WrongPlace(UploadRefused):
    """The piece does not belong where it was sent to. ``offset`` is where the next one does."""

    retryable = True

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def begin(
    *, corpus: Corpus, by: User, name: str, bytes: int, fingerprint: str, **about: Any
) -> tuple[Upload, bool]:
    """The upload to send the file to, and whether it is new.

    A file of which this person sent a part into this corpus before is gone on with. ``about``:
    format, licence, domain, columns, look, as ``Upload`` has them; the last word holds. Raises
    UploadRefused where the file is too large, or too many are unfinished, StoreError where there
    is no room for it.
    """
    require(by, "source.add")
    if about.get("format", "auto") != "auto":
        reader_named(about["format"])
    unfinished = Upload.objects.filter(by=by, state__in=Upload.UNFINISHED)
    mine = unfinished.filter(
        corpus=corpus, fingerprint=fingerprint, bytes=bytes, state=State.SENDING
    )
    if mine.update(moved_at=Now(), **about):
        return mine.get(), False
    if bytes > settings.UPLOAD_MAX_BYTES:
        raise UploadRefused(
            _("The file is larger than this workbench accepts (%(size)s MB).")
            % {"size": settings.UPLOAD_MAX_BYTES >> 20},
            remedy=_("Put it into a folder of the server and add it by its path."),
        )
    if unfinished.count() >= MOST_UNFINISHED:
        raise UploadRefused(
            _("You have %(most)s unfinished uploads.") % {"most": MOST_UNFINISHED},
            remedy=_("Finish or discard some of them first."),
        )
    _require_room(bytes)
    named = {"corpus": corpus, "by": by, "fingerprint": fingerprint}
    try:
        with transaction.atomic():
            upload = Upload.objects.create(
                name=sources.upload_name(name), bytes=bytes, **named, **about
            )
    except IntegrityError as error:
        same = Upload.objects.get(state=State.SENDING, **named)
        if same.bytes == bytes:  # asked for twice at once
            return same, False
        raise UploadRefused(
            _("A file with this fingerprint and another size is being uploaded."),
            remedy=_("Discard that upload, or give another fingerprint."),
        ) from error
    return upload, True


def append(*, upload: Upload, by: User, offset: int, piece: bytes, sha256: str = "") -> int:
    """Keep a piece that begins at ``offset``; where the next one begins.

    Raises WrongPlace where it does not belong there (or another one is being written), and
    UploadRefused when it is too large, or is not what was sent.
    """
    require(by, "source.add")
    if len(piece) > PIECE_BYTES:
        raise UploadRefused(_("A piece has at most %(most)s bytes.") % {"most": f"{PIECE_BYTES:,}"})
    if not piece:
        raise UploadRefused(_("The piece is empty. Its length has to be stated before it."))
    if sha256 and hashlib.sha256(piece).hexdigest() != sha256.lower():
        raise WrongPlace(_("The piece did not arrive as it was sent. Send it again."), offset)
    with _held(upload) as file:
        if offset != upload.offset or upload.state != State.SENDING:
            raise WrongPlace(_("The piece belongs elsewhere."), upload.offset)
        end = offset + len(piece)
        if end > upload.bytes:
            raise UploadRefused(_("These are more bytes than were announced."))
        _write(file, piece, offset)
        _move(upload, end)
    return end


def finish(*, upload: Upload, by: User, sha256: str = "") -> Upload:
    """Make a whole upload a source, or let it wait for a look. The same again changes nothing.

    ``sha256`` is the whole file's, where the sender knows it. Raises WrongPlace while bytes are
    missing, UploadRefused when they are others than the sender's.
    """
    require(by, "source.add")
    with _held(upload) as file:
        if upload.state != State.SENDING:
            return upload
        if upload.offset != upload.bytes:
            raise WrongPlace(_("The file is not whole yet."), upload.offset)
        digest = _digest(file) if sha256 or not upload.look else ""
        if sha256 and digest != sha256.lower():
            _move(upload, 0)
            raise UploadRefused(
                _("What arrived is not the file that was sent."), remedy=_("Send it again.")
            )
        if upload.look:
            upload.state = State.WHOLE
            upload.save(update_fields=["state"])
        else:
            _keep(upload, digest, by, upload.columns)
    return upload


def confirm(*, upload: Upload, by: User, columns: Stated) -> Source:
    """Read a whole upload with these columns."""
    require(by, "source.add")
    with _held(upload) as file:
        if upload.state == State.WHOLE:
            _keep(upload, _digest(file), by, columns)
    if upload.source is None:
        raise WrongPlace(_("The file is not whole yet."), upload.offset)
    return upload.source


def discard(*, upload: Upload, by: User) -> None:
    """Take an unfinished upload away, with what has arrived of it."""
    require(by, "source.add")
    target = f"upload:{upload.pk}"
    _remove(upload)
    audit.record(by=by, action="upload.discard", target=target, name=upload.name)


def forget_stale() -> int:
    """Remove uploads that nobody goes on with; how many."""
    stale = Upload.objects.filter(
        Q(state__in=Upload.UNFINISHED, moved_at__lt=Now() - KEPT_UNFINISHED)
        | Q(state=State.DONE, moved_at__lt=Now() - KEPT_DONE)
    )
    found = list(stale[:500])
    for upload in found:
        _remove(upload)
    return len(found)


def file_of(upload: Upload) -> Path:
    """Where its bytes are until it is a source."""
    return Path(settings.UPLOADS_DIR) / upload.public_id


def _keep(upload: Upload, digest: str, by: User, columns: Stated) -> None:
    """Its bytes in the store, its source in the database; then nothing else holds them."""
    path = file_of(upload)
    if columns:
        require_columns([(path, upload.name)], upload.format, columns)
    store().adopt(path, digest)
    with transaction.atomic():
        upload.source, _new = sources.keep_upload(
            corpus=upload.corpus,
            blob=digest,
            name=upload.name,
            bytes=upload.bytes,
            by=by,
            format=upload.format,
            licence=upload.licence,
            domain=upload.domain,
            columns=columns,
        )
        upload.state = State.DONE
        upload.save(update_fields=["state", "source"])
    path.unlink(missing_ok=True)


@contextmanager
def _held(upload: Upload) -> Iterator[int]:
    """The upload's file, locked, and its row as it is now. Raises WrongPlace when somebody has it.

    A row that says more than there is on the disk (another machine's, a lost one's) is set back.
    """
    path = file_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WrongPlace(_("Another piece is being written."), upload.offset) from None
        try:
            upload.refresh_from_db()
        except Upload.DoesNotExist:
            path.unlink(missing_ok=True)
            raise UploadRefused(_("This upload was taken away."), remedy=_("Begin anew.")) from None
        if upload.state == State.DONE:
            path.unlink(missing_ok=True)
        elif (size := os.fstat(file).st_size) < upload.offset:
            upload.state = State.SENDING
            _move(upload, size)
        yield file
    finally:
        os.close(file)


def _move(upload: Upload, offset: int) -> None:
    """The row says so only if nobody moved it meanwhile, whatever the lock is worth."""
    moved = Upload.objects.filter(pk=upload.pk, offset=upload.offset).update(
        offset=offset, state=upload.state, moved_at=Now()
    )
    if not moved:
        raise WrongPlace(_("The piece belongs elsewhere."), upload.offset)
    upload.offset = offset


def _write(file: int, piece: bytes, offset: int) -> None:
    view = memoryview(piece)
    try:
        while view:
            written = os.pwrite(file, view, offset)
            view, offset = view[written:], offset + written
        os.fsync(file)
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise _full() from error


def _digest(file: int) -> str:
    with os.fdopen(os.dup(file), "rb") as stream:
        stream.seek(0)
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _remove(upload: Upload) -> None:
    """The row first: a piece that comes now finds nothing to move."""
    upload.delete()
    file_of(upload).unlink(missing_ok=True)


def _require_room(bytes: int) -> None:
    """Raise StoreError unless the file fits beside what the others still have to send."""
    folder = Path(settings.UPLOADS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    sending = Upload.objects.filter(state=State.SENDING)
    expected = sending.aggregate(left=Sum(F("bytes") - F("offset")))["left"] or 0
    if shutil.disk_usage(folder).free < bytes + expected + SPARED:
        raise _full()


def _full() -> StoreError:
    return StoreError(
        _("The server's disk has no room for this file."),
        remedy=_("Free some space, then go on: what has arrived is kept."),
    )
