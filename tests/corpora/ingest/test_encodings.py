from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora.ingest import weighing
from corpora.ingest.candidates import LEGACY as LEGACY_CANDIDATES
from corpora.ingest.candidates import UTF8, WIDE, Candidate
from corpora.ingest.codecs_ja import decode_eucjp, decode_iso2022jp
from corpora.ingest.encodings import UndecodableError, decode, detect
from tests.corpora.ingest.conftest import NEKO

LEGACY = ("cp932", "euc_jp", "iso2022_jp")
CHINESE = "今天天气很好，我们去公园散步吧。这个软件可以处理大规模的数据。"
TAIWANESE = "今天天氣很好，我們去公園散步吧。這個軟體可以處理大量的資料。"
KOREAN = "오늘은 날씨가 좋아서 공원에 산책을 갔습니다."


@pytest.mark.parametrize("codec", LEGACY)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(NEKO, id="prose"),
        pytest.param("　だから、出産や結婚", id="ten characters"),
        pytest.param("『地下一尺集』に収め", id="ten characters with few kana"),
        pytest.param("東京都千代田区永田町", id="kanji alone"),
        pytest.param("カタカナノミノテキスト", id="katakana alone"),
        pytest.param("　甲┤　修　飾　慾　三十斤├百斤　└其他　雑　慾　十斤┘", id="a drawn table"),
        pytest.param("README\n" * 3_000 + "表示能力ソ予約ポ申請", id="Japanese after much ASCII"),
    ],
)
def test_japanese_is_decoded_from_legacy_encodings(codec: str, text: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, codec)
    assert set(decoded.notes) <= {"encoding_confidence"}


@pytest.mark.parametrize(
    ("text", "codec", "expected"),
    [
        pytest.param(CHINESE, "gb2312", "gb18030", id="simplified Chinese"),
        pytest.param(TAIWANESE, "big5", "big5hkscs", id="traditional Chinese"),
        pytest.param(KOREAN * 2, "euc_kr", "cp949", id="Korean"),
        pytest.param("神形貌似。古圣先贤", "gb2312", "gb18030", id="simplified Chinese, short"),
        pytest.param("090 英國之旅(十", "big5", "big5hkscs", id="traditional Chinese, short"),
        pytest.param("올해의 게임의 후보", "euc_kr", "cp949", id="Korean, short"),
        pytest.param("예수가 아닌, 역사", "johab", "johab", id="Korean in Johab, short"),
        pytest.param(f"hello\n{CHINESE}", "hz", "hz", id="simplified Chinese in seven bits"),
    ],
)
def test_chinese_and_korean_are_named_not_turned_into_japanese_mojibake(
    text: str, codec: str, expected: str
) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, expected)


@pytest.mark.parametrize(
    ("codec", "label"),
    [
        pytest.param("utf-8", "utf-8", id="UTF-8"),
        pytest.param("utf-8-sig", "utf-8-sig", id="UTF-8 with a mark"),
        pytest.param("utf-16", "utf-16-le", id="UTF-16 with a mark"),
        pytest.param("utf-32", "utf-32-le", id="UTF-32 with a mark"),
        pytest.param("utf-16-le", "utf-16-le", id="UTF-16 LE without a mark"),
        pytest.param("utf-16-be", "utf-16-be", id="UTF-16 BE without a mark"),
    ],
)
def test_unicode_encodings(codec: str, label: str) -> None:
    decoded = decode((NEKO * 3).encode(codec))
    assert (decoded.text, decoded.encoding) == (NEKO * 3, label)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text", ["供託金の全部又は一部を供託した受託者", "第三百七十九号）第七条第", CHINESE]
)
def test_unicode_without_a_mark_and_with_few_kana(codec: str, text: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, codec)


def test_a_lone_half_width_kana_amid_ascii_is_text() -> None:
    assert decode("(ｱ) abc\n(ｲ) def\n".encode("cp932")).text == "(ｱ) abc\n(ｲ) def\n"


