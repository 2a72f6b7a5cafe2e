"""Word lists hit words, and never a piece of an innocent one."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import RecipeError
from corpora.matching import FINDERS, evidence
from corpora.matching.users import compile_pattern
from corpora.matching.words import LISTS, compile_words, find_words, shipped_words
from corpora.signals import SIGNALS


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        pytest.param("adult_hits", "アナルシスという学問", id="アナル in アナルシス"),
        pytest.param("adult_hits", "エロス神とエローラ石窟", id="エロ in エロス"),
        pytest.param("adult_hits", "応援交流会を開く", id="援交 in 応援交流"),
        pytest.param("adult_hits", "ペニスコラ城を訪ねた", id="ペニス in ペニスコラ"),
        pytest.param("adult_hits", "アナルコ・サンディカリスム", id="アナル in アナルコ"),
        pytest.param("violence_hits", "観衆を悩殺するぞという笑み", id="殺するぞ in 悩殺する"),
        pytest.param("violence_hits", "黙殺すぞろ", id="殺すぞ after a kanji"),
        pytest.param("discrimination_hits", "ニグロシンで染める", id="ニグロ in ニグロシン"),
        pytest.param("discrimination_hits", "カメラのメクランプ", id="メクラ in メクランプ"),
        pytest.param("discrimination_hits", "Chinkapin oak", id="chink in chinkapin"),
        pytest.param("adult_hits", "Popcorn and Pornic, a port", id="porn in Pornic"),
        pytest.param("bbs_hits", "2019年8月18日 - 東京", id="dates and hyphens are no board"),
        pytest.param("bbs_hits", "10:05 開会の辞\n午後3:30: 閉会", id="a programme is no chat"),
        pytest.param("notice_hits", "お茶の歴史を探すページ", id="a page is no notice"),
    ],
)
def test_innocent_words_are_no_hits(signal: str, text: str) -> None:
    assert FINDERS[signal](text) == []


@pytest.mark.parametrize(
    ("signal", "text", "hits"),
    [
        pytest.param("adult_hits", "エロ動画とAV女優", ["エロ動画", "AV女優"], id="longest first"),
        pytest.param("adult_hits", "PORNとPorn", ["PORN", "Porn"], id="Latin in any case"),
        pytest.param("violence_hits", "お前を殺すぞ", ["殺すぞ"], id="after hiragana"),
        pytest.param("advertisement_hits", "送料無料!激安", ["送料無料", "激安"], id="adverts"),
        pytest.param("bbs_hits", "1:名無しさん >>2", ["名無しさん", ">>2"], id="a board"),
        pytest.param("footer_hits", "関連記事", ["関連記事"], id="a footer"),
        pytest.param(
            "bbs_hits",
            "[10:05] 太郎: 了解\n10:06\t花子\tうん",
            ["[10:05] 太郎", "10:06\t花子"],
            id="a chat",
        ),
        pytest.param("notice_hits", "404 Not Found", ["404 Not Found"], id="an error page"),
    ],
)
def test_words_are_hit_where_they_stand(signal: str, text: str, hits: list[str]) -> None:
    assert [text[start:end] for start, end in FINDERS[signal](text)] == hits


@pytest.mark.parametrize("name", LISTS)
def test_every_shipped_word_is_found_when_it_stands_alone(name: str) -> None:
    pattern = compile_words(shipped_words(name))
    for word in shipped_words(name):
        bare = word.strip("|")
        assert find_words(pattern, f"。{bare}。") == [(1, 1 + len(bare))], word


@pytest.mark.parametrize("name", LISTS)
def test_shipped_lists_are_in_nfkc_form(name: str) -> None:
    for word in shipped_words(name):
        assert unicodedata.normalize("NFKC", word) == word


@given(
    words=st.lists(st.text("激安い通販。", min_size=1, max_size=4), min_size=1, max_size=5),
    text=st.text("激安い通販。", max_size=20),
)
def test_the_trie_finds_what_a_plain_alternation_finds(words: list[str], text: str) -> None:
    longest_first = sorted(set(words), key=len, reverse=True)
    plain = re.compile("|".join(map(re.escape, longest_first)))
    expected = [match.span() for match in plain.finditer(text)]
    assert find_words(compile_words(words), text) == expected


@given(
    words=st.lists(st.from_regex(r"\A\|?[悩殺すぞ]{1,3}\|?\Z"), min_size=1, max_size=6),
    text=st.text("悩殺すぞ。", max_size=20),
)
def test_marked_words_and_others_are_found_in_any_order(words: list[str], text: str) -> None:
    found = find_words(compile_words(words), text)
    assert find_words(compile_words(reversed(words)), text) == found
    for start, end in found:
        for word in words:
            longer = [span for span in find_words(compile_words([word]), text) if span[0] == start]
            assert all(span[1] <= end for span in longer)


@pytest.mark.parametrize("signal", sorted(FINDERS))
def test_evidence_agrees_with_the_count(signal: str) -> None:
    text = "エロ動画 殺すぞ 激安 送料無料 関連記事 >>12 https://example.com 電話03-0000-0000 a@b.jp"
    kind = SIGNALS[signal].kind
    if kind == "count":
        assert SIGNALS[signal].of(text) == len(evidence(signal, text))
    else:
        assert (SIGNALS[signal].of(text) > 0) == bool(evidence(signal, text))


@pytest.mark.parametrize("pattern", [r"(?=茶)", r"(?<!番)茶", r"(茶)\1", r"(茶", r"a{99999}"])
def test_patterns_that_cannot_run_in_linear_time_are_refused_with_the_reason(pattern: str) -> None:
    with pytest.raises(RecipeError, match=r"cannot be used: .+ linear time"):
        compile_pattern(pattern)


def test_a_pattern_that_would_hang_a_backtracking_engine_answers_at_once() -> None:
    text = "あ" * 50_000
    assert evidence("patterns.x", text, {"patterns": {"x": "(あ+)+い"}}) == []


def test_evidence_of_a_pattern_counts_code_points_not_bytes_or_utf16() -> None:
    found = evidence("patterns.x", "𠮷野家👩‍🌾茶", {"patterns": {"x": "茶"}})
    assert found == [(6, 7)]
