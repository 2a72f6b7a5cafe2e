"""The API as programs use it: what it takes, what it gives, how it refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.storage import Store
from curation.api.routes import api
from curation.models import Corpus, Export, Judgement, Recipe, Run, Source, User
from tests.curation.api.conftest import Call


@pytest.fixture
def ask(call: Call, administrator: User, secret_of: Callable[..., str]) -> Call:
    """Somebody who may do everything."""
    secret = secret_of(administrator, "read", "pull", "write")
    return lambda method, path, **options: call(method, path, token=secret, **options)


# -- corpora and sources -----------------------------------------------------------------------


def test_a_corpus_is_made_once(ask: Call) -> None:
    body = {"name": "wiki", "title": "百科事典", "licence": "CC BY-SA 4.0"}
    made = ask("post", "/corpora", json=body)
    assert made.status_code == 201
    assert made.json()["title"] == "百科事典"
    again = ask("post", "/corpora", json=body)
    assert again.status_code == 409
    assert again.json()["detail"]
    assert ask("get", "/corpora/wiki").json() == made.json()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"name": "Upper"}, id="capitals"),
        pytest.param({"name": "a\n"}, id="a newline"),
        pytest.param({"name": "../x"}, id="a path"),
        pytest.param({"name": "x" * 65}, id="too long"),
        pytest.param({"name": "x", "title": "a\0b"}, id="NUL"),
        pytest.param({"name": "x", "title": "あ" * 201}, id="a long title"),
        pytest.param({"name": 5}, id="a number"),
        pytest.param([], id="a list"),
        pytest.param(None, id="null"),
    ],
)
def test_a_body_that_is_wrong_is_422_and_makes_nothing(ask: Call, body: Any) -> None:
    answer = ask("post", "/corpora", json=body)
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)
    assert not Corpus.objects.exists()


@pytest.mark.parametrize("data", ["{", "", "\xff", '{"name": NaN}', "[" * 100_000])
def test_a_body_that_is_no_json_is_refused(ask: Call, data: str) -> None:
    answer = ask("post", "/corpora", data=data, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert isinstance(answer.json()["detail"], str)


def upload(name: str = "a.jsonl", data: bytes = b'{"text": "x"}\n', **form: str) -> dict[str, Any]:
    return {"data": {"file": SimpleUploadedFile(name, data), **form}}


def test_the_same_upload_twice_is_the_same_source(ask: Call, store: Store) -> None:
    Corpus.objects.create(name="wiki", licence="CC0-1.0")
    first = ask("post", "/corpora/wiki/sources", **upload(domain="web"))
    assert first.status_code == 201
    stated = first.json()
    assert (stated["location"], stated["licence"], stated["domain"]) == (
        "a.jsonl",
        "CC0-1.0",
        "web",
    )
    assert Run.objects.get(pk=stated["run"]).kind == "ingest"
    again = ask("post", "/corpora/wiki/sources", **upload())
    assert (again.status_code, again.json()["id"]) == (200, stated["id"])
    assert Run.objects.count() == 1
    other = ask("post", "/corpora/wiki/sources", **upload(data=b'{"text": "y"}\n'))
    assert other.status_code == 201
    listed = ask("get", "/corpora/wiki/sources").json()
    assert [source["id"] for source in listed["items"]] == [other.json()["id"], stated["id"]]


def test_an_upload_without_a_file_or_into_nothing_is_refused(ask: Call, store: Store) -> None:
    Corpus.objects.create(name="wiki")
    assert ask("post", "/corpora/wiki/sources", data={"domain": "x"}).status_code == 422
    assert ask("post", "/corpora/other/sources", **upload()).status_code == 404
    assert not Source.objects.exists()


def test_a_large_file_in_pieces_with_columns(ask: Call, store: Store, tmp_path: Any) -> None:
    Corpus.objects.create(name="wiki")
    data = '{"題": "雨", "本文": "雨が降る。"}\n'.encode()
    body = {"name": "雨.jsonl", "bytes": len(data), "map": ["text=題", "text=本文"]}
    begun = ask("post", "/corpora/wiki/uploads", json=body)
    assert (begun.status_code, begun.json()["offset"]) == (201, 0)
    address = f"/uploads/{begun.json()['id']}"

    def send(piece: bytes, offset: int) -> Any:
        headers = {"Upload_Offset": str(offset), "content_type": "application/octet-stream"}
        return ask("patch", address, data=piece, **headers)

    assert send(data[:9], 0).json()["offset"] == 9
    early = send(data[20:], 20)
    assert (early.status_code, early["Upload-Offset"], early.json()["offset"]) == (409, "9", 9)
    assert send(b"", 9).status_code == 422
    assert ask("post", "/corpora/wiki/uploads", json=body).status_code == 200
    send(data[9:], 9)
    done = ask("post", f"{address}/finish", json={"sha256": hashlib.sha256(data).hexdigest()})
    source = Source.objects.get(pk=done.json()["source"])
    assert store.read(source.blob) == data
    assert source.runs.get().arguments["columns"] == {"text": ["題", "本文"]}
    plain = ask("post", "/corpora/wiki/sources", **upload(map="text=gone"))
    assert plain.status_code == 422
    assert "There are: text" in plain.json()["detail"]


def test_a_path_outside_the_allowed_roots_is_refused_with_what_to_do(ask: Call) -> None:
    Corpus.objects.create(name="wiki")
    answer = ask("post", "/corpora/wiki/sources/paths", json={"paths": ["/etc/passwd"]})
    assert answer.status_code == 422
    assert "ALLOWED_ROOTS" in answer.json()["detail"]
    assert not Source.objects.exists()


# -- runs, snapshots, recipes ------------------------------------------------------------------


def test_a_run_is_steered_and_says_409_when_it_makes_no_sense(ask: Call, store: Store) -> None:
    Corpus.objects.create(name="wiki")
    run = ask("post", "/corpora/wiki/sources", **upload()).json()["run"]
    assert ask("post", f"/runs/{run}/pause").json()["state"] == "paused"
    assert ask("post", f"/runs/{run}/pause").status_code == 409
    pause = f"/runs/{run}/pause-until"
    assert ask("post", pause, json={"until": "2027-01-15T19:00"}).status_code == 422
    until = (timezone.now() + timedelta(hours=9)).isoformat()
    assert ask("post", pause, json={"until": until}).json()["resume_at"]
    assert ask("delete", f"/runs/{run}").status_code == 409
    assert ask("post", f"/runs/{run}/resume").json()["state"] == "running"
    workers = f"/runs/{run}/workers"
    assert ask("post", workers, json={"max_workers": 2}).json()["max_workers"] == 2
    assert ask("post", workers, json={"max_workers": 0}).status_code == 422
    assert ask("post", f"/runs/{run}/cancel").json()["state"] == "cancelled"
    assert ask("post", workers, json={"max_workers": None}).status_code == 409
    assert "出どころ" in ask("get", f"/runs/{run}/forget").json()["needed"][0]
    assert ask("post", f"/runs/{run}/explode").status_code == 422
    stages = ask("get", f"/runs/{run}").json()["stages"]
    assert [stage["name"] for stage in stages] == ["scan", "ingest"]
    units = ask("get", f"/runs/{run}/units").json()["items"]
    assert [unit["state"] for unit in units] == ["cancelled"]


def test_what_a_run_would_compute_is_told_without_starting_it(
    ask: Call, corpus: Corpus, recipe: Recipe
) -> None:
    body = {"corpora": [corpus.name], "recipe": recipe.name}
    told = ask("post", "/runs/forecast", json=body).json()
    assert (told["parts"], told["stages"][0]["name"]) == (3, "normalize")
    assert all(
        one["known"] + one["to_do"] + one["at_most"] == one["units"] for one in told["stages"]
    )
    assert not Run.objects.exists()
    assert ask("post", "/runs/forecast", json={**body, "recipe": "none"}).status_code == 404


def test_what_is_not_there_is_404(ask: Call, export: Export) -> None:
    for path in ("/runs/999", "/snapshots/999", "/exports/999", "/recipes/none", "/tokenizers/no"):
        answer = ask("get", path)
        assert answer.status_code == 404, path
        assert answer.json()["detail"]
    for body in (
        {"corpora": ["none"], "recipe": "small"},
        {"corpora": ["news"], "recipe": "none"},
        {"corpora": ["news"], "recipe": "small", "recipe_version": 9},
        {"corpora": ["news"], "recipe": "small", "tokenizer": "none"},
    ):
        assert ask("post", "/runs", json=body).status_code == 404, body


def test_an_address_that_is_no_route_is_404_in_json(ask: Call) -> None:
    for path in ("/nothing", "/corpora/a/b/c", "/exports/abc"):
        answer = ask("get", path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/json"), path


def test_a_snapshot_says_its_counts_and_manifest(ask: Call, export: Export) -> None:
    stated = ask("get", f"/snapshots/{export.snapshot_id}").json()
    assert stated["counts"]["kept"] == 8
    manifest = ask("get", f"/snapshots/{export.snapshot_id}/manifest").json()
    assert manifest["kind"] == "snapshot"


def test_a_recipe_that_is_wrong_says_where(ask: Call) -> None:
    answer = ask("post", "/recipes", json={"name": "mine", "toml": "name = 'mine'\nnoise = 1"})
    assert answer.status_code == 422
    assert "noise" in answer.json()["detail"]


def test_saving_a_recipe_makes_the_next_version(ask: Call) -> None:
    toml = 'name = "mine"\n[dedup]\nthreshold = {}\n'
    for version, threshold in ((1, 0.8), (2, 0.9)):
        body = {"name": "mine", "toml": toml.format(threshold), "comment": "試し"}
        assert ask("post", "/recipes", json=body).json()["version"] == version
    assert ask("get", "/recipes/mine").json()["version"] == 2
    first = ask("get", "/recipes/mine?version=1").json()
    assert first["content"]["dedup"]["threshold"] == 0.8


# -- exports and judgements --------------------------------------------------------------------


def test_an_export_is_asked_for_and_listed(ask: Call, export: Export) -> None:
    body = {"snapshot": export.snapshot_id, "format": "parquet", "settings": {"seed": 3}}
    made = ask("post", "/exports", json=body)
    assert made.status_code == 201
    assert (made.json()["settings"], made.json()["manifest"]) == ({"seed": 3}, "")
    assert made.json()["tokens"] is None  # nothing counts them
    listed = ask("get", f"/exports?snapshot={export.snapshot_id}").json()["items"]
    assert [item["id"] for item in listed] == [made.json()["id"], export.pk]
    detail = ask("get", f"/exports/{export.pk}").json()
    assert [file["name"] for file in detail["files"]] == ["manifest.json", "part-00000.jsonl.zst"]
    unready = ask("get", f"/exports/{made.json()['id']}/manifest")
    assert unready.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"format": "xml"},
        {"format": "megatron"},
        {"format": "jsonl", "settings": {"seed": -1}},
        {"format": "jsonl", "settings": {"shard_bytes": 5}},
        {"format": "jsonl", "settings": {"colour": "red"}},
        {"format": "jsonl", "settings": {"columns": ["nothing"]}},
    ],
)
def test_an_export_that_cannot_be_is_refused_before_anything_is_made(
    ask: Call, export: Export, body: dict[str, Any]
) -> None:
    answer = ask("post", "/exports", json={"snapshot": export.snapshot_id, **body})
    assert answer.status_code == 422
    assert Export.objects.count() == 1


def test_a_judgement_is_recorded_for_a_document_that_is_there(ask: Call, export: Export) -> None:
    body = {"corpus": "news", "document_id": "0" * 32, "verdict": "drop", "note": "広告"}
    answer = ask("post", "/judgements", json=body)
    assert answer.status_code == 201
    assert answer.json()["by"] == "administrator"
    assert ask("post", "/judgements", json=body | {"document_id": "1" * 32}).status_code == 404
    assert ask("post", "/judgements", json=body | {"document_id": "x"}).status_code == 422
    assert ask("post", "/judgements", json=body | {"verdict": "maybe"}).status_code == 422
    assert Judgement.objects.count() == 1
    listed = ask("get", f"/judgements?document_id={'0' * 32}").json()["items"]
    assert [item["note"] for item in listed] == ["広告"]


# -- lists, schema, reference ------------------------------------------------------------------


def test_a_list_is_read_page_by_page_without_gaps(ask: Call) -> None:
    for number in range(7):
        Corpus.objects.create(name=f"c{number}")
    seen, before = [], ""
    while True:
        page = ask("get", f"/corpora?limit=3{before}").json()
        seen += [corpus["name"] for corpus in page["items"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert seen == [f"c{number}" for number in reversed(range(7))]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "before=0", f"before={2**70}"]
)
def test_a_page_that_cannot_be_is_422(ask: Call, query: str) -> None:
    assert ask("get", f"/corpora?{query}").status_code == 422


def test_the_schema_is_open_and_says_scopes_and_refusals(client: Client, db: None) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    operation = schema["paths"]["/api/v1/exports/{export_id}/manifest"]["get"]
    assert {"Bearer": ["pull"]} in operation["security"]
    assert "default" in operation["responses"]


def test_operation_names_are_unique() -> None:
    names = [
        (stated["operationId"], path)
        for path, methods in api.get_openapi_schema()["paths"].items()
        for stated in methods.values()
    ]
    assert len({name for name, _ in names}) == len(set(names))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_reference_lists_every_operation_without_a_foreign_script(
    client_for: Callable[[str], Client], language: str
) -> None:
    page = client_for("viewer").get("/api/v1/docs", headers={"Accept-Language": language})
    text = page.content.decode()
    for path in api.get_openapi_schema()["paths"]:
        assert path in text
    assert "http" not in "".join(line for line in text.splitlines() if "<script" in line)


# -- whatever is asked -------------------------------------------------------------------------


_PATHS = sorted(api.get_openapi_schema(path_prefix="/api/v1/")["paths"])
_WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_NUMBER = st.one_of(
    st.integers().map(str), st.sampled_from(["0", "-1", "1e9", "１", str(2**63), "9" * 5000])
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_id_name_or_body_whatever_breaks_the_server(
    ask: Call, store: Store, data: st.DataObject
) -> None:
    from urllib.parse import quote

    path = data.draw(st.sampled_from(_PATHS)).removeprefix("/api/v1")
    while "{" in path:
        head, _, rest = path.partition("{")
        path = head + quote(data.draw(st.one_of(_NUMBER, _WORD)), safe="") + rest.partition("}")[2]
    method = data.draw(st.sampled_from(["get", "post", "put", "head"]))
    options: dict[str, Any] = {}
    if method == "get":
        name = data.draw(st.sampled_from(["limit", "before", "corpus", "state", "version", "name"]))
        path += f"?{name}={quote(data.draw(st.one_of(_NUMBER, _WORD)), safe='')}"
    if method == "post":
        keys = st.sampled_from(
            ["name", "toml", "corpora", "snapshot", "format", "paths", "settings"]
        )
        values = st.recursive(
            st.none() | st.integers() | _WORD,
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=5,
        )
        options = {"json": data.draw(st.dictionaries(keys, values, max_size=4))}
    assert ask(method, path, **options).status_code < 500


def test_every_operation_has_an_id_of_its_own() -> None:
    ids = [
        stated["operationId"]
        for methods in api.get_openapi_schema()["paths"].values()
        for stated in methods.values()
    ]
    assert sorted(ids) == sorted(set(ids))


def test_a_method_that_an_address_does_not_take_is_refused_in_json(ask: Call) -> None:
    answer = ask("delete", "/corpora")
    assert answer.status_code == 405
    assert "DELETE" in answer.json()["detail"]
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}