def test_cp932_extensions_are_read_as_cp932() -> None:
    text = "①②㈱№髙﨑～ｶﾞｷﾞ"
    assert decode(text.encode("cp932")).text == text


def test_half_width_kana_is_not_taken_for_euc_kanji() -> None:
    text = "ﾆﾎﾝｺﾞﾉ ﾃｷｽﾄ ﾊﾝｶｸｶﾅ ﾀﾞｸﾃﾝ"
    assert decode(text.encode("cp932")).text == text


def test_jis_x_0213_is_tried_when_cp932_does_not_fit() -> None:
    text = NEKO + "咜𠂉" + NEKO
    decoded = decode(text.encode("shift_jis_2004"))
    assert (decoded.text, decoded.encoding) == (text, "shift_jis_2004")


def test_eucjp_with_nec_and_ibm_rows() -> None:
    assert decode_eucjp(b"\xad\xa1\xb4\xc1\xbb\xfa\x8f\xb0\xa1\x8e\xb6") == "①漢字丂ｶ"
    with pytest.raises(UnicodeDecodeError):
        decode_eucjp(b"\xa9\xa1")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"\x1b$BF|K\\8l", "日本語", id="no return to ASCII"),
        pytest.param(b"\x1b$BF|K\\8l\x1b(I6E\x1b(B\n", "日本語ｶﾅ\n", id="half-width kana"),
        pytest.param(b"\x1b$B-!\x1b(B", "①", id="NEC row 13"),
        pytest.param(b"\x1b$@F|K\\\x1b(J\\", "日本\\", id="JIS C 6226 and Roman"),
    ],
)
def test_iso2022jp_as_it_is_met(data: bytes, text: str) -> None:
    assert decode_iso2022jp(data) == text
    assert decode(data).encoding == "iso2022_jp"


def test_lines_in_different_encodings_are_each_decoded() -> None:
    codecs = ("cp932", "utf-8", "euc_jp", "iso2022_jp")
    decoded = decode(b"\n".join(NEKO.encode(codec) for codec in codecs))
    assert decoded.text == "\n".join([NEKO] * 4)
    assert set(decoded.notes["encodings"]) == set(codecs)


def test_how_sure_an_encoding_is() -> None:
    prose, piece, name = (decode(text.encode("cp932")) for text in (NEKO, "だから、出産", "東京"))
    sure = [found.notes["encoding_confidence"] for found in (prose, piece, name)]
    assert sure[0] > 0.999
    assert sure[1] > 0.99
    assert 0.5 < sure[2] < sure[1]
    assert decode("東京".encode()).named.confidence is None
    assert decode("東京".encode("iso2022_jp")).named.confidence is None


def test_how_sure_lines_in_different_encodings_are_by_their_bytes() -> None:
    prose = NEKO.encode("cp932") + b"\n" + NEKO.encode("euc_jp") + b"\n"
    assert decode(prose).notes["encoding_confidence"] > 0.999
    lost = decode(prose * 10 + b"\xff\xff\xff\n")
    assert lost.notes["encoding_confidence"] == pytest.approx(
        1 - 4 / (10 * len(prose) + 4), abs=1e-3
    )


def test_a_stray_byte_becomes_one_replacement_character() -> None:
    decoded = decode((NEKO + "\n").encode() * 20 + b"abc\xff\xfe\n")
    assert decoded.encoding == "utf-8"
    assert decoded.notes["undecodable_bytes"] == decoded.text.count("\ufffd") == 2


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp"])
def test_a_cut_last_character_is_dropped_and_counted(codec: str) -> None:
    decoded = decode(NEKO.encode(codec)[:-1])
    assert decoded.text == NEKO[:-1]
    assert decoded.notes["truncated_bytes"] in (1, 2)


