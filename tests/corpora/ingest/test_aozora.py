from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest

from corpora.ingest import accounts
from corpora.ingest.aozora import is_aozora, take_apart
from corpora.ingest.aozora_markup import gaiji, strip_markup
from tests.corpora.ingest.conftest import Ingested

RULE = "-" * 55
WORK = f"""西行の眼
副題
下村湖人

{RULE}
【テキスト中に現れる記号について】

《》：ルビ
（例）豪宕《ごうとう》

｜：ルビの付く文字列の始まりを特定する記号
（例）佐藤｜義清《のりきよ》
{RULE}

［＃ここから２字下げ］
　佐藤｜義清《のりきよ》は豪宕《ごうとう》な男であった［＃「男」に傍点］。
※［＃「口＋它」、第3水準1-14-88］と※［＃「にんべん」、12-5］。
［＃ここで字下げ終わり］

底本：「名随筆」国書刊行会
青空文庫作成ファイル：
"""


def test_a_work_is_taken_apart(ingest: Callable[..., Ingested], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(WORK.replace("\n", "\r\n").encode("cp932"))
    (document,) = ingest(tmp_path / "a.txt").documents
    assert document["text"] == "\n　佐藤義清は豪宕な男であった。\n咜と〓。\n"
    assert (document["format"], document["title"]) == ("aozora", "西行の眼")
    metadata = orjson.loads(document["metadata"])
    assert (metadata["author"], metadata["header"]) == ("下村湖人", ["副題"])
    assert metadata["ruby"] == {"count": 2, "list": [[4, 2, "のりきよ"], [7, 2, "ごうとう"]]}
    assert metadata["notes"]["count"] == 3
    assert metadata["gaiji"] == {"count": 2, "unresolved": ["「にんべん」、12-5"]}
    assert metadata["colophon"].startswith("底本：「名随筆」")


def test_gaiji_without_a_code_stand_in_the_account_of_their_file(
    ingest: Callable[..., Ingested], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_MOST_GAIJI", 1)
    others = "※［＃「日＋向」、22-12］※［＃「日＋向」、317-下-1］※［＃「にんべん」、9-1］"
    with ZipFile(tmp_path / "works.zip", "w") as archive:
        archive.writestr("a.txt", WORK.encode("cp932"))
        archive.writestr("b.txt", WORK.replace("であった", others).encode("cp932"))
    found = ingest(tmp_path / "works.zip")
    first, second = found.documents
    (file,) = found.files
    assert file["unresolved_gaiji"] == {
        "「にんべん」": {"count": 3, "document": first["id"], "title": "西行の眼"},
        "…": {"count": 2, "document": second["id"], "title": "西行の眼"},
    }


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("《ruby》", "", id="ruby without a base"),
        pytest.param("開いた《ままの行\n次", "開いた《ままの行\n次", id="unclosed ruby stays"),
        pytest.param("開いた［＃注\n次", "開いた［＃注\n次", id="unclosed note stays"),
        pytest.param("鮭［＃「鮭※［＃「魚」、U+9B5A］」は底本では「酒」］だ", "鮭だ", id="nested"),
        pytest.param("※［＃「日＋※［＃第3水準1-85-57］」、2-下-1］だ", "〓だ", id="nested gaiji"),
        pytest.param("※［＃「《」、1-1-52］猫※［＃「》」、1-1-53］", "《猫》", id="brackets"),
    ],
)  # fmt: skip
def test_markup_is_what_is_closed_on_its_line(text: str, plain: str) -> None:
    assert strip_markup(text).text == plain


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        pytest.param("義清《のりきよ》朝臣《あそん》", ["義清", "朝臣"], id="two in a row"),
        pytest.param("行《い》く行《ゆ》く", ["行", "行"], id="one word, two readings"),
        pytest.param("｜お勢《カズン》は", ["お勢"], id="from the bar on"),
        pytest.param("｜一\n二《に》", ["二"], id="a bar of another line"),
        pytest.param("かのRigi《リギ》は", ["Rigi"], id="letters"),
        pytest.param("この※［＃「口＋它」、第3水準1-14-88］家《や》", ["咜家"], id="gaiji"),
        pytest.param("、《てん》", [], id="nothing that could be read"),
    ],
)
def test_a_reading_knows_its_place(text: str, placed: list[str]) -> None:
    found = strip_markup(text)
    spans = [(start, start + length) for start, length, _ in found.ruby]
    assert [found.text[start:end] for start, end in spans] == placed
    assert all(last <= first for (_, last), (first, _) in pairwise(spans))


