"""A source by its URLs: asked for in the browser and over REST, fetched, read, and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from corpora.fetch import partial
from corpora.fetch.partial import Validators
from corpora.search.facets import coded
from corpora.search.fields import OPT_OUT
from corpora.storage import Store
from curation.actions import units
from curation.actions.fetching import add_urls
from curation.models import Corpus, Run, Source, Unit, User
from curation.queries.fetched import fetched_as, fetched_file
from curation.queries.ingesting import ingesting
from curation.queries.runs import stages
from curation.tasks.work import work_on
from tests.corpora.fetch.server import Server, answering, file_of, serving

pytestmark = pytest.mark.django_db(transaction=True)

LINES = '{"text": "港の朝は早い。"}\n{"text": "網を直す音がする。"}\n'.encode()


@pytest.fixture
def corpus() -> Corpus:
    return Corpus.objects.create(name="news", licence="CC0-1.0")


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as server:
        settings.FETCH_PRIVATE_ALLOWED = [f"127.0.0.1:{server.port}"]
        server.answers["/a.jsonl"] = file_of(LINES, etag='"1"')
        yield server


def _send(client: Client, urls: str) -> Any:
    data = {"url-urls": urls, "url-format": "auto"}
    headers = {"Accept-Language": "en"}
    return client.post(reverse("source-fetch", args=["news"]), data, headers=headers, follow=True)


def _work(run: Run) -> Run:
    while (unit := units.ready_units().filter(run=run).first()) is not None:
        work_on(unit.pk, worker="test")
    run.refresh_from_db()
    return run


def test_a_url_is_fetched_read_and_asked_again(
    client_for: Callable[[str], Client], corpus: Corpus, server: Server, store: Store
) -> None:
    client = client_for("curator")
    url = server.url("/a.jsonl")
    assert b"The files are being looked for" in _send(client, url).content
    source = corpus.sources.get()
    assert _work(source.runs.get()).state == "done"
    source.refresh_from_db()
    assert (source.kind, source.location, source.documents) == ("url", url, 2)
    rows = store.read_table(source.parts[0]["documents"]).to_pylist()
    assert {row["source"] for row in rows} == {url}
    page = client.get(reverse("source", args=[source.pk])).content.decode()
    record = fetched_as(corpus, url)
    assert record is not None
    assert record.sha256[:16] in page
    path = fetched_file(corpus, f"{url}#in-an-archive.txt")
    assert path is not None
    assert path.read_bytes() == LINES
    # The same again is the same source, and nothing is sent twice.
    assert b"This source is here already" in _send(client, url).content
    again = _work(source.runs.order_by("-id")[0])
    assert corpus.sources.count() == 1
    assert [headers.get("If-None-Match") for _, headers in server.asked] == [None, '"1"']
    states = dict(again.units.values_list("stage", "known"))
    assert states == {"fetch": False, "scan": False, "ingest": True}
    # What has changed there is read anew, under the same name.
    server.answers["/a.jsonl"] = file_of(LINES * 2, etag='"2"')
    client.post(reverse("source-again", args=[source.pk]))
    _work(source.runs.order_by("-id")[0])
    source.refresh_from_db()
    assert source.documents == 4
    ids = [row["id"] for row in store.read_table(source.parts[0]["documents"]).to_pylist()]
    assert ids[:2] == [row["id"] for row in rows]


def test_what_the_server_says_to_robots_holds_for_every_document(
    corpus: Corpus, engineer: User, server: Server, store: Store
) -> None:
    server.answers["/b.jsonl"] = answering(LINES, X_Robots_Tag="noai")
    source, _ = add_urls(corpus=corpus, urls=[server.url("/b.jsonl")], by=engineer)
    _work(source.runs.get())
    source.refresh_from_db()
    documents = source.parts[0]["documents"]
    assert {row["metadata"] for row in store.read_table(documents).to_pylist()} == {
        '{"robots":["noai"]}'
    }
    names, codes = coded(store, [documents], OPT_OUT)
    assert (names, codes.tolist()) == (["noai"], [0, 0])


def test_one_url_that_cannot_be_had_fails_the_run_with_its_reason(
    client_for: Callable[[str], Client], corpus: Corpus, server: Server, store: Store
) -> None:
    server.answers["/gone"] = answering(status=410)
    _send(client_for("curator"), f"{server.url('/a.jsonl')}\n{server.url('/gone')}")
    run = _work(Run.objects.get())
    assert (run.state, run.stage) == ("failed", "fetch")
    assert run.reason.startswith(f"{server.url('/gone')}: the server answers 410 Gone.")
    page = client_for("curator").get(
        reverse("source", args=[corpus.sources.get().pk]), headers={"Accept-Language": "ja"}
    )
    assert "サーバーの応答は 410 Gone です" in page.content.decode()


@pytest.mark.parametrize(
    ("urls", "reason"),
    [
        ("", "Write at least one URL"),
        ("/etc/passwd", "this is no URL"),
        ("http://user:word@example.jp/", "name or password"),
        ("https://example.jp:22/", "port 22"),
        ("s3://corpus/a.jsonl", "not open to the workbench"),
        ("\n".join(f"https://example.jp/{n}" for n in range(201)), "At most 200 URLs"),
    ],
)
def test_what_is_refused_is_said_beside_the_field(
    client_for: Callable[[str], Client], corpus: Corpus, urls: str, reason: str
) -> None:
    assert reason in _send(client_for("engineer"), urls).content.decode()
    assert not Source.objects.exists()


def test_s3_is_for_those_who_may_use_the_servers_own_rights(
    client_for: Callable[[str], Client], corpus: Corpus, settings: Any, store: Store
) -> None:
    settings.ALLOWED_S3 = ["corpus/open"]
    assert _send(client_for("curator"), "s3://corpus/open/a").status_code == 403
    refused = _send(client_for("engineer"), "s3://corpus/opened/a").content.decode()
    assert "not open to the workbench" in refused
    _send(client_for("engineer"), "s3://corpus/open/a")
    assert corpus.sources.get().permission == "source.add_path"


def test_sources_that_share_a_url_do_not_share_ids(
    corpus: Corpus, engineer: User, store: Store
) -> None:
    names = [
        add_urls(corpus=corpus, urls=urls.split(), by=engineer)[0].runs.get().arguments["namespace"]
        for urls in (
            "https://a.example/ https://b.example/",
            "https://c.example/",
            "https://b.example/#sha256=" + "0" * 64,
        )
    ]
    assert names == ["news", "news", "news#3"]


def test_the_pages_show_how_far_the_fetch_is(corpus: Corpus, engineer: User, store: Store) -> None:
    source, _ = add_urls(corpus=corpus, urls=["https://a.example/a"], by=engineer)
    unit = Unit.objects.get()
    run = source.runs.get()
    assert stages(run)[0].bytes_total is None
    with partial.partial(store, unit.key) as arriving:
        arriving.restart(Validators(total=1_000))
        Unit.objects.update(state="leased", bytes_done=250)
        assert (stages(run)[0].bytes, stages(run)[0].bytes_total) == (250, 1_000)
        reading = ingesting(source)
        assert reading is not None
        assert (reading.bytes, reading.bytes_total) == (250, 1_000)
