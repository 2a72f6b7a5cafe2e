"""One file over http(s): pinned to a checked address, resumed, tried again, limited, verified."""

from __future__ import annotations

import email.utils
import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from corpora.errors import SourceError
from corpora.fetch import addresses, digests
from corpora.fetch.partial import Partial, Validators
from corpora.fetch.policy import Policy
from corpora.fetch.urls import Target, redirected, target
from corpora.fetch.watch import Watch

_CHUNK = 1 << 20
_CONNECT_SECONDS = 10
_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Passing troubles of a server; everything else that is no success is its last word.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
#: Tries in a row that bring no new byte, and how long to wait between them.
_TRIES = 4
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 600.0
#: Fields of one answer; http.client limits each of them to 64 KiB and their number to 100.
_HEADER_BYTES = 256 << 10
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_NETWORK = (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)
#: While a body is read; an OSError there may be the disk's.
_CUT = (
    urllib3.exceptions.HTTPError, http.client.HTTPException, ConnectionError, TimeoutError,
)  # fmt: skip


class _Passing(Exception):
    """This try failed; the next may not. ``wait`` is how long the server asks for."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        self.reason = reason
        self.wait = wait
        super().__init__(reason)


class Download:
    """Brings the bytes of one URL into a partial file."""

    def __init__(
        self, url: str, partial: Partial, policy: Policy, watch: Watch, earlier: dict[str, str]
    ) -> None:
        self._url = url
        self._partial = partial
        self._policy = policy
        self._watch = watch
        #: The validators of what is in the store already; none when nothing is.
        self._earlier = earlier
        #: Where the last answer came from.
        self.final_url = url

    def run(self) -> bool:
        """True when the file is whole in the partial; False when it is what the store has.

        Raises SourceError: retryable when another try may help, and what has arrived is kept.
        """
        failures = 0
        while True:
            before = self._partial.size
            try:
                return self._try()
            except _Passing as error:
                failures = 1 if self._partial.size > before else failures + 1
                self._partial.sync()
                if failures >= _TRIES:
                    raise self._failed(error.reason, retryable=True) from error
                wait = error.wait if error.wait is not None else _FIRST_WAIT * 2**failures
                self._watch.sleep(min(wait, _LONGEST_WAIT))

    def _try(self) -> bool:
        if not self._partial.validators.condition:
            self._partial.restart(Validators())
        with self._answer() as answer:
            if answer.status == 304 and self._earlier and not self._partial.size:
                return False
            if self._is_whole(answer):
                return True
            self._place(answer)
            self._read(answer)
        return True

    # -- asking ----------------------------------------------------------------------------

    def _fields(self) -> dict[str, str]:
        fields = {
            "User-Agent": self._policy.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        }
        condition = self._partial.validators.condition
        if self._partial.size and condition:
            return {**fields, "Range": f"bytes={self._partial.size}-", "If-Range": condition}
        if self._earlier.get("etag"):
            fields["If-None-Match"] = self._earlier["etag"]
        elif self._earlier.get("last_modified"):
            fields["If-Modified-Since"] = self._earlier["last_modified"]
        return fields

    @contextmanager
    def _answer(self) -> Iterator[urllib3.HTTPResponse]:
        """The answer behind all redirects; each of them is checked like the first."""
        at = target(self._url, self._policy)
        for _ in range(_MOST_REDIRECTS + 1):
            with self._asked(at) as answer:
                location = answer.headers.get("Location")
                if answer.status not in _REDIRECTS or location is None:
                    self.final_url = at.url
                    yield answer
                    return
            at = redirected(at, location, self._policy)
        raise self._failed(f"it redirects more than {_MOST_REDIRECTS} times.")

    @contextmanager
    def _asked(self, at: Target) -> Iterator[urllib3.HTTPResponse]:
        connection = self._connected(at)
        try:
            self._watch.over(connection.sock)
            self._watch.check()
            try:
                connection.request(
                    "GET",
                    at.path,
                    headers={"Host": at.authority, **self._fields()},
                    preload_content=False,
                    decode_content=False,
                )
                answer = connection.getresponse()
            except _NETWORK as error:
                raise self._lost(error) from error
            sizes = (len(name) + len(value) for name, value in answer.headers.items())
            if sum(sizes) > _HEADER_BYTES:
                raise self._failed("the answer's header is too large.")
            with answer:  # it may hold the socket for itself
                yield answer
        finally:
            self._watch.over(None)
            connection.close()

    def _connected(self, at: Target) -> HTTPConnection:
        """Connected to an address that was checked, and to no other: names are not asked again."""
        found = addresses.checked(at, self._policy)
        for number, address in enumerate(found, start=1):
            self._watch.check()
            connection = _connection(at, address)
            try:
                connection.connect()
            except _NETWORK as error:
                connection.close()
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise self._failed(
                        "its certificate cannot be trusted.",
                        remedy="Give the URL of a server with a certificate that is valid.",
                    ) from error
                if number == len(found):
                    raise self._lost(error) from error
            else:
                connection.timeout = self._policy.stall_seconds
                return connection
        raise _Passing(f"{at.host} has no address.")

    # -- taking ----------------------------------------------------------------------------

    def _place(self, answer: urllib3.HTTPResponse) -> None:
        """Make the partial end where the answer's body begins."""
        if answer.status == 200:
            self._partial.restart(_validators(answer))
        elif answer.status == 206:
            found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
            etag = answer.headers.get("ETag", "")
            other = etag and etag != self._partial.validators.etag
            if found is None or int(found[1]) != self._partial.size or other:
                self._partial.restart(Validators())
                raise _Passing("the server sent another part than was asked for.")
            if found[3] != "*":
                self._partial.validators.total = int(found[3])
        elif answer.status == 416:
            self._partial.restart(Validators())
            raise _Passing("the file has become shorter.")
        else:
            self._refuse(answer)
        self._watch.received = self._partial.size
        self._limit(self._partial.validators.total or 0)

    def _is_whole(self, answer: urllib3.HTTPResponse) -> bool:
        """Whether the answer is that nothing was missing: all had arrived before a crash."""
        size = self._partial.size
        there = answer.headers.get("Content-Range", "")
        return answer.status == 416 and bool(size) and there == f"bytes */{size}"

    def _refuse(self, answer: urllib3.HTTPResponse) -> None:
        said = f"{answer.status} {http.client.responses.get(answer.status, '')}".strip()
        if answer.status in _PASSING:
            raise _Passing(f"the server answers {said}.", _asked_to_wait(answer))
        raise self._failed(
            f"the server answers {said}.",
            remedy="Check the URL in a browser that is not signed in.",
        )

    def _read(self, answer: urllib3.HTTPResponse) -> None:
        try:
            while chunk := answer.read1(_CHUNK):
                self._partial.write(chunk)
                self._watch.received = self._partial.size
                self._watch.check()
                self._limit(self._partial.size)
        except _CUT as error:
            raise self._lost(error) from error
        self._watch.check()
        total = self._partial.validators.total
        if total is not None and self._partial.size < total:
            raise _Passing("the connection was cut.")
        if total is not None and self._partial.size > total:
            self._partial.restart(Validators())
            raise _Passing("more arrived than the server said.")

    def _limit(self, size: int) -> None:
        if size > self._policy.max_bytes:
            self._partial.restart(Validators())
            raise self._failed(
                f"it is larger than {self._policy.max_bytes:,} bytes.",
                remedy="FETCH_MAX_BYTES allows more.",
            )

    def _lost(self, error: Exception) -> _Passing:
        """Why a connection failed; raises the reason of whoever ended it."""
        self._watch.check()
        if isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError):
            return _Passing("the server does not answer in time.")
        if isinstance(error, urllib3.exceptions.NewConnectionError | ConnectionRefusedError):
            return _Passing("no connection to the server.")
        return _Passing("the connection was cut.")

    def _failed(self, reason: str, *, remedy: str = "", retryable: bool = False) -> SourceError:
        remedy = remedy or ("Try again later; what has arrived is kept." if retryable else "")
        return SourceError(self._url, None, reason, remedy=remedy, retryable=retryable)


