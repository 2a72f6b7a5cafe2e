"""An HTTP server on a loopback port that answers as a test says, and remembers what was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from corpora.fetch.policy import Policy


@dataclass
class Server:
    port: int
    #: Path -> what answers it.
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    #: (path, headers) in their order.
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def policy(self, **others: Any) -> Policy:
        """One that this server may be reached by."""
        allowed = (f"127.0.0.1:{self.port}", f"files.example.jp:{self.port}")
        return Policy(private_allowed=allowed, **others)


def answering(
    body: bytes = b"", status: int = 200, **fields: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    """Names of fields have _ for -."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        given = {name.replace("_", "-"): value for name, value in fields.items()}
        for name, value in {"Content-Length": str(len(body)), **given}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def file_of(
    body: bytes, *, etag: str, cut: int | None = None, **fields: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    """A file with ranges and conditions, whose first connection is cut after ``cut`` bytes."""
    cuts = [cut]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers
        if asked.get("If-None-Match") == etag:
            answering(status=304, ETag=etag)(handler)
            return
        ranged = asked.get("Range") is not None and asked.get("If-Range") == etag
        start = int(asked["Range"].removeprefix("bytes=").rstrip("-")) if ranged else 0
        if start >= len(body) and ranged:
            answering(status=416, Content_Range=f"bytes */{len(body)}")(handler)
            return
        about = {"ETag": etag, "Content_Length": str(len(body) - start), **fields}
        if ranged:
            about["Content_Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        sent = body[start:][: cuts.pop()] if cuts else body[start:]
        answering(sent, 206 if ranged else 200, **about)(handler)

    return answer


@contextmanager
def serving() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers)))
            server.answers[self.path](self)

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server = Server(port=listener.server_address[1])
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
