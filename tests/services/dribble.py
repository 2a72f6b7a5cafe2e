"""A server between the browser and the workbench that hands a page over in small pieces.

A busy machine's browser paints what it has of a page: here it has every piece for a while.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

#: Seconds between two pieces: several frames of the browser.
_PAUSE = 0.06


@contextmanager
def dribbling(upstream: str, until: str) -> Iterator[str]:
    """The address of a server that gives what ``upstream`` gives, but HTML tag by tag until it
    comes to the text ``until``."""
    place = urlsplit(upstream)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {"Cookie": self.headers["Cookie"] or "", "Host": place.netloc}
            with closing(HTTPConnection(place.hostname or "", place.port)) as asking:
                asking.request("GET", self.path, headers=asked)
                given = asking.getresponse()
                body = given.read().decode("utf-8", "surrogateescape")
            self.send_response(given.status)
            for name in ("Content-Type", "Content-Security-Policy"):
                if said := given.headers[name]:
                    self.send_header(name, said)
            self.end_headers()
            slowly, mark, rest = body.partition(until)
            for piece in re.split("(?=<)", slowly) if mark else [slowly]:
                self.wfile.write(piece.encode("utf-8", "surrogateescape"))
                self.wfile.flush()
                if mark and piece.strip():
                    time.sleep(_PAUSE)
            self.wfile.write((mark + rest).encode("utf-8", "surrogateescape"))

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer((place.hostname or "", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{place.hostname}:{server.server_port}"
        server.shutdown()
