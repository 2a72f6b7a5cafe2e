"""Files in pieces and their columns, as the page asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from corpora.ingest.preview import look
from corpora.stages import STAGES
from corpora.storage import Store
from curation.models import Corpus, Run, Source, Unit, Upload, User
from curation.tasks.work import work_on

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.services.browser import OpenPage

DATA = '{"題": "雨", "本文": "雨が降る。"}\n{"題": "風", "本文": ""}\n'.encode()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Looks at records are in this process: tests/corpora/ingest/test_columns.py has the other
    one."""
    monkeypatch.setattr("curation.views.columns.preview", look)
    settings.UPLOADS_DIR = tmp_path / "unfinished"
    return tmp_path / "unfinished"


@pytest.fixture
def corpus(db: None, store: Store) -> Corpus:
    return Corpus.objects.create(name="news", licence="CC0-1.0")


Ask = Callable[..., Any]


@pytest.fixture
def ask(client_for: Callable[[str], Client], corpus: Corpus) -> Ask:
    client = client_for("curator")

    def make(method: str, address: str, data: Any = None, **headers: str) -> Any:
        headers = {"Accept": "application/json", "Accept-Language": "en", **headers}
        options = {"content_type": "application/octet-stream"} if method == "patch" else {}
        return getattr(client, method)(address, data, headers=headers, **options)

    return make


def _begin(ask: Ask, **stated: Any) -> dict[str, Any]:
    about = {"name": "../雨.jsonl", "bytes": len(DATA), "fingerprint": "x", "format": "auto"}
    answer = ask("post", reverse("upload-begin", args=["news"]), about | stated)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def _sent(ask: Ask, told: dict[str, Any]) -> dict[str, Any]:
    assert ask("patch", told["address"], DATA, **{"Upload-Offset": "0"}).status_code == 200
    finished: dict[str, Any] = ask("post", told["finish"]).json()
    return finished


def test_a_file_in_pieces_becomes_a_source(ask: Ask, store: Store) -> None:
    told = _begin(ask)
    first = ask("patch", told["address"], DATA[:10], **{"Upload-Offset": "0"})
    assert first.json() == {"offset": 10}
    again = ask("patch", told["address"], DATA[:10], **{"Upload-Offset": "0"})
    assert (again.status_code, again.json()["offset"]) == (409, 10)
    early = ask("post", told["finish"])
    assert (early.status_code, early.json()["offset"]) == (409, 10)
    assert _begin(ask)["offset"] == 10, "tomorrow, with the same file"
    ask("patch", told["address"], DATA[10:], **{"Upload-Offset": "10"})
    done = ask("post", told["finish"]).json()
    source = Source.objects.get()
    assert (source.location, store.read(source.blob)) == ("雨.jsonl", DATA)
    assert (done["url"], done["state"]) == (reverse("source", args=[source.pk]), "done")


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        pytest.param({"bytes": -1}, 422, id="size"),
        pytest.param({"bytes": ""}, 422, id="no size"),
        pytest.param({"format": "docx"}, 422, id="format"),
        pytest.param({"bytes": 2**62}, 422, id="too large"),
    ],
)
def test_what_cannot_be_begun_is_refused(ask: Ask, stated: dict[str, Any], status: int) -> None:
    about = {"name": "a", "bytes": 1, "fingerprint": "x", "format": "auto"} | stated
    answer = ask("post", reverse("upload-begin", args=["news"]), about)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert not Upload.objects.exists()


def test_a_piece_says_where_it_begins_and_whose_it_is(
    ask: Ask, client_for: Callable[[str], Client]
) -> None:
    told = _begin(ask)
    assert ask("patch", told["address"], b"x").status_code == 400
    assert ask("patch", told["address"], b"x", **{"Upload-Offset": "-1"}).status_code == 400
    engineer = client_for("engineer")
    for address in (told["address"], told["finish"], told["discard"]):
        assert engineer.post(address).status_code in (404, 405), "another's upload"


def test_columns_are_chosen_with_what_comes_of_them_in_sight(ask: Ask, folder: Path) -> None:
    done = _sent(ask, _begin(ask, look="on"))
    assert not Source.objects.exists()
    address = done["url"]
    page = ask("get", address).content.decode()
    assert "as found: 本文" in page
    assert "雨が降る。" in page
    chosen = {"text": "=題", "text_2": "=本文", "title": "-"}
    page = ask("get", address, chosen).content.decode()
    assert "雨\n\n雨が降る。" in page
    page = ask("get", address, {"text": "", "text_2": "=題", "found": "本文"}).content.decode()
    assert "雨が降る。\n\n雨" in page, "what is found, and then the title"
    # The others that wait are a step away.
    other = _sent(ask, _begin(ask, look="on", name="風.jsonl", fingerprint="y"))["url"]
    assert f'href="{other}" rel="next"' in ask("get", address).content.decode()
    assert f'href="{address}" rel="prev"' in ask("get", other).content.decode()
    ask("post", other.replace("columns", "discard"))
    refused = ask("get", address, {"text": "=gone"})
    assert refused.status_code == 422
    assert "There are: 題, 本文" in refused.content.decode()
    answer = ask("post", address, chosen)
    source = Source.objects.get()
    assert answer["Location"] == reverse("source", args=[source.pk])
    assert Run.objects.get().arguments["columns"] == {"text": ["題", "本文"], "title": []}
    assert not list(folder.iterdir())
    assert ask("get", address)["Location"] == answer["Location"]


