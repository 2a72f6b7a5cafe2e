"""Every route of the API × every role × every scope: let in, or told why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from corpora.storage import Store
from curation import permissions
from curation.api.routes import api
from curation.models import Role, Snapshot, User
from tests.curation.api.conftest import Call

READ, PULL, WRITE = "read", "pull", "write"
#: An upload and a group of duplicates that there are not.
UPLOAD = "/uploads/" + "0" * 32
GROUP = "/snapshots/{snapshot}/duplicates/" + "0" * 32


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    scopes: frozenset[str]
    #: What the role must be allowed beside.
    action: str
    #: The answer to somebody who may.
    done: int
    options: Callable[[], dict[str, Any]] = field(default=dict)


def reads(path: str, *scopes: str, done: int = 200) -> Route:
    return Route("get", path, frozenset(scopes or {READ}), "corpus.view", done)


def writes(path: str, action: str, done: int, **body: Any) -> Route:
    return Route("post", path, frozenset({WRITE}), action, done, lambda: {"json": body})


def uploads(path: str, action: str, done: int, **form: str) -> Route:
    def data() -> dict[str, Any]:
        return {"data": {**form, "file": SimpleUploadedFile("a.jsonl", b'{"text": "x"}\n')}}

    return Route("post", path, frozenset({WRITE}), action, done, data)


ROUTES = {
    "list_corpora": reads("/corpora"),
    "create_corpus": writes("/corpora", "corpus.create", 201, name="new"),
    "get_corpus": reads("/corpora/news"),
    "list_sources": reads("/corpora/news/sources"),
    "get_source": reads("/corpora/news/sources/1", done=404),
    "upload_source": uploads("/corpora/news/sources", "source.add", 201),
    "add_source_paths": writes("/corpora/news/sources/paths", "source.add_path", 422, paths=["/x"]),
    "read_source_again": writes("/corpora/news/sources/1/again", "source.add", 404),
    "begin_upload": writes("/corpora/news/uploads", "source.add", 201, name="a.jsonl", bytes=1),
    "get_upload": Route("get", UPLOAD, frozenset({READ}), "source.add", 404),
    "append_to_upload": Route(
        "patch",
        UPLOAD,
        frozenset({WRITE}),
        "source.add",
        404,
        lambda: {"data": b"x", "content_type": "application/octet-stream", "Upload_Offset": "0"},
    ),
    "finish_upload": writes(f"{UPLOAD}/finish", "source.add", 404),
    "discard_upload": Route("delete", UPLOAD, frozenset({WRITE}), "source.add", 404),
    "add_source_urls": writes(
        "/corpora/news/sources/urls", "source.add", 422, urls=["ftp://example.jp/a"]
    ),
    "list_runs": reads("/runs"),
    "start_run": writes("/runs", "run.create", 409, corpora=["news"], recipe="small"),
    "forecast_run": writes("/runs/forecast", "run.create", 409, corpora=["news"], recipe="small"),
    "get_run": reads("/runs/{run}"),
    "list_units": reads("/runs/{run}/units"),
    "steer_run": writes("/runs/{run}/resume", "run.control", 409),
    "pause_run_until": writes(
        "/runs/{run}/pause-until", "run.control", 409, until="2020-01-01T07:00:00+09:00"
    ),
    "look_at_forgetting": reads("/runs/{run}/forget"),
    "forget_run": Route("delete", "/runs/{run}", frozenset({WRITE}), "run.forget", 409),
    "limit_workers": writes("/runs/{run}/workers", "run.control", 409, max_workers=2),
    "list_snapshots": reads("/snapshots"),
    "get_snapshot": reads("/snapshots/{snapshot}"),
    "snapshot_manifest": reads("/snapshots/{snapshot}/manifest"),
    "list_duplicates": reads("/snapshots/{snapshot}/duplicates"),
    "get_duplicates": reads("/snapshots/{snapshot}/duplicates/" + "0" * 32, done=404),
    "get_difference": reads(
        f"{GROUP}/difference?left={'0' * 32}&right={'1' * 32}",
        done=404,
    ),
    "keep_this_one": writes(f"{GROUP}/keeper", "judge", 404, document_id="0" * 32),
    "judge_pair": writes(f"{GROUP}/pairs", "judge", 404, one="0" * 32, other="1" * 32),
    "list_pairs": reads("/pairs"),
    "train_tokenizer": writes(
        "/snapshots/{snapshot}/tokenizers", "tokenizer.create", 201, name="t"
    ),
    "list_recipes": reads("/recipes"),
    "get_recipe": reads("/recipes/small"),
    "save_recipe": writes("/recipes", "recipe.save", 201, name="mine", toml="name = 'mine'"),
    "list_tokenizers": reads("/tokenizers"),
    "get_tokenizer": reads("/tokenizers/ja-8k"),
    "import_tokenizer": uploads("/tokenizers", "tokenizer.create", 422, name="bad"),
    "list_exports": reads("/exports", READ, PULL),
    "create_export": Route(
        "post",
        "/exports",
        frozenset({WRITE}),
        "export.create",
        201,
        lambda: {"json": {"snapshot": Snapshot.objects.latest("pk").pk, "format": "jsonl"}},
    ),
    "get_export": reads("/exports/{export}", READ, PULL),
    "lend_file": Route(
        "post",
        "/exports/{export}/links",
        frozenset({PULL}),
        "export.download",
        201,
        lambda: {"json": {"name": "manifest.json"}},
    ),
    "export_manifest": Route(
        "get", "/exports/{export}/manifest", frozenset({PULL}), "export.download", 200
    ),
    "export_file": Route(
        "get",
        "/exports/{export}/shards/part-00000.jsonl.zst",
        frozenset({PULL}),
        "export.download",
        200,
    ),
    "list_comments": reads("/comments"),
    "comment_on_document": writes(
        "/comments", "comment", 201, corpus="news", document_id="0" * 32, text="要確認"
    ),
    "list_judgements": reads("/judgements"),
    "judge_document": writes(
        "/judgements", "judge", 201, corpus="news", document_id="0" * 32, verdict="keep"
    ),
}
ROUTES |= {
    f"{id_}_head": replace(ROUTES[id_], method="head") for id_ in ("export_manifest", "export_file")
}


def _operations() -> dict[str, Any]:
    return {
        stated["operationId"]: stated
        for methods in api.get_openapi_schema()["paths"].values()
        for stated in methods.values()
    }


def test_every_operation_is_in_the_table_with_its_scopes() -> None:
    stated = {
        id_: {scope for door in operation["security"] for scope in door.get("Bearer", [])}
        for id_, operation in _operations().items()
    }
    assert stated == {id_: set(route.scopes) for id_, route in ROUTES.items()}


@pytest.fixture
def address(store: Store, engineer: User) -> Callable[[Route], str]:
    from tests.curation.exports import make_export, make_tokenizer

    make_tokenizer(store)
    export = make_export(store, by=engineer, files={"part-00000.jsonl.zst": b"a few bytes"})
    run = export.snapshot.run_id
    return lambda route: route.path.format(run=run, snapshot=export.snapshot_id, export=export.pk)


@pytest.mark.parametrize("id_", ROUTES)
def test_role_and_scope_decide(
    id_: str,
    call: Call,
    secret_of: Callable[..., str],
    address: Callable[[Route], str],
    request: pytest.FixtureRequest,
) -> None:
    route = ROUTES[id_]
    for role in Role:
        user = request.getfixturevalue(role.value)
        for scope in (READ, PULL, WRITE):
            with undone():
                options = {"token": secret_of(user, scope), **route.options()}
                answer = call(route.method, address(route), **options)
            if scope in route.scopes and permissions.may(user, route.action):
                assert answer.status_code == route.done, (role, scope, answer.content)
            else:
                assert answer.status_code == 403, (role, scope, answer.status_code)
                assert route.method == "head" or answer.json()["detail"]  # HEAD has no body
    # Whoever shows no token.
    assert call(route.method, address(route), **route.options()).status_code == 401


@contextmanager
def undone() -> Iterator[None]:
    """What is written in the block is taken back: the next role finds the same."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
