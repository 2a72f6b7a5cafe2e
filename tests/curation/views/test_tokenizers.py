"""Pages of tokenizers: the list, making one, one with how it fits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from corpora.storage import Store
from curation.models import Corpus, Run, Snapshot, Tokenizer
from tests.curation.exports import make_snapshot, make_tokenizer


@pytest.fixture
def measured(db: None, store: Store) -> Snapshot:
    """A snapshot that a tokenizer encoded: two domains, one of them with short tokens."""
    snapshot = make_snapshot(store)
    part = {"documents": 8, "tokens": 400, "characters": 800}
    kinds = {"byte_fallback_tokens": 20, "unknown_tokens": 0}
    manifest = store.read_json(snapshot.manifest)
    manifest["parts"] = [{"counts": {"tokenization": {**part, **kinds}}}]
    group = {"documents": 5, "kept": 4, "characters": 450, "kept_characters": 400}
    snapshot.manifest = store.put_json(manifest)
    snapshot.counts = {
        **snapshot.counts,
        "tokens": 400,
        "by_domain": {
            "law": {**group, "tokens": 150, "encoded_characters": 400},
            "": {**group, "tokens": 250, "encoded_characters": 400},
        },
        "by_source": {"<b>odd</b>.jsonl": {**group, "tokens": 400, "encoded_characters": 800}},
    }
    snapshot.tokenizer = make_tokenizer(store)
    snapshot.save()
    return snapshot


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_list_measures_each_on_its_newest_snapshot(
    client_for: Callable[[str], Client], measured: Snapshot, store: Store
) -> None:
    make_tokenizer(store, "unused")
    page = text(client_for("viewer").get("/tokenizers/"))
    assert "2.000" in page
    assert "5.0 %" in page
    assert "unused" in page


def test_a_page_says_characters_per_token_by_domain_and_source(
    client_for: Callable[[str], Client], measured: Snapshot
) -> None:
    page = text(client_for("viewer").get("/tokenizers/ja-8k/"))
    assert "2.667" in page
    assert "+33.3 %" in page
    assert "−20.0 %" in page
    assert "&lt;b&gt;odd&lt;/b&gt;.jsonl" in page


def test_a_snapshot_it_was_not_used_on_is_refused(
    client_for: Callable[[str], Client], measured: Snapshot
) -> None:
    client = client_for("viewer")
    assert client.get(f"/tokenizers/ja-8k/?snapshot={measured.pk}").status_code == 200
    for number in ("999", "x", "１"):
        assert client.get(f"/tokenizers/ja-8k/?snapshot={number}").status_code == 400


def test_a_corpus_is_given_its_tokenizer_by_those_who_may(
    client_for: Callable[[str], Client], measured: Snapshot
) -> None:
    url, form = "/tokenizers/ja-8k/use/", {"corpus": "news"}
    assert client_for("curator").post(url, form).status_code == 403
    assert client_for("engineer").post(url, {"corpus": "none"}).status_code == 400
    assert Corpus.objects.get().tokenizer is None
    assert client_for("engineer").post(url, form).status_code == 302
    assert Corpus.objects.get().tokenizer == measured.tokenizer


def test_training_starts_a_run(client_for: Callable[[str], Client], measured: Snapshot) -> None:
    form = {"how": "train", "train-name": "new", "train-snapshot": measured.pk}
    client = client_for("engineer")
    answer = client.post("/new-tokenizer/", form | {"train-vocab_size": "4000"})
    run = Run.objects.get(kind=Run.Kind.TRAIN)
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert (run.arguments["name"], run.arguments["vocab_size"]) == ("new", 4000)
    assert "new" in text(client.get("/tokenizers/"))


@pytest.mark.parametrize(
    "change",
    [
        {"train-name": "Upper"},
        {"train-name": "ja-8k"},
        {"train-vocab_size": "5"},
        {"train-snapshot": "999"},
    ],
    ids=str,
)
def test_a_wrong_training_form_starts_nothing(
    client_for: Callable[[str], Client], measured: Snapshot, change: dict[str, str]
) -> None:
    form = {
        "how": "train",
        "train-name": "new",
        "train-snapshot": measured.pk,
        "train-vocab_size": "4000",
        **change,
    }
    assert client_for("engineer").post("/new-tokenizer/", form).status_code == 422
    assert not Run.objects.filter(kind=Run.Kind.TRAIN).exists()


def test_a_model_is_imported_and_described(
    client_for: Callable[[str], Client], store: Store, tmp_path: Path
) -> None:
    import sentencepiece

    texts = tmp_path / "texts"
    texts.write_text("".join(f"第{n}号の通達は、市民課の窓口で受け付ける。\n" for n in range(500)))
    sentencepiece.SentencePieceTrainer.train(
        input=str(texts),
        model_prefix=str(tmp_path / "m"),
        vocab_size=320,
        byte_fallback=True,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    file = SimpleUploadedFile("../../m.model", (tmp_path / "m.model").read_bytes())
    form = {"how": "import", "import-name": "mine", "import-file": file}
    answer = client_for("engineer").post("/new-tokenizer/", form)
    assert answer["Location"] == "/tokenizers/mine/"
    made = Tokenizer.objects.get()
    assert (made.origin, made.info["type"], made.info["byte_fallback"]) == (
        Tokenizer.Origin.IMPORTED,
        "unigram",
        True,
    )
    assert store.has(made.blob)


@pytest.mark.parametrize("data", [b"no model", b"\x80\x04pickle", b"\x0a\xff\xff\xff\xff\x7f"])
def test_a_file_that_is_no_model_is_refused_in_one_sentence(
    client_for: Callable[[str], Client], store: Store, data: bytes
) -> None:
    file = SimpleUploadedFile("m.model", data)
    form = {"how": "import", "import-name": "mine", "import-file": file}
    answer = client_for("engineer").post("/new-tokenizer/", form)
    assert answer.status_code == 422
    assert "SentencePiece" in answer.content.decode()
    assert not Tokenizer.objects.exists()


def test_a_role_that_may_not_make_tokenizers_is_403(
    client_for: Callable[[str], Client], db: None
) -> None:
    client = client_for("curator")
    assert client.get("/new-tokenizer/").status_code == 403
    assert client.post("/new-tokenizer/", {"how": "import"}).status_code == 403
    assert "/new-tokenizer/" not in text(client.get("/tokenizers/"))
