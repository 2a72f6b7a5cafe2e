"""Files of an export over HTTP: ranges, tags, links, who took what."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.storage import Store
from curation.models import AuditEvent, Export, User
from tests.curation.api.conftest import Call
from tests.curation.exports import BLOB

NAME = "part-00000.jsonl.zst"
SIZE = len(BLOB)
TAG = f'"{hashlib.sha256(BLOB).hexdigest()}"'


def body(answer: Any) -> bytes:
    return answer.getvalue()


@pytest.fixture
def get(call: Call, export: Export, pull_token: str) -> Callable[..., Any]:
    def ask(method: str = "get", name: str = NAME, **headers: str) -> Any:
        return call(method, f"/exports/{export.pk}/shards/{name}", token=pull_token, **headers)

    return ask


def test_a_whole_file_has_its_hash_as_tag_and_is_immutable(get: Callable[..., Any]) -> None:
    answer = get()
    assert answer.status_code == 200
    assert body(answer) == BLOB
    assert answer["ETag"] == TAG
    assert answer["Content-Length"] == str(SIZE)
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["Content-Disposition"] == f'attachment; filename="{NAME}"'


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        pytest.param("bytes=0-0", 0, 0, id="first byte"),
        pytest.param("bytes=5-9", 5, 9, id="inside"),
        pytest.param(f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1, id="from the last byte"),
        pytest.param("bytes=1048570-1048590", 1048570, 1048590, id="across two pieces"),
        pytest.param(f"bytes=10-{SIZE * 9}", 10, SIZE - 1, id="beyond the end is cut"),
        pytest.param("bytes=-7", SIZE - 7, SIZE - 1, id="suffix"),
        pytest.param(f"bytes=-{SIZE * 2}", 0, SIZE - 1, id="suffix longer than the file"),
        pytest.param("BYTES= 3-4 ", 3, 4, id="unit in capitals, blanks"),
    ],
)
def test_one_range_is_served(get: Callable[..., Any], asked: str, start: int, end: int) -> None:
    answer = get(Range=asked)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{end}/{SIZE}"
    assert body(answer) == BLOB[start : end + 1]
    assert answer["Content-Length"] == str(end - start + 1)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(f"bytes={SIZE}-", id="behind the end"),
        pytest.param("bytes=9-5", id="backwards"),
        pytest.param("bytes=-0", id="the last nothing"),
        pytest.param("bytes=-", id="no numbers"),
        pytest.param("bytes=", id="empty"),
        pytest.param("bytes", id="no equals sign"),
        pytest.param("bytes=a-b", id="letters"),
        pytest.param("bytes=１-２", id="full-width digits"),
        pytest.param("bytes=0x0-0x5", id="hexadecimal"),
        pytest.param("bytes=--5", id="negative"),
        pytest.param("bytes=0-1,3-4", id="two ranges"),
        pytest.param("bytes=" + ",".join(["0-0"] * 1000), id="a thousand ranges"),
        pytest.param("bytes=" + "9" * 5000 + "-", id="a number without end"),
        pytest.param("nonsense", id="nonsense"),
    ],
)
def test_nonsense_is_416_with_the_size(get: Callable[..., Any], asked: str) -> None:
    answer = get(Range=asked)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{SIZE}"
    assert answer.json()["detail"]


def test_a_unit_that_is_not_ours_is_ignored(get: Callable[..., Any]) -> None:
    assert get(Range="items=0-5").status_code == 200


@pytest.mark.parametrize("tags", [TAG, f"W/{TAG}", f'"x", {TAG}', "*"])
def test_a_known_tag_is_304_without_a_body(get: Callable[..., Any], tags: str) -> None:
    answer = get(If_None_Match=tags, Range="bytes=0-4")
    assert answer.status_code == 304
    assert answer["ETag"] == TAG
    assert answer.content == b""


def test_another_tag_is_the_whole_file(get: Callable[..., Any]) -> None:
    assert get(If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize(
    ("if_range", "status"),
    [
        pytest.param(TAG, 206, id="our tag"),
        pytest.param(f"W/{TAG}", 200, id="a weak tag is not enough"),
        pytest.param('"other"', 200, id="another file"),
        pytest.param("Wed, 21 Oct 2026 07:28:00 GMT", 200, id="a date"),
    ],
)
def test_if_range_guards_the_range(get: Callable[..., Any], if_range: str, status: int) -> None:
    assert get(Range="bytes=0-4", If_Range=if_range).status_code == status


def test_head_says_everything_but_the_bytes(get: Callable[..., Any]) -> None:
    answer = get("head", Range="bytes=0-4")
    assert (answer.status_code, answer.content) == (200, b"")
    assert (answer["Content-Length"], answer["ETag"]) == (str(SIZE), TAG)


def test_the_manifest_is_what_the_export_wrote(
    call: Call, store: Store, export: Export, pull_token: str
) -> None:
    answer = call("get", f"/exports/{export.pk}/manifest", token=pull_token)
    assert body(answer) == store.read(export.manifest)
    assert answer["ETag"] == f'"{export.manifest}"'
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "name",
    ["other.bin", "../secret_key", "%2e%2e/%2e%2e/etc/passwd", "a%00b", "x" * 4000, "manifest"],
)
def test_only_files_of_the_export_are_served(get: Callable[..., Any], name: str) -> None:
    answer = get(name=name)
    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_a_file_that_lost_bytes_in_the_store_is_refused(
    get: Callable[..., Any], store: Store, export: Export
) -> None:
    path = store.path(export.files[NAME]["sha256"])
    path.write_bytes(BLOB[:-1])
    answer = get()
    assert answer.status_code == 503
    assert "damaged" in answer.json()["detail"]


def test_behind_a_proxy_the_proxy_sends_the_file(
    get: Callable[..., Any], settings: Any, export: Export
) -> None:
    settings.ACCEL_REDIRECT_PREFIX = "/store/"
    answer = get(Range="bytes=0-4")
    sha256 = export.files[NAME]["sha256"]
    assert answer["X-Accel-Redirect"] == f"/store/blobs/{sha256[:2]}/{sha256[2:]}"
    assert (answer.content, answer["ETag"]) == (b"", TAG)


# -- who -----------------------------------------------------------------------------------


def test_a_browser_downloads_with_its_login(
    client_for: Callable[[str], Client], export: Export
) -> None:
    answer = client_for("curator").get(f"/api/v1/exports/{export.pk}/shards/{NAME}")
    assert body(answer) == BLOB


def test_a_role_that_may_not_download_is_403(
    client_for: Callable[[str], Client], export: Export
) -> None:
    answer = client_for("viewer").get(f"/api/v1/exports/{export.pk}/shards/{NAME}")
    assert answer.status_code == 403


def pulls() -> list[tuple[str, str, str]]:
    events = AuditEvent.objects.filter(action="export.pull").order_by("id")
    return [
        (event.actor.username, event.target, event.detail["file"])
        for event in events
        if event.actor
    ]


def test_ranges_of_a_file_within_a_minute_are_one_pull(
    get: Callable[..., Any], export: Export
) -> None:
    for start in range(5):
        get(Range=f"bytes={start}-")
    get("head")
    get(If_None_Match=TAG)
    assert pulls() == [("engineer", f"export:{export.pk}", NAME)]


def test_two_people_are_two_pulls_and_a_minute_later_it_is_another(
    get: Callable[..., Any],
    call: Call,
    export: Export,
    curator: User,
    secret_of: Callable[..., str],
) -> None:
    from django.core.cache import cache

    get()
    call("get", f"/exports/{export.pk}/shards/{NAME}", token=secret_of(curator, "pull"))
    assert len(pulls()) == 2
    AuditEvent.objects.update(at=timezone.now() - timedelta(seconds=61))
    cache.clear()
    get()
    assert len(pulls()) == 3


def test_another_process_does_not_count_the_same_pull_again(get: Callable[..., Any]) -> None:
    from django.core.cache import cache

    get()
    cache.clear()
    get()
    assert len(pulls()) == 1


# -- signed addresses --------------------------------------------------------------------------


@pytest.fixture
def link(call: Call, export: Export, pull_token: str) -> Callable[..., str]:
    def lend(**body: Any) -> str:
        answer = call(
            "post", f"/exports/{export.pk}/links", token=pull_token, json={"name": NAME, **body}
        )
        assert answer.status_code == 201, answer.content
        parts = urlsplit(answer.json()["url"])
        return f"{parts.path.removeprefix('/api/v1')}?{parts.query}"

    return lend


def test_a_link_opens_its_file_without_a_token(call: Call, link: Callable[..., str]) -> None:
    assert body(call("get", link())) == BLOB


def test_a_link_for_the_manifest(call: Call, link: Callable[..., str], export: Export) -> None:
    answer = call("get", link(name="manifest.json"))
    assert answer["ETag"] == f'"{export.manifest}"'


def test_a_link_is_bound_to_its_method(call: Call, link: Callable[..., str]) -> None:
    assert call("head", link()).status_code == 403
    assert call("head", link(method="HEAD")).status_code == 200


def test_a_link_is_bound_to_its_file(call: Call, link: Callable[..., str], export: Export) -> None:
    query = link().partition("?")[2]
    assert call("get", f"/exports/{export.pk}/manifest?{query}").status_code == 403


def test_a_link_is_bound_to_the_hash(
    call: Call, link: Callable[..., str], store: Store, export: Export
) -> None:
    address = link()
    other = store.put(b"other bytes")
    Export.objects.filter(pk=export.pk).update(files={NAME: {"sha256": other, "bytes": 11}})
    assert call("get", address).status_code == 403


def test_a_link_dies_with_its_time(
    call: Call, link: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = link(seconds=2)
    later = timezone.now() + timedelta(seconds=3)
    monkeypatch.setattr("curation.actions.pulls.timezone.now", lambda: later)
    assert call("get", address).status_code == 403


def test_a_link_dies_with_its_lender(call: Call, link: Callable[..., str], engineer: User) -> None:
    address = link()
    engineer.role = "viewer"
    engineer.save()
    assert call("get", address).status_code == 403


def test_any_change_of_a_signature_is_403(call: Call, link: Callable[..., str]) -> None:
    address = link()
    head, signature = address.split("signature=")
    for at in range(0, len(signature), 7):
        changed = signature[:at] + ("A" if signature[at] != "A" else "B") + signature[at + 1 :]
        assert call("get", f"{head}signature={changed}").status_code == 403, at


@pytest.mark.parametrize("seconds", [0, 301, -5, 10**30])
def test_a_link_lives_five_minutes_at_most(
    call: Call, export: Export, pull_token: str, seconds: int
) -> None:
    body = {"name": NAME, "seconds": seconds}
    answer = call("post", f"/exports/{export.pk}/links", token=pull_token, json=body)
    assert answer.status_code == 422


# -- whatever is asked -------------------------------------------------------------------------


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    asked=st.one_of(
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60),
        st.from_regex(r"bytes=[0-9]{0,22}-[0-9]{0,22}(,[0-9]*-[0-9]*)*", fullmatch=True),
    )
)
def test_no_range_whatever_breaks_the_server(get: Callable[..., Any], asked: str) -> None:
    answer = get(Range=asked)
    assert answer.status_code in (200, 206, 416)
    if answer.status_code == 206:
        start, end = map(int, re.findall(r"\d+", answer["Content-Range"])[:2])
        assert body(answer) == BLOB[start : end + 1]
    if answer.status_code == 200:
        assert body(answer) == BLOB
