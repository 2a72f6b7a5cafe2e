"""Write a story as an Aozora-Bunko-style file: title, legend, text, colophon."""

from __future__ import annotations

from corpora.sample.documents import WrittenText

_RULE = "-" * 55
_LEGEND = """【テキスト中に現れる記号について】

《》：ルビ
（例）{ruby}

｜：ルビの付く文字列の始まりを特定する記号

［＃］：入力者注　主に外字の説明や、傍点の位置の指定
"""


def story_file(text: WrittenText, *, title: str, body: str, edition: str) -> str:
    """The whole file of one story, lines ended by ``\\n``.

    ``edition`` names the orthography in the colophon.
    """
    legend = _LEGEND.format(ruby=_first_ruby(body))
    parts = [title, text.author, "", _RULE, legend + _RULE, "", body, "", "", ""]
    return "\n".join([*parts, _colophon(text, edition)])


def _first_ruby(body: str) -> str:
    end = body.index("》") + 1
    return body[max(0, body.index("《") - 3) : end].split("\n")[-1].lstrip("　")


def _colophon(text: WrittenText, edition: str) -> str:
    year, month, day = text.date.split("-")
    return (
        f"底本：「架空作品集（{edition}）」言蔵見本文庫\n"
        f"　　　{year}（架空）年{int(month)}月{int(day)}日発行\n"
        "※この作品、作者、底本はいずれも、この見本のために作った架空のものです。\n"
        "入力：見本入力係\n"
        "校正：見本校正係\n"
        "2020年1月1日作成\n"
        "このファイルは青空文庫の形式にならって作った見本です。青空文庫の作品ではありません。\n"
    )
