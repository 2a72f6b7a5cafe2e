"""An HTTP server on a loopback port that answers as a test says, and remembers what was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

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


def self_signed(name: str) -> bytes:
    """Key and certificate of a server of this name, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Server]:
    """``certificate`` (with its key) makes it https."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers)))
            server.answers[self.path](self)

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    listener.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that hang up
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listener.socket = context.wrap_socket(
            listener.socket, server_side=True, do_handshake_on_connect=False
        )
    server = Server(port=listener.server_address[1])
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
