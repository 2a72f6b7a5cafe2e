"""Bytes over HTTP with a token: by range, tried again when the network fails, never elsewhere."""

from __future__ import annotations

import hashlib
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

from corpora.errors import ExportError

_CHUNK = 1 << 20
_TIMEOUT_SECONDS = 60
#: A manifest lists shards, it is no shard: more than this is not one.
_MANIFEST_BYTES = 256 << 20
#: Failures in a row without one new byte, and how long to wait after the first of them.
_FAILURES = 5
_WAIT_SECONDS = 0.5
_NETWORK = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)

_REMEDIES = {
    401: "Give a valid token (KOTOGURA_TOKEN): the workbench makes them under API tokens.",
    403: "The token needs the scope “pull”, and its owner a role that may download exports.",
    404: "Check the export's number; an export that is still being written has no manifest yet.",
}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to another host."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


class Transfer:
    """Reads from one server."""

    def __init__(self, *, token: str) -> None:
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def read(self, url: str) -> bytes:
        """A small file, whole; its ETag, where there is one, must be its sha256."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise ExportError(
                f"{url} is no http address.", remedy="Copy the address from the export's page."
            )
        failures = 0
        while True:
            try:
                with self._open(url, {}) as response:
                    data: bytes = response.read(_MANIFEST_BYTES)
                    etag = (response.headers.get("ETag") or "").strip('"')
            except _NETWORK as error:
                failures += 1
                _wait_or_give_up(url, error, failures)
                continue
            if etag and etag != hashlib.sha256(data).hexdigest():
                raise ExportError(f"{url} arrived damaged.", remedy="Pull again.")
            return data

    def pieces(self, url: str, *, start: int, size: int, etag: str) -> Iterator[bytes]:
        """The bytes from ``start`` to ``size``, in pieces, across any number of lost connections.

        If-Range binds each part to the same file: a server that has other bytes
        by now answers with all of them, which is refused.
        """
        failures = 0
        while start < size:
            headers = {"Range": f"bytes={start}-{size - 1}", "If-Range": f'"{etag}"'}
            try:
                with self._open(url, headers) as response:
                    _same_file(response, url, start, size)
                    while piece := response.read(min(_CHUNK, size - start)):
                        start += len(piece)
                        failures = 0
                        yield piece
            except _NETWORK as error:
                failures += 1
                _wait_or_give_up(url, error, failures)
                continue
            if start < size:
                failures += 1
                _wait_or_give_up(url, ConnectionError("it ended early"), failures)

    def _open(self, url: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        request = urllib.request.Request(url, headers=headers)
        # Unredirected: urllib never hands it on, whatever handler is installed.
        request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            response: http.client.HTTPResponse = self._opener.open(
                request, timeout=_TIMEOUT_SECONDS
            )
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (408, 429) or error.code >= 500:
                raise ConnectionError(f"HTTP {error.code}") from None
            raise ExportError(
                f"{url} answers {error.code} {error.reason}.",
                remedy=_REMEDIES.get(error.code, "Check the address."),
            ) from None
        return response


def _same_file(response: http.client.HTTPResponse, url: str, start: int, size: int) -> None:
    """206 at the right place, or 200 from the beginning when that is what was asked."""
    stated = response.headers.get("Content-Range") or ""
    if response.status == 206 and stated == f"bytes {start}-{size - 1}/{size}":
        return
    if response.status == 200 and start == 0:
        return
    raise ExportError(
        f"{url} has changed while it was pulled.", remedy="Pull into an empty folder."
    )


def _wait_or_give_up(url: str, error: Exception, failures: int) -> None:
    if failures >= _FAILURES:
        raise ExportError(
            f"{url} cannot be read: {error}.",
            remedy="Check the network, then pull again: it goes on where it stopped.",
            retryable=True,
        ) from error
    time.sleep(_WAIT_SECONDS * 2 ** (failures - 1))