@pytest.mark.parametrize(
    ("description", "character"),
    [
        pytest.param("「口＋它」、第3水準1-14-88", "咜", id="plane 1"),
        pytest.param("「土へん＋竒」、第4水準2-4-85", "埼", id="plane 2"),
        pytest.param("「てへん＋劣」、U+6318、12-5", "挘", id="Unicode"),
        pytest.param("二の字点、1-2-22", "〻", id="sign"),
        pytest.param("「えんにょう＋囘」、第４水準2-12-11", "𢌞", id="full-width level"),
        pytest.param("「特のへん＋聿」、第3水準 1-87-71", "犍", id="a blank before the number"),
        pytest.param(
            "「姉」の正字、「女＋※［＃第3水準1-85-57］のつくり」、256-下-16", "姊", id="by name"
        ),
        pytest.param("「日＋※［＃第3水準1-85-57］」、256-下-16", None, id="a part's number"),
        pytest.param("「x」、U+D800", None, id="surrogate"),
        pytest.param("「x」、U+FFFFFF", None, id="beyond Unicode"),
        pytest.param("「x」、第3水準1-99-99", None, id="no such cell"),
        pytest.param("「目＋爭」、12-5", None, id="page and line only"),
    ],
)
def test_gaiji_are_named_by_number(description: str, character: str | None) -> None:
    found = gaiji(description)
    assert found == character or (character == "埼" and found is not None)


def test_what_stands_in_a_reading_is_counted_and_read() -> None:
    found = strip_markup("桃太郎《も※［＃二の字点、1-2-22］たらう［＃ママ］》")
    assert found.ruby == [(0, 3, "も〻たらう")]
    assert (found.ruby_count, found.gaiji_count, found.notes) == (1, 1, ["ママ"])


def test_without_its_second_rule_the_legend_ends_with_its_lines() -> None:
    text = f"題\n著者\n\n{RULE}\n【テキスト中に現れる記号について】\n\n《》：ルビ\n本文です。"
    assert take_apart(text).body == "本文です。"


def test_the_legend_of_old_works_goes_and_the_list_of_works_is_no_author() -> None:
    text = f"題\n著者\n\n{RULE}\n●収録作品\n雨／風\n{RULE}\n［表記について］\n●｜\n{RULE}\n\n本文。"
    work = take_apart(text)
    assert (work.header, work.body) == ("題\n著者\n", "本文。")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("《重要》お知らせ", id="brackets in a notice"),
        pytest.param("底本：未詳。\n本文", id="the word alone"),
        pytest.param("［＃タグ］を使う書き方", id="one note"),
    ],
)
def test_other_texts_are_not_taken_for_aozora(text: str) -> None:
    assert not is_aozora(text)


def test_a_colophon_alone_gives_a_long_work_away(
    ingest: Callable[..., Ingested], tmp_path: Path
) -> None:
    body = "長い本文。\n" * 60_000
    (tmp_path / "a.txt").write_text(
        f"題\n著者\n\n{body}\n底本：「全集」\n青空文庫作成ファイル：\n", encoding="utf-8"
    )
    (document,) = ingest(tmp_path / "a.txt").documents
    assert document["format"] == "aozora"
    assert "底本" not in document["text"]


def test_a_note_that_is_not_closed_costs_no_more_for_what_is_in_it() -> None:
    line = "［＃" + "※［＃「契］。" * 60
    found = strip_markup(line)
    assert (found.gaiji_count, found.text) == (60, "［＃" + "〓。" * 60)
