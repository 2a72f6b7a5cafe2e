from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.ingest.cleaning import Clean, Unfit, clean
from corpora.ingest.mojibake import is_mojibake, is_suspicious, mend
from tests.corpora.ingest.conftest import NEKO


@pytest.mark.parametrize(
    ("text", "cleaned", "notes"),
    [
        pytest.param("猫\r\n犬", "猫\n犬", {"line_ends": "crlf"}, id="CRLF"),
        pytest.param("猫\r犬\r", "猫\n犬\n", {"line_ends": "cr"}, id="CR"),
        pytest.param("\ufeff猫", "猫", {}, id="byte order mark"),
        pytest.param("猫\0\0犬", "猫犬", {"nul_removed": 2}, id="NUL"),
        pytest.param("猫\u200bと\u202e犬", "猫\u200bと\u202e犬", {}, id="invisible: not ours"),
        pytest.param("a\u2028b\x85c", "a\u2028b\x85c", {}, id="Unicode line ends are text"),
    ],
)
def test_accepted_and_counted(text: str, cleaned: str, notes: dict[str, object]) -> None:
    assert clean(text) == Clean(text=cleaned, notes=notes)


@pytest.mark.parametrize(
    ("text", "accident"),
    [
        pytest.param(
            NEKO.encode().decode("latin-1"), "utf-8 read as latin-1", id="UTF-8 as latin-1"
        ),
        pytest.param(
            NEKO.encode("cp932").decode("latin-1"), "cp932 read as latin-1", id="cp932 as latin-1"
        ),
        pytest.param(
            NEKO.encode("euc_jp").decode("latin-1"), "euc_jp read as latin-1", id="EUC as latin-1"
        ),
        pytest.param(
            "ある日の東京都".encode().decode("cp932"), "utf-8 read as cp932", id="UTF-8 as cp932"
        ),
    ],
)
def test_exact_mojibake_is_mended_and_noted(text: str, accident: str) -> None:
    cleaned = clean(text)
    assert isinstance(cleaned, Clean)
    assert cleaned.notes["repaired"] == accident
    assert cleaned.text in (NEKO, "ある日の東京都")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "no-text", id="empty"),
        pytest.param("　 \t\n", "no-text", id="blanks"),
        pytest.param("猫\ud83d犬", "lone-surrogate", id="lone surrogate"),
        pytest.param("猫\ufffdで\ufffd", "replacement-characters", id="replacement characters"),
        pytest.param(
            NEKO.encode().decode("cp932", "ignore"), "mojibake", id="lossy UTF-8 as cp932"
        ),
        pytest.param(
            NEKO.encode().decode("cp1252", "ignore"), "mojibake", id="lossy UTF-8 as cp1252"
        ),
    ],
)
def test_what_never_becomes_a_document(text: str, reason: str) -> None:
    unfit = clean(text)
    assert isinstance(unfit, Unfit)
    assert unfit.reason == reason
    assert unfit.detail


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("もつれた糸が縺れて、縺れ合う。", id="a rare kanji that mojibake uses"),
        pytest.param("Ça va, François? Déjà vu à l'école.", id="French"),
        pytest.param("São João não é ação; ãâåä", id="Portuguese"),
        pytest.param("今天天气很好，我们去公园。", id="Chinese"),
        pytest.param("文字化けの例：「縺ゅ＞縺」と出る。" + NEKO, id="an article about mojibake"),
    ],
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert clean(text) == Clean(text=text)


@given(st.text(st.sampled_from("aé猫™€ãåæ\x81¥縺繧繝縲\ufffdｱ") | st.characters(), max_size=150))
def test_where_there_is_no_suspicion_nothing_would_be_found(text: str) -> None:
    if not is_suspicious(text):
        assert mend(text) is None
        assert not is_mojibake(text)
        assert "\ufffd" not in text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("猫\ud83d縺ゅ＞縺", id="beside mojibake"),
        pytest.param("\ufffd\ud83d", id="beside a replacement character"),
    ],
)
def test_a_lone_surrogate_is_told_before_other_damage(text: str) -> None:
    unfit = clean(text)
    assert isinstance(unfit, Unfit)
    assert unfit.reason == "lone-surrogate"


@given(st.text(max_size=200))
def test_clean_text_is_always_valid_and_clean_again(text: str) -> None:
    cleaned = clean(text)
    if isinstance(cleaned, Clean):
        assert cleaned.encoded == cleaned.text.encode()
        assert "\0" not in cleaned.text
        assert "\r" not in cleaned.text
