"""Fetching from real servers: cut, changed, lying, and far too large ones among them."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from corpora.errors import Cancelled, SourceError
from corpora.fetch import addresses, http
from corpora.fetch.policy import Policy
from corpora.fetch.unit import run
from corpora.kernels.crc32c import Crc32c
from corpora.stages import Progress, UnitResult, UnitSpec, execute, no_progress
from corpora.storage import Store
from tests.corpora.fetch.server import Server, answering, file_of, self_signed, serving
from tests.services.s3 import S3

BODY = "ことばの港。\n".encode() * 4_000


@pytest.fixture(scope="module")
def module_server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def server(module_server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setattr(http, "_FIRST_WAIT", 0.0)
    module_server.answers.clear()
    module_server.asked.clear()
    return module_server


def unit(url: str, policy: Policy, sha256: str = "") -> UnitSpec:
    return UnitSpec(
        stage="fetch",
        params={"url": url, "sha256": sha256},
        hints={"policy": policy.to_json()},
    )


def fetched(
    store: Store, server: Server, path: str, progress: Progress = no_progress, **policy: Any
) -> UnitResult:
    return execute(unit(server.url(path), server.policy(**policy)), store, progress)


def record(store: Store, result: UnitResult) -> dict[str, Any]:
    (blob,) = result.outputs["records"]
    found: dict[str, Any] = store.read_json(blob)
    return found


def test_a_file_becomes_a_blob_with_a_record_of_where_it_came_from(
    server: Server, store: Store
) -> None:
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    server.answers["/to"] = answering(status=302, Location="/a.jsonl?v=1")
    server.answers["/a.jsonl?v=1"] = file_of(
        BODY, etag='"1"', Repr_Digest=f"sha-256=:{digest}:", X_Robots_Tag="noai",
    )  # fmt: skip
    told: list[int] = []

    def progress(*, documents: int = 0, bytes: int = 0) -> None:
        told.append(bytes)

    result = fetched(store, server, "/to", progress)
    assert store.read(result.outputs["blobs"][0]) == BODY
    assert sum(told) == result.counts["bytes"] == len(BODY)
    found = record(store, result)
    assert found["sha256"] == hashlib.sha256(BODY).hexdigest()
    assert (found["url"], found["final_url"]) == (server.url("/to"), server.url("/a.jsonl?v=1"))
    assert (found["etag"], found["robots"], found["checked"]) == ('"1"', ["noai"], ["Repr-Digest"])
    (file,) = result.counts["files"]
    assert file == {
        "name": f"http:127.0.0.1:{server.port}/to",
        "source": server.url("/to"),
        "origin": "to",
        "robots": ["noai"],
    }
    asked = server.asked[0][1]
    assert "Kotogura" in asked["User-Agent"]
    assert asked["Accept-Encoding"] == "identity"


def test_a_cut_connection_goes_on_where_it_was_cut(server: Server, store: Store) -> None:
    server.answers["/a"] = file_of(BODY, etag='"1"', cut=9_000)
    result = fetched(store, server, "/a")
    assert store.read(result.outputs["blobs"][0]) == BODY
    assert server.asked[1][1]["Range"] == "bytes=9000-"


def test_a_cut_in_chunks_is_noticed(server: Server, store: Store) -> None:
    def chunked(handler: BaseHTTPRequestHandler) -> None:
        server.answers["/a"] = file_of(BODY, etag='"1"')
        handler.wfile.write(b'HTTP/1.1 200 OK\r\nETag: "1"\r\nTransfer-Encoding: chunked\r\n\r\n')
        handler.wfile.write(b"2000\r\n" + BODY[:8192] + b"\r\n2000\r\n" + BODY[8192:9000])

    server.answers["/a"] = chunked
    result = fetched(store, server, "/a")
    assert store.read(result.outputs["blobs"][0]) == BODY
    assert server.asked[1][1]["Range"] == "bytes=9000-"


def test_a_killed_worker_leaves_what_another_goes_on_with(server: Server, store: Store) -> None:
    server.answers["/a"] = file_of(BODY, etag='"1"', cut=9_000)

    def killed(*, documents: int = 0, bytes: int = 0) -> None:
        raise Cancelled("The work was stopped.")

    # The second connection hangs until the watch has been told to stop.
    first = server.answers["/a"]

    def then_hanging(handler: BaseHTTPRequestHandler) -> None:
        if len(server.asked) == 2:
            time.sleep(2)
        first(handler)

    server.answers["/a"] = then_hanging
    with pytest.raises(Cancelled):
        fetched(store, server, "/a", killed)
    server.answers["/a"] = first
    result = fetched(store, server, "/a")
    assert store.read(result.outputs["blobs"][0]) == BODY
    assert server.asked[-1][1]["Range"] == "bytes=9000-"


def test_another_file_by_now_begins_anew(server: Server, store: Store) -> None:
    server.answers["/a"] = file_of(b"x" * 9_000, etag='"old"', cut=5_000)
    asked = server.answers["/a"]

    def replaced(handler: BaseHTTPRequestHandler) -> None:
        asked(handler)
        server.answers["/a"] = file_of(BODY, etag='"new"')

    server.answers["/a"] = replaced
    result = fetched(store, server, "/a")
    assert server.asked[1][1]["If-Range"] == '"old"'
    assert store.read(result.outputs["blobs"][0]) == BODY
    assert record(store, result)["etag"] == '"new"'


def test_what_has_not_changed_is_not_sent_again(server: Server, store: Store) -> None:
    server.answers["/a"] = file_of(BODY, etag='"1"')
    first = fetched(store, server, "/a")
    again = fetched(store, server, "/a")
    assert server.asked[1][1]["If-None-Match"] == '"1"'
    assert again.outputs == first.outputs
    assert (first.counts["unchanged"], again.counts["unchanged"]) == (0, 1)


@pytest.mark.parametrize(
    "field",
    ["Repr_Digest", "Digest", "Content_MD5", "X_Goog_Hash", "x-amz-checksum-crc32c"],
)
def test_bytes_that_are_not_what_the_server_states_are_refused(
    server: Server, store: Store, field: str
) -> None:
    crc32c = Crc32c()
    crc32c.update(BODY)
    sum = base64.b64encode(bytes.fromhex(crc32c.hexdigest())).decode()
    wrong = {
        "Repr_Digest": f"sha-256=:{base64.b64encode(bytes(32)).decode()}:",
        "Digest": f"adler32=03da0195,SHA-256={base64.b64encode(bytes(32)).decode()}",
        "Content_MD5": base64.b64encode(bytes(16)).decode(),
        "X_Goog_Hash": f"crc32c={sum},md5={base64.b64encode(bytes(16)).decode()}",
        "x-amz-checksum-crc32c": "AAAAAA==",
    }
    server.answers["/a"] = answering(BODY, **{field: wrong[field]})
    with pytest.raises(SourceError, match=r"should be 0+, but is") as refused:
        fetched(store, server, "/a")
    assert refused.value.retryable


def test_bytes_that_do_not_have_the_stated_sha256_are_refused(server: Server, store: Store) -> None:
    server.answers["/a"] = answering(BODY)
    right = hashlib.sha256(BODY).hexdigest()
    policy = server.policy()
    assert run(unit(server.url("/a"), policy, right), store, no_progress).outputs["blobs"] == [
        right
    ]
    with pytest.raises(SourceError, match=r"its sha256 should be 0{64}, but is") as refused:
        run(unit(server.url("/a"), policy, "0" * 64), store, no_progress)
    assert not refused.value.retryable


@pytest.mark.parametrize("stated", [True, False], ids=["stated", "found out"])
def test_a_file_that_is_too_large_is_refused(server: Server, store: Store, stated: bool) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        answering(BODY, Content_Length=str(1 << 40), Connection="close")(handler)

    def chunked(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(64):
            handler.wfile.write(BODY)

    server.answers["/a"] = endless if stated else chunked
    with pytest.raises(SourceError, match="larger than 100,000 bytes"):
        fetched(store, server, "/a", max_bytes=100_000)


@pytest.mark.parametrize(
    ("status", "retryable", "asked"), [(404, False, 1), (403, False, 1), (503, True, 4)]
)
def test_what_a_server_refuses(
    server: Server, store: Store, status: int, retryable: bool, asked: int
) -> None:
    server.answers["/a"] = answering(status=status, Retry_After="0")
    with pytest.raises(SourceError, match=f"/a: the server answers {status} ") as refused:
        fetched(store, server, "/a")
    assert refused.value.retryable == retryable
    assert len(server.asked) == asked


def test_a_server_that_asks_for_time_is_given_it(server: Server, store: Store) -> None:
    def busy(handler: BaseHTTPRequestHandler) -> None:
        answering(status=429, Retry_After="1")(handler)
        server.answers["/a"] = answering(BODY)

    server.answers["/a"] = busy
    began = time.monotonic()
    fetched(store, server, "/a")
    assert time.monotonic() - began >= 1


def test_a_trickle_ends_at_the_limit(server: Server, store: Store) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.1)

    server.answers["/a"] = trickle
    with pytest.raises(SourceError, match="more than 1 seconds"):
        fetched(store, server, "/a", seconds=1)


def test_redirects_are_checked_like_the_first_url(server: Server, store: Store) -> None:
    server.answers["/loop"] = answering(status=302, Location="/loop")
    with pytest.raises(SourceError, match="more than 5 times"):
        fetched(store, server, "/loop")
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server.answers["/in"] = answering(status=302, Location=f"http://127.0.0.1:{port}/")
    with pytest.raises(SourceError, match="no public address"):
        fetched(store, server, "/in", ports=(80, port))
    listening.settimeout(0.1)
    with pytest.raises(TimeoutError):
        listening.accept()
    listening.close()


def test_the_address_that_was_checked_is_the_one_connected_to(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    names: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        names.append(host)
        return next(answers)

    monkeypatch.setattr(addresses, "resolve", rebinding)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.answers["/a"] = answering(BODY)
    url = server.url("/a", host="files.example.jp")
    run(unit(url, server.policy()), store, no_progress)
    assert names == ["files.example.jp"]
    assert server.asked[0][1]["Host"] == f"files.example.jp:{server.port}"


def test_certificates_are_those_of_the_name(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(self_signed("files.example.jp"))
    monkeypatch.setattr(addresses, "resolve", lambda *_: ["127.0.0.1"])
    monkeypatch.setattr(http, "_FIRST_WAIT", 0.0)
    with serving(certificate) as server:
        server.answers["/a"] = answering(BODY)
        allowed = tuple(f"{name}.example.jp:{server.port}" for name in ("files", "others"))
        policy = Policy(private_allowed=allowed)

        def fetch(name: str) -> list[str]:
            url = f"https://{name}.example.jp:{server.port}/a"
            blobs: list[str] = run(unit(url, policy), store, no_progress).outputs["blobs"]
            return blobs

        with pytest.raises(SourceError, match="certificate cannot be trusted"):
            fetch("files")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetch("files") == [hashlib.sha256(BODY).hexdigest()]
        with pytest.raises(SourceError, match="certificate cannot be trusted"):
            fetch("others")
    assert len(server.asked) == 1


def test_a_second_process_does_not_touch_what_the_first_one_writes(
    server: Server, store: Store
) -> None:
    """Its lease was lost, but it still runs."""
    release = threading.Event()
    whole = file_of(BODY, etag='"1"')

    def slow(handler: BaseHTTPRequestHandler) -> None:
        server.answers["/a"] = whole
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(BODY)))
        handler.end_headers()
        handler.wfile.write(BODY[:5_000])
        release.wait(60)
        handler.wfile.write(BODY[5_000:])

    server.answers["/a"] = slow
    results: list[UnitResult] = []
    first = threading.Thread(target=lambda: results.append(fetched(store, server, "/a")))
    first.start()
    while not server.asked:
        time.sleep(0.01)
    results.append(fetched(store, server, "/a"))
    release.set()
    first.join()
    assert [store.read(result.outputs["blobs"][0]) for result in results] == [BODY, BODY]


# -- S3 ---------------------------------------------------------------------------------------


@pytest.fixture
def bucket(s3_server: S3, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.secret)
    remote = s3_server.filesystem()
    remote.create_dir("fetching")
    for name, text in (("b.txt", "び"), ("a/one.txt", "いち"), ("a/two.txt", "に")):
        with remote.open_output_stream(f"fetching/{name}") as file:
            file.write(text.encode())
    return remote


def test_objects_below_a_prefix_are_fetched_once(s3_server: S3, bucket: Any, store: Store) -> None:
    policy = Policy(s3_endpoint=s3_server.endpoint, s3_region=s3_server.region)
    whole = unit("s3://fetching/", policy)
    first = execute(whole, store)
    assert [file["source"] for file in first.counts["files"]] == [
        "s3://fetching/a/one.txt", "s3://fetching/a/two.txt", "s3://fetching/b.txt",
    ]  # fmt: skip
    assert [store.read(blob).decode() for blob in first.outputs["blobs"]] == ["いち", "に", "び"]
    for key in (store.root / "keys").rglob("*"):
        if key.is_file() and key.parent.name + key.name != whole.key:
            key.unlink()  # as gc does to what no row names
    with bucket.open_output_stream("fetching/a/two.txt") as file:
        file.write("二".encode())
    again = execute(whole, store)
    assert (first.counts["unchanged"], again.counts["unchanged"]) == (0, 2)
    assert store.read(again.outputs["blobs"][1]).decode() == "二"
    (one,) = execute(unit("s3://fetching/a/one.txt", policy), store).outputs["blobs"]
    assert one == first.outputs["blobs"][0]


def test_the_environment_says_where_s3_is(
    s3_server: S3, bucket: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server.endpoint)
    monkeypatch.setenv("AWS_REGION", s3_server.region)
    (one,) = execute(unit("s3://fetching/b.txt", Policy()), store).outputs["blobs"]
    assert store.read(one).decode() == "び"


def test_an_object_that_is_not_there_or_too_large(s3_server: S3, bucket: Any, store: Store) -> None:
    policy = Policy(s3_endpoint=s3_server.endpoint, s3_region=s3_server.region, max_bytes=10)
    for url in (
        "s3://fetching/none.txt", "s3://no-such-bucket/a", "s3://no-such-bucket/",
        "s3://fetching/none/", "s3://fetching/a",
    ):  # fmt: skip
        with pytest.raises(SourceError, match="no such object") as refused:
            execute(unit(url, policy), store)
        assert not refused.value.retryable
    with pytest.raises(SourceError, match="larger than 10 bytes"):
        execute(unit("s3://fetching/", policy), store)
