"""Adding a source by upload and by path; its files and its quarantine."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from corpora.documents import QUARANTINE
from corpora.ingest import formats
from corpora.ingest.accounts import Account
from corpora.storage import Store
from curation.forms.sources import FORMATS
from curation.models import Corpus, Run, Source, Unit, User
from curation.queries.ingesting import accounts_so_far, found_files, ingesting

if TYPE_CHECKING:
    from tests.services.browser import OpenPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    return Corpus.objects.create(name="news", licence="CC0-1.0", domain="報道")


@pytest.fixture
def inbox(tmp_path: Path, settings: Any) -> Path:
    settings.ALLOWED_ROOTS = [tmp_path / "inbox"]
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "朝刊.jsonl").write_text('{"text": "今日の天気"}\n')
    (folder / ".hidden").write_text("")
    (tmp_path / "secret.txt").write_text("秘密")
    return folder


def _file(name: str = "a.jsonl", data: bytes = b'{"text": "x"}\n') -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def _send(client: Client, **data: Any) -> Any:
    form = {"format": "auto", "licence": "", "domain": "", **data}
    headers = {"Accept-Language": "en"}
    if form.pop("json", False):
        headers["Accept"] = "application/json"
    return client.post(reverse("source-add", args=["news"]), form, headers=headers)


# -- uploads -------------------------------------------------------------------------------


def test_several_files_become_several_sources_each_with_its_run(
    client_for: Callable[[str], Client], corpus: Corpus, store: Store
) -> None:
    answer = _send(client_for("curator"), file=[_file("a.jsonl"), _file("b.csv", b"text\nx\n")])
    assert answer["Location"] == reverse("corpus", args=["news"])
    assert [source.location for source in corpus.sources.all()] == ["a.jsonl", "b.csv"]
    assert Run.objects.filter(kind="ingest", source__in=corpus.sources.all()).count() == 2
    assert {source.licence for source in corpus.sources.all()} == {"CC0-1.0"}
    assert store.read(corpus.sources.all()[0].blob) == b'{"text": "x"}\n'


def test_the_script_is_answered_with_the_address_of_the_source(
    client_for: Callable[[str], Client], corpus: Corpus, store: Store
) -> None:
    answer = _send(client_for("curator"), file=_file(), json=True)
    assert answer.json()["url"] == reverse("source", args=[corpus.sources.get().pk])


def test_the_same_upload_twice_is_one_source(
    client_for: Callable[[str], Client], corpus: Corpus, store: Store
) -> None:
    client = client_for("curator")
    first = _send(client, file=_file(), json=True).json()
    again = _send(client, file=_file(), json=True).json()
    assert again["url"] == first["url"]
    assert "already" in again["said"]
    assert Run.objects.count() == 1


def test_a_file_that_is_too_large_is_refused_with_nothing_stored(
    client_for: Callable[[str], Client], corpus: Corpus, store: Store, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 4
    answer = _send(client_for("curator"), file=_file(), json=True)
    assert answer.status_code == 422
    assert "larger" in answer.json()["error"]
    assert not corpus.sources.exists()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param({"json": True}, 422, id="no file, by script"),
        pytest.param({}, 200, id="no file, by form"),
        pytest.param({"format": "docx"}, 200, id="no such format"),
        pytest.param({"licence": "x" * 101}, 200, id="licence too long"),
    ],
)
def test_a_form_that_is_wrong_says_so(
    client_for: Callable[[str], Client], corpus: Corpus, data: dict[str, Any], status: int
) -> None:
    answer = _send(client_for("curator"), **data)
    assert answer.status_code == status
    assert not corpus.sources.exists()
    if status == 200:
        assert "error-summary" in answer.content.decode()


def test_a_hostile_name_is_only_ever_text(
    client_for: Callable[[str], Client], corpus: Corpus, store: Store
) -> None:
    client = client_for("curator")
    _send(client, file=_file("../../<img src=x>.jsonl"))
    source = corpus.sources.get()
    assert "/" not in source.location
    page = client.get(reverse("source", args=[source.pk])).content.decode()
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page


def test_a_viewer_may_not_upload(client_for: Callable[[str], Client], corpus: Corpus) -> None:
    client = client_for("viewer")
    assert client.get(reverse("source-add", args=["news"])).status_code == 403
    assert _send(client, file=_file()).status_code == 403
    assert not corpus.sources.exists()


# -- paths ---------------------------------------------------------------------------------


def test_an_engineer_chooses_from_what_lies_in_the_open_folders(
    client_for: Callable[[str], Client], corpus: Corpus, inbox: Path, store: Store
) -> None:
    client = client_for("engineer")
    page = client.get(reverse("source-add", args=["news"])).content.decode()
    assert "朝刊.jsonl" in page
    assert ".hidden" not in page
    data = {"door": "path", "path-format": "auto", "path-choose": [str(inbox / "朝刊.jsonl")]}
    answer = _send(client, **data)
    source = corpus.sources.get()
    assert answer["Location"] == reverse("source", args=[source.pk])
    assert source.location == str(inbox / "朝刊.jsonl")
    assert _send(client, **data)["Location"] == answer["Location"]
    assert source.runs.count() == 1, "the same source, and it is being read"
    source.runs.update(state="done")
    assert _send(client, **data)["Location"] == answer["Location"]
    assert source.runs.count() == 2, "what has changed is read"


@pytest.mark.parametrize(
    "path", ["../secret.txt", "/etc/passwd", "gone.jsonl", "a\0b", "x" * 5_000]
)
def test_a_path_outside_or_missing_is_refused_with_a_sentence(
    client_for: Callable[[str], Client], corpus: Corpus, inbox: Path, path: str
) -> None:
    given = path if path.startswith("/") else f"{inbox}/{path}"
    data = {"door": "path", "path-format": "auto", "path-paths": given}
    answer = _send(client_for("engineer"), **data)
    assert answer.status_code == 200
    assert answer.content.decode().count("error-summary") == 1, "the upload's form is not meant"
    assert not corpus.sources.exists()


def test_a_curator_sees_no_server_folder_and_may_not_name_one(
    client_for: Callable[[str], Client], corpus: Corpus, inbox: Path
) -> None:
    client = client_for("curator")
    assert str(inbox) not in client.get(reverse("source-add", args=["news"])).content.decode()
    data = {"door": "path", "path-format": "auto", "path-paths": str(inbox)}
    assert _send(client, **data).status_code == 403
    assert not corpus.sources.exists()


# -- what came of it -----------------------------------------------------------------------

_ROWS = [
    {
        "source": f"朝刊-{number}.jsonl",
        "locator": f"byte:{number}",
        "reason": "invalid-json" if number % 3 else "no-text",
        "detail": "=1+1" if number == 0 else "a sentence",
        "bytes": "<script>東京\u202e".encode() + b"\xff\x00",
    }
    for number in range(60)
]


@pytest.fixture
def quarantined(corpus: Corpus, store: Store) -> Source:
    """Sixty records in two blobs of small row groups."""
    blobs = []
    for rows in (_ROWS[:35], _ROWS[35:]):
        table = pa.Table.from_pylist(rows, schema=QUARANTINE)
        blobs.append(store.put_table(table, row_group_rows=10))
    files = [
        {"path": "/data/crawl/2026/a.jsonl", "bytes": 10, "format": "jsonl", "encoding": "utf-8",
         "documents": 1, "quarantined": 0, "error": None, "warning": None,
         "skipped": {"revisit": 2, "status 404": 1200},
         "unresolved_gaiji": {"「<日>＋向」": {"count": 9, "document": "d" * 32, "title": "夢"}}},
        {"path": "/data/crawl/2026/b.gz", "bytes": 20, "format": None, "encoding": None,
         "documents": 0, "quarantined": 60,
         "error": "/data/crawl/2026/b.gz, byte 7: the gzip data is damaged", "warning": None},
    ]  # fmt: skip
    return Source.objects.create(
        corpus=corpus,
        kind="path",
        location="/data/crawl",
        ready=True,
        quarantine=blobs,
        quarantined={"invalid-json": 40, "no-text": 20},
        files=[store.put_json(files)],
        file_count=2,
        file_errors=1,
    )


def _page(client: Client, source: Source, query: str = "") -> str:
    address = reverse("quarantine", args=[source.pk]) + query
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_record_is_shown_as_text_and_bytes_that_cannot_act(
    client_for: Callable[[str], Client], quarantined: Source
) -> None:
    page = _page(client_for("viewer"), quarantined)
    assert "&lt;script&gt;東京\\u202e\\xff\\x00" in page
    assert "<script>東京" not in page
    assert "0000  3c 73 63 72 69 70 74 3e e6 9d b1 e4 ba ac e2 80" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param("", range(25), id="first page"),
        pytest.param("?page=2", range(25, 50), id="across two blobs"),
        pytest.param("?page=99", range(50, 60), id="beyond the end is the last"),
        pytest.param("?page=x", range(25), id="no number"),
        pytest.param("?reason=no-text", range(0, 60, 3), id="one reason"),
        pytest.param("?reason=nothing", range(0), id="a reason that is not there"),
    ],
)
def test_records_page_by_page(
    client_for: Callable[[str], Client], quarantined: Source, query: str, shown: range
) -> None:
    page = _page(client_for("viewer"), quarantined, query)
    found = [n for n in range(60) if f"朝刊-{n}.jsonl" in page]
    assert found == list(shown)


def _download(client: Client, source: Source, ending: str, query: str = "") -> bytes:
    address = reverse("quarantine-file", args=[source.pk, ending]) + query
    answer: Any = client.get(address)
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)


def test_the_csv_holds_every_record_and_no_formula(
    client_for: Callable[[str], Client], quarantined: Source
) -> None:
    text = _download(client_for("viewer"), quarantined, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 60
    assert rows[0]["detail"] == "'=1+1"
    assert bytes.fromhex(rows[0]["bytes_hex"]) == _ROWS[0]["bytes"]


def test_the_quarantine_as_json_lines_and_as_parquet(
    client_for: Callable[[str], Client], quarantined: Source
) -> None:
    client = client_for("viewer")
    wanted = [row for row in _ROWS if row["reason"] == "no-text"]
    lines = _download(client, quarantined, "jsonl", "?reason=no-text").splitlines()
    found = [orjson.loads(line) for line in lines]
    assert [row["locator"] for row in found] == [row["locator"] for row in wanted]
    assert bytes.fromhex(found[0]["bytes_hex"]) == wanted[0]["bytes"]
    table = pq.read_table(io.BytesIO(_download(client, quarantined, "parquet")))
    assert table.schema.equals(QUARANTINE)
    assert table.to_pylist() == _ROWS
    address = reverse("quarantine-file", args=[quarantined.pk, "docx"])
    assert client.get(address).status_code == 404


def test_files_with_errors_come_first_and_do_not_repeat_their_path(
    client_for: Callable[[str], Client], quarantined: Source
) -> None:
    page = client_for("viewer").get(reverse("source", args=[quarantined.pk])).content.decode()
    assert page.index("…/2026/b.gz") < page.index("…/2026/a.jsonl")
    assert "✕ byte 7: the gzip data is damaged" in page
    assert "status 404: 1,200" in page
    assert '「&lt;日&gt;＋向」</span> <span class="soft">× 9</span>' in page
    assert f"contains={'d' * 32}" in page


def test_a_source_that_is_not_there_is_a_404(client_for: Callable[[str], Client]) -> None:
    client = client_for("viewer")
    for name in ("source", "quarantine"):
        assert client.get(reverse(name, args=[404])).status_code == 404


# -- while it is read, and again --------------------------------------------------------------


def test_while_a_source_is_read_its_page_shows_how_far(
    client_for: Callable[[str], Client], corpus: Corpus, store: Store
) -> None:
    source = Source.objects.create(corpus=corpus, kind="path", location="/data")
    run = Run.objects.create(
        kind="ingest", source=source, arguments={}, stages=["scan", "ingest"], stage="ingest"
    )
    files = [{"source": f"/data/{name}", "bytes": 500} for name in ("a.csv", "b.csv")]
    scan = {"outputs": {}, "counts": {"groups": [[file] for file in files], "bytes": 1_000}}
    read = store.put_json(
        [{"path": "/data/a.csv", "bytes": 500, "format": "csv", "encoding": "cp932",
          "documents": 41, "quarantined": 3, "error": None, "warning": None}]
    )  # fmt: skip
    done = {"outputs": {"files": read}, "counts": {"quarantined": {"bad-row": 3}}}
    unit = {"run": run, "key": "k", "queue": "io", "spec": {}}
    Unit.objects.create(stage="scan", state="done", result=scan, **unit)
    Unit.objects.create(
        stage="ingest", part="00000", state="done", result=done,
        documents_done=41, bytes_done=500, **unit,
    )  # fmt: skip
    Unit.objects.create(
        stage="ingest", part="00001", state="leased", documents_done=700, bytes_done=100, **unit
    )
    reading = ingesting(source)
    assert reading is not None
    assert (reading.documents, reading.bytes, reading.bytes_total) == (741, 600, 1_000)
    assert reading.quarantined == {"bad-row": 3}
    address = reverse("source", args=[source.pk])
    page = client_for("curator").get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "60.0 %" in page
    assert page.index("cp932") < page.index("b.csv") < page.index("Working")
    assert reverse("run-steer", args=[run.pk, "pause"]) in page


def test_a_file_that_is_read_in_shares_is_one_file(corpus: Corpus, store: Store) -> None:
    source = Source.objects.create(corpus=corpus, kind="path", location="/data")
    run = Run.objects.create(
        kind="ingest", source=source, arguments={}, stages=["scan", "ingest"], stage="ingest"
    )
    ends = [[0, 300], [300, 500]]
    pieces = [{"source": "/data/a.jsonl", "bytes": 500, "share": share} for share in ends]
    scan = {"outputs": {}, "counts": {"groups": [[piece] for piece in pieces], "bytes": 500}}
    unit = {"run": run, "key": "k", "queue": "io", "spec": {}}
    Unit.objects.create(stage="scan", state="done", result=scan, **unit)
    first, second = (
        Unit.objects.create(stage="ingest", part=f"{n:05}", state="ready", **unit) for n in (0, 1)
    )
    (file,) = found_files(run)
    assert accounts_so_far(run, [file]) == [{"path": file.path, "bytes": 500, "state": "ready"}]
    for one, piece, state in ((first, pieces[0], "ready"), (second, pieces[1], None)):
        account = replace(Account.of(piece), documents=20, encoding="utf-8").to_json()
        one.result = {"outputs": {"files": store.put_json([account])}, "counts": {}}
        one.state = "done"
        one.save()
        (row,) = accounts_so_far(run, [file])
        assert (row["bytes"], row.get("state")) == (500, state)
    assert (row["documents"], row["encoding"]) == (40, "utf-8")


def test_a_folder_is_read_again_and_what_it_held_stays_until_then(
    client_for: Callable[[str], Client], corpus: Corpus, inbox: Path, store: Store
) -> None:
    client = client_for("engineer")
    data = {"door": "path", "path-format": "auto", "path-choose": [str(inbox / "朝刊.jsonl")]}
    _send(client, **data)
    source, first = corpus.sources.get(), Run.objects.get()
    address = reverse("source-again", args=[source.pk])
    client.post(address)
    assert Run.objects.count() == 1, "it is being read already"
    Run.objects.update(state="done")
    Source.objects.update(ready=True, documents=1)
    assert client_for("curator").post(address).status_code == 403
    client.post(address)
    again = Run.objects.latest("pk")
    assert (again.source, again.arguments) == (source, first.arguments)
    assert again.pk != first.pk
    assert corpus.sources.get().ready


def test_an_upload_is_read_again_only_while_it_was_not(
    client_for: Callable[[str], Client], corpus: Corpus, store: Store
) -> None:
    client = client_for("curator")
    _send(client, file=_file())
    address = reverse("source-again", args=[corpus.sources.get().pk])
    Run.objects.update(state="cancelled")
    client.post(address)
    assert Run.objects.count() == 2
    Run.objects.update(state="done")
    Source.objects.update(ready=True)
    assert "アップロード" in client.post(address, follow=True).content.decode()
    assert Run.objects.count() == 2


# -- in the browser ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_page_sends_files_one_by_one_and_keeps_the_good_ones(
    open_page: OpenPage, curator: User, store: Store, settings: Any, tmp_path: Path
) -> None:
    """A refused file stays in sight with its reason; the others have arrived."""
    corpus = Corpus.objects.create(name="news")
    settings.UPLOAD_MAX_BYTES = 100
    (tmp_path / "good.jsonl").write_bytes(b'{"text": "x"}\n')
    (tmp_path / "large.jsonl").write_bytes(b"x" * 101)
    page = open_page(curator, language="en")
    page.goto(reverse("source-add", args=["news"]))
    dropped = page.evaluate_handle(
        """() => {
          const carried = new DataTransfer();
          carried.items.add(new File(["x"], "dropped.jsonl"));
          return carried;
        }"""
    )
    page.dispatch_event("h1", "drop", {"dataTransfer": dropped})
    page.get_by_text("dropped.jsonl").wait_for()
    page.set_input_files("input[type=file]", [tmp_path / "good.jsonl", tmp_path / "large.jsonl"])
    page.get_by_role("button", name="Upload and read").click()
    page.get_by_text("Larger than this workbench accepts.").wait_for()
    page.get_by_role("link", name="being read now").wait_for()
    assert [source.location for source in corpus.sources.all()] == ["good.jsonl"]


def test_every_format_that_is_read_can_be_asked_for() -> None:
    assert {name for name, _ in FORMATS} == set(formats.FORMATS)