def test_a_look_at_each_file_of_a_path(
    client_for: Callable[[str], Client], corpus: Corpus, tmp_path: Path, settings: Any
) -> None:
    settings.ALLOWED_ROOTS = [tmp_path / "inbox"]
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.jsonl").write_bytes(DATA)
    (tmp_path / "inbox" / "b.jsonl").write_text('{"body": "雪が積もる。"}')
    client = client_for("engineer")
    form = {"door": "path", "path-format": "auto", "path-paths": f"{tmp_path}/inbox/*.jsonl"}
    refused = client.post(
        reverse("source-add", args=["news"]),
        {**form, "look": "on"} | {"path-paths": f"{tmp_path}/*.jsonl"},
    )
    assert "error-summary" in refused.content.decode()
    looked = client.post(reverse("source-add", args=["news"]), {**form, "look": "on"})
    page = client.get(looked["Location"]).content.decode()
    assert "雨が降る。" in page
    (following,) = re.findall(r'href="(\?[^"]*file=2)" rel="next"', page)
    second = client.get(looked["Location"].split("?")[0] + unescape(following)).content.decode()
    assert "雪が積もる。" in second
    assert "雨が降る。" not in second
    # What one file has, another one may lack: said by name, and no reason not to read.
    for column, lacks in (("本文", "b.jsonl"), ("body", "a.jsonl")):
        mapped = client.get(f"{looked['Location']}&file=2&text=%3D{column}")
        assert mapped.status_code == 200
        assert f'value="={column}" selected' in mapped.content.decode()
        assert re.search(rf"⚠ [^⚠]*{lacks}</span> \({column}\)", mapped.content.decode())
    for number in ("0", "3", "x"):
        assert client.get(f"{looked['Location']}&file={number}").status_code == 404
    assert not Source.objects.exists()
    read = reverse("path-columns", args=["news"])
    refused = client.post(read, {**form, "text": "=gone"}, headers={"Accept-Language": "en"})
    assert "none of the 2 files" in refused.content.decode()
    client.post(read, {**form, "text": "=body"})
    assert Source.objects.get().location == f"{tmp_path}/inbox/*.jsonl"
    assert Run.objects.get().arguments["columns"] == {"text": ["body"]}


def test_an_upload_is_read_again_when_readers_were_mended_or_columns_changed(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sent(ask, _begin(ask))
    source = Source.objects.get()

    def work() -> None:
        while unit := Unit.objects.filter(state=Unit.State.READY).first():
            work_on(unit.pk, worker="test")

    work()
    assert Source.objects.get().documents == 1
    again, page = (reverse(name, args=[source.pk]) for name in ("source-again", "source"))
    ask("post", again)
    assert Run.objects.count() == 1
    assert "mended" not in ask("get", page).content.decode()
    ask("post", reverse("source-columns", args=[source.pk]), {"text": "=題"})
    work()
    assert Source.objects.get().documents == 2
    mended = STAGES["ingest"].__class__(function=STAGES["ingest"].function, version=99, queue="io")
    monkeypatch.setitem(STAGES, "ingest", mended)
    shown = ask("get", page).content.decode()
    assert "mended" in shown
    assert again in shown
    ask("post", again)
    assert Run.objects.latest("pk").arguments["columns"] == {"text": ["題"]}
    assert Run.objects.count() == 3
    work()
    assert "mended" not in ask("get", page).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_dropped_file_goes_on_after_the_connection_breaks(
    transactional_db: None,
    corpus: Corpus,
    store: Store,
    redis_url: str,
    administrator: User,
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("curation.views.sources.PIECE_BYTES", 30)
    # A window of its own: a broken connection is what a console complains of.
    page = open_page(administrator, language="en").context.new_page()
    cut: list[str] = []

    def once(route: Route) -> None:
        if route.request.headers.get("upload-offset") == "30" and not cut:
            cut.append("cut")
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads/**", once)
    _drop(page)
    page.wait_for_url("**/corpora/news/")
    assert cut
    assert store.read(Source.objects.get().blob) == DATA
    _drop(page)
    page.get_by_text("these bytes are here already").wait_for()
    assert page.url.endswith(reverse("source-add", args=["news"])), "it is only said here"


@pytest.mark.django_db(transaction=True)
def test_a_choice_of_columns_is_answered_before_it_is_read(
    transactional_db: None,
    corpus: Corpus,
    store: Store,
    administrator: User,
    open_page: OpenPage,
    tmp_path: Path,
    settings: Any,
) -> None:
    settings.ALLOWED_ROOTS = [tmp_path / "inbox"]
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.jsonl").write_bytes(DATA)
    page = open_page(administrator, language="en")
    address = reverse("path-columns", args=["news"])
    page.goto(f"{address}?path-paths={tmp_path}/inbox&path-format=auto")
    read = page.locator("#read")
    pending: list[Route] = []
    asked = re.compile("text_2=")
    page.route(asked, lambda route: pending.append(route))
    with page.expect_request(asked):
        page.locator("#id_text_2").select_option("=題")
    expect(read).to_be_disabled()  # what would be read is not what is chosen yet
    pending.pop().continue_()
    page.get_by_text("雨が降る。\n\n雨").wait_for()
    expect(read).to_be_enabled()
    page.unroute(asked)
    page.locator("#id_text_2").select_option("=本文")
    page.locator("#id_text").select_option("=本文")
    page.locator("#preview .error-summary").wait_for()
    expect(read).to_be_disabled()


def _drop(page: Page) -> None:
    """Drop a file onto the form's page, and send it."""
    page.goto(reverse("source-add", args=["news"]))
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "雨.jsonl", { lastModified: 1 }));
          document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
        }""",
        DATA.decode(),
    )
    page.get_by_text("雨.jsonl").wait_for()
    page.click("button[value=upload]")
