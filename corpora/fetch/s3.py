"""Objects of S3, and of servers that speak it, through Arrow: listed, streamed, resumed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyarrow.fs import FileInfo, FileSelector, FileType, S3FileSystem

from corpora.errors import SourceError
from corpora.fetch.partial import Partial, Validators
from corpora.fetch.policy import Policy
from corpora.fetch.urls import bucket_and_key
from corpora.fetch.watch import Watch

#: Each is one request.
_CHUNK = 8 << 20
_CONNECT_SECONDS = 10
#: What Arrow says when asking again would not help.
_DENIED = re.compile(r"AWS Error (ACCESS_DENIED|INVALID_\w+|SIGNATURE\w*|\w*CREDENTIAL\w*)\b")
_MISSING = re.compile(r"AWS Error (NO_SUCH_\w+|RESOURCE_NOT_FOUND)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An object as the listing has it."""

    url: str
    #: Bucket and key, as Arrow names them.
    path: str
    bytes: int
    #: Below the prefix, or the object's own name.
    name: str


def _endpoint_of_environment() -> str | None:
    """Arrow finds credentials and the region there, as AWS documents it, but not this."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")


class Bucket:
    """What is below one URL. Credentials come from the environment, as AWS documents it."""

    def __init__(self, url: str, policy: Policy) -> None:
        self._url = url
        self._policy = policy
        self._remote = S3FileSystem(
            anonymous=policy.s3_anonymous,
            region=policy.s3_region or None,
            endpoint_override=policy.s3_endpoint or _endpoint_of_environment(),
            connect_timeout=_CONNECT_SECONDS,
            request_timeout=policy.stall_seconds,
        )

    def objects(self) -> list[Found]:
        """The object, or everything below a prefix (one that ends with "/"), in a fixed order.

        Raises SourceError when there is none, or when they are larger than the policy allows.
        """
        bucket, key = bucket_and_key(self._url)
        path = f"{bucket}/{key}".rstrip("/")
        try:
            if key and not key.endswith("/"):
                infos = [self._remote.get_file_info(path)]
            else:
                infos = self._remote.get_file_info(FileSelector(path, recursive=True))
        except OSError as error:
            raise self._failed(self._url, error) from error
        found = sorted(self._files(infos, path), key=lambda one: one.path.encode())
        if not found:
            raise SourceError(
                self._url,
                None,
                "there is no such object.",
                remedy="A prefix, with everything below it, ends with /.",
            )
        size = sum(one.bytes for one in found)
        if size > self._policy.max_bytes:
            raise SourceError(
                self._url,
                None,
                f"it is larger than {self._policy.max_bytes:,} bytes.",
                remedy="FETCH_MAX_BYTES allows more.",
            )
        return found

    def _files(self, infos: list[FileInfo], path: str) -> Iterator[Found]:
        for info in infos:
            if info.type == FileType.File:
                below = info.path.removeprefix(path).lstrip("/")
                yield Found(
                    url=f"s3://{info.path}",
                    path=info.path,
                    bytes=info.size,
                    name=below or info.base_name,
                )

    def validators(self, one: Found) -> Validators:
        """What tells this version of an object from others."""
        try:
            with self._remote.open_input_stream(one.path) as stream:
                about = {_text(name): _text(value) for name, value in stream.metadata().items()}
        except OSError as error:
            raise self._failed(one.url, error) from error
        return Validators(
            etag=about.get("ETag", ""),
            last_modified=about.get("Last-Modified", ""),
            total=one.bytes,
            content_type=about.get("Content-Type", "")[:200],
        )

    def download(self, one: Found, partial: Partial, watch: Watch) -> None:
        """Bring the rest of the object into the partial file. Raises SourceError."""
        validators = self.validators(one)
        before = watch.received
        if partial.validators != validators:
            partial.restart(validators)
        watch.received = before + partial.size
        try:
            with self._remote.open_input_file(one.path) as file:
                file.seek(partial.size)
                while chunk := file.read(_CHUNK):
                    partial.write(chunk)
                    watch.received = before + partial.size
                    watch.check()
        except OSError as error:
            raise self._failed(one.url, error) from error
        if partial.size != one.bytes or self.validators(one) != validators:
            partial.restart(Validators())
            raise SourceError(
                one.url,
                None,
                "the object changed while it was read.",
                remedy="Wait until it is written, then ingest again.",
                retryable=True,
            )

    def _failed(self, url: str, error: OSError) -> SourceError:
        if isinstance(error, FileNotFoundError) or _MISSING.search(str(error)):
            return SourceError(url, None, "there is no such object.", remedy="Check the spelling.")
        final = _DENIED.search(str(error)) is not None
        return SourceError(
            url,
            None,
            "access is denied." if final else "S3 does not answer.",
            remedy="Check the credentials of the workers (AWS_ACCESS_KEY_ID, …) and the region."
            if final
            else "Try again later; what has arrived is kept.",
            retryable=not final,
        )


def _text(value: str | bytes) -> str:
    """Arrow gives the names of an object's fields as text, and their values as bytes."""
    return value if isinstance(value, str) else value.decode(errors="replace")
