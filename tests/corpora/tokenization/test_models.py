from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import ModelError
from corpora.tokenization import models
from corpora.tokenization.models import check_model, load
from corpora.tokenization.pieces import pieces
from corpora.tokenization.probe import fields


def test_a_model_says_what_it_is(model: Path) -> None:
    info = check_model(model)
    assert info.sha256 == hashlib.sha256(model.read_bytes()).hexdigest()
    assert (info.type, info.normalization, info.byte_fallback) == ("unigram", "identity", True)
    assert (info.unk_id, info.bos_id, info.eos_id, info.pad_id) == (0, 1, 2, 3)
    assert info.vocab_size == load(model).vocab_size()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.95])
def test_a_cut_model_is_refused_in_one_sentence(model: Path, tmp_path: Path, share: float) -> None:
    data = model.read_bytes()
    broken = tmp_path / "broken.model"
    broken.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelError, match=r"broken\.model: not a SentencePiece model\. Give"):
        check_model(broken)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("春はあけぼの".encode() * 100, id="text"),
        pytest.param(b"\x80\x04\x95" + b"\0" * 500, id="pickle"),
        pytest.param(bytes(range(256)) * 40, id="every byte"),
        pytest.param(b"\x0a\xff\xff\xff\xff\x0f" + b"a" * 100, id="a length of 4 GB"),
    ],
)
def test_what_is_no_model_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other.model"
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"not a SentencePiece model|ended its process"):
        check_model(path)


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        check_model(tmp_path / "none.model")


def test_a_file_over_the_cap_is_not_even_loaded(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "MAX_MODEL_BYTES", 1_000)
    with pytest.raises(ModelError, match="bytes are more than"):
        check_model(model)


def test_published_models_are_let_in(shared_corpora: Path) -> None:
    found = [check_model(path) for path in sorted((shared_corpora / "models_spm").glob("*.model"))]
    assert found
    assert all(info.vocab_size > 40_000 and info.byte_fallback for info in found)


@given(st.binary(max_size=200))
def test_the_protobuf_reader_ends_on_any_bytes(data: bytes) -> None:
    try:
        found = list(fields(data))
    except ValueError:
        return
    assert sum(len(v) for _, v in found if isinstance(v, bytes)) <= len(data)


@given(st.text(max_size=80))
def test_pieces_cover_the_text_and_have_the_encoder_s_ids(model: Path, text: str) -> None:
    found = pieces(model, text)
    assert [piece.id for piece in found] == load(model).EncodeAsIds(text)
    assert "".join(text[piece.start : piece.end] for piece in found) == text


def test_offsets_count_code_points(model: Path) -> None:
    last = pieces(model, "𠮷😀か\u3099春")[-1]
    assert (last.piece, last.start, last.end) == ("春", 4, 5)