def _connection(at: Target, address: str) -> HTTPConnection:
    """To the address; the certificate and SNI are those of the name. Proxies are never used."""
    if at.scheme == "http":
        return HTTPConnection(address, at.port, timeout=_CONNECT_SECONDS)
    return HTTPSConnection(
        address,
        at.port,
        timeout=_CONNECT_SECONDS,
        server_hostname=at.host,
        cert_reqs="CERT_REQUIRED",
    )


def _validators(answer: urllib3.HTTPResponse) -> Validators:
    fields = answer.headers
    length = fields.get("Content-Length", "")
    chunked = "chunked" in fields.get("Transfer-Encoding", "").lower()
    return Validators(
        etag=fields.get("ETag", ""),
        last_modified=fields.get("Last-Modified", ""),
        total=int(length) if length.isdecimal() and not chunked else None,
        digests=digests.stated(fields),
        robots=_robots(fields),
        content_type=fields.get("Content-Type", "")[:200],
    )


def _robots(fields: urllib3.HTTPHeaderDict) -> list[str]:
    words = ",".join(fields.getlist("X-Robots-Tag")).lower().split(",")
    found = [" ".join(word.split()) for word in words if word.strip()]
    if fields.get("TDM-Reservation", "").strip() == "1":
        found.append("tdm-reservation")
    return found


def _asked_to_wait(answer: urllib3.HTTPResponse) -> float | None:
    """Retry-After in seconds: a number or a date."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds()) if until.tzinfo else None