_SIMPLE = {found.codec: found for found in (*LEGACY_CANDIDATES, *WIDE, UTF8)}
del _SIMPLE["euc_jp"]  # it has errors of its own, and only the other way


@pytest.mark.parametrize("candidate", _SIMPLE.values(), ids=_SIMPLE)
@given(text=st.text(max_size=6), cut=st.integers(0, 3), end=st.binary(max_size=3))
@example(text="HI", cut=0, end=b"\xed\xa4")
def test_a_reading_breaks_off_where_that_of_a_stream_does(
    candidate: Candidate, text: str, cut: int, end: bytes
) -> None:
    data = text.encode(candidate.codec, "ignore")
    data = data[: len(data) - cut] + end
    assert weighing._strictly(data, candidate) == weighing._begun(data, candidate)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(bytes(range(256)) * 20, id="every byte"),
        pytest.param(b"\x01\x02\x03\xff" * 100, id="control characters"),
        pytest.param(b"\xff\xfe\xfd" * 3 + b"\x81", id="bytes of no encoding"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(data[1:])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"text":"\xc0\xaf"}', id="overlong UTF-8"),
        pytest.param(b'{"text":"\xed\xa0\xbd\xed\xb8\x80"}', id="CESU-8"),
        pytest.param(b'{"text":"\xe3\x81"}', id="cut character"),
    ],
)
def test_bad_utf8_is_not_passed_off_as_a_legacy_encoding(data: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(data, sure=True)


def test_european_text_is_left_to_charset_normalizer() -> None:
    text = (
        "Les élèves étudiaient déjà à l'école; où était passée la clé de la forêt? "
        "Le garçon répondit qu'elle se trouvait derrière la fenêtre près du château. "
    ) * 3
    assert "élèves étudiaient" in decode(text.encode("cp1252")).text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        pytest.param(
            "Это русский текст, которого здесь никто не ждал. " * 3, "koi8_r", id="Russian"
        ),
        pytest.param("ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอน " * 3, "cp874", id="Thai"),
    ],
)
def test_other_alphabets_are_not_taken_for_half_width_kana(text: str, codec: str) -> None:
    data = text.encode(codec)
    for known in (None, detect(data)):
        decoded = decode(data, known=known)
        assert (decoded.text, decoded.encoding) == (text, codec)


def test_half_width_kana_that_are_not_voiced_stay_what_they_are() -> None:
    text = "ﾊｲ,ｲｲｴ\n" * 60
    assert decode(text.encode("cp932")).text == text


@given(st.integers(min_value=1, max_value=60))
def test_a_head_cut_anywhere_is_detected(cut: int) -> None:
    found = detect((NEKO * 2).encode("euc_jp")[:-cut])
    assert found is not None
    assert found.encoding == "euc_jp"


_KANA = st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3093), min_size=8)


@given(_KANA, st.sampled_from(("cp932", "euc_jp", "iso2022_jp", "utf-8")))
def test_hiragana_survives_every_encoding(text: str, codec: str) -> None:
    assert decode(text.encode(codec)).text == text


@given(st.binary(max_size=400))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except UndecodableError:
        return
    decoded.text.encode()


PYTHON = {
    "sjis": "cp932",
    "eucjp": "euc_jp",
    "iso2022jp": "iso2022_jp",
    "utf8": "utf-8",
    "utf8bom": "utf-8-sig",
    "utf16le_bom": "utf-16",
}


def test_transcoded_corpus_is_decoded_whole_and_in_snippets(shared_corpora: Path) -> None:
    folder = shared_corpora / "transcoded"
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    wrong = []
    for row in rows:
        data = (folder / row["path"]).read_bytes()
        if _same(decode(data).text) != _same(data.decode(PYTHON[row["encoding"]])):
            wrong.append(row["path"])
    assert len(rows) == 720
    assert wrong == []


def _same(text: str) -> str:
    """What cp932 and the JIS codecs call differently made equal."""
    return text.translate(str.maketrans("～－∥", "〜−‖"))
