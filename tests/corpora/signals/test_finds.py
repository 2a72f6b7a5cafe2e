"""What keeps texts from the expressions never loses a find: on texts full of near finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpora.kernels.text import Utf8
from corpora.matching.users import user_finder
from corpora.signals.batch import Batch
from corpora.signals.columns import own_list
from corpora.signals.lists import WordLists
from tests.corpora.signals.test_columns import agree

_PHONES = "0 03 090 1 12 345 0000 ０ 10 - ー ( ) + +81 . 電話 TEL 番号 あ (0) 81"
_MAILS = "a b.c - @ @ jp .jp .co. example _ 1 あ +"
_ADDRESSES = (
    "東京都 京都府 県 神奈川県 北海道 市 区 町 村 架空 一 十二 1 12 3456 丁目 番地の 番 号 - ー "
    "〒 000-0000 0000000 、 「 ( あいうえおかきくけこ 都"
)
_NUMBERS = (
    "1234 5678 9018 123456789018 4111 1111 1111 4111111111111111 3782 822463 10005 - . 1 番号 "
    "個人番号 あ"
)
_STAMPS = (
    "2019 / 08 年 8 月 18 日 (日) (月) 15 : :28 :46 10:05 [10:05] ID: Id: aB+0/9 eBvZg8h >> > >>12 "
    "[ ] 太郎 A - . １"
)
_ADDRESSES_OF_PAGES = "http https :// // : www. www w . s /a ? あ ! h"
_DECODED = "縺 繧 繝 縺ら れ ã ã\x81 \x81 € ‚ ƒ ‚ƒ a $ $B $! w ､ ･ ｱ ･ｱ ､ﾎ あ \x85"


def _near(pieces: str) -> st.SearchStrategy[list[str]]:
    # Blanks, newlines and tabs bind and part; twice as many pieces as not.
    piece = st.sampled_from([*pieces.split(" ") * 2, " ", "\n", "\t", "　"])
    return st.lists(st.lists(piece, max_size=25).map("".join), min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("group", "pieces"),
    [
        pytest.param("personal", _PHONES, id="telephone numbers"),
        pytest.param("personal", _MAILS, id="mail addresses"),
        pytest.param("personal", _ADDRESSES, id="addresses"),
        pytest.param("personal", _NUMBERS, id="My Numbers and cards"),
        pytest.param("words", _STAMPS, id="stamps"),
        pytest.param("words", _ADDRESSES_OF_PAGES, id="web addresses"),
        pytest.param("decoding", _DECODED, id="mojibake"),
    ],
)
@settings(max_examples=300)
@given(data=st.data())
def test_no_find_is_lost(group: str, pieces: str, data: st.DataObject) -> None:
    agree(group, data.draw(_near(pieces)))


@pytest.mark.parametrize(
    ("group", "texts"),
    [
        pytest.param("personal", ["電話\n0312345678"], id="the word is on the line before"),
        pytest.param(
            "personal", ["電話" + "あ" * 22 + "0312345678"], id="the word just near enough"
        ),
        pytest.param("personal", ["1", "0312345678電話", "090-0000-0000"], id="a text begins anew"),
        pytest.param("personal", ["〒000-0000\n東京都架空区仮町1番"], id="code, newline, address"),
        pytest.param(
            "personal",
            ["東京都" + "あ" * 12 + "市" + "い" * 16 + "1234番"],
            id="the longest way to a number",
        ),
        pytest.param("personal", ["(0312)  1234-5678", "+81 (0)3-0000-0000"], id="most between"),
        pytest.param(
            "words", ["2019/1/1日 (日) 1:00", "2019年12月31日 (月) 23:59"], id="far colons"
        ),
        pytest.param("words", ["1", "0:05\t太郎\t", "[10:05:06] 太郎:"], id="a line begins"),
        pytest.param("words", ["https://", "a", "httphttps://a.www.b www.www.c"], id="no address"),
        pytest.param("words", ["sex", "Sex"], id="words without a Japanese letter"),
        pytest.param("decoding", ["$ ƒƒƒƒ", "ƒƒƒƒ", "‚あ‚いƒうƒ"], id="a sign elsewhere"),
    ],
)
def test_at_the_edge(group: str, texts: list[str]) -> None:
    agree(group, texts)


@given(
    lists=st.lists(st.lists(st.text("茶湯ー|a", min_size=1, max_size=3)), min_size=1, max_size=3),
    texts=st.lists(st.text("茶湯ーaA", max_size=15), max_size=3),
)
@example(lists=[["|茶", "茶湯"], ["茶"]], texts=["湯茶湯", "茶"])
def test_own_lists_count_what_evidence_shows(lists: list[list[str]], texts: list[str]) -> None:
    own = {
        f"words.{number}": tuple(word for word in words if word.strip("|"))
        for number, words in enumerate(lists)
    }
    batch = Batch(Utf8.of(texts), WordLists(own))
    for name, words in own.items():
        find = user_finder("words", words)
        wanted = np.array([len(find(text)) for text in texts], np.float32)
        np.testing.assert_array_equal(own_list(name)(batch)[name], wanted)
