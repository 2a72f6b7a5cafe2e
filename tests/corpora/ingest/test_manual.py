"""Manual pages: what their macros become, in man and in mdoc."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from corpora.ingest.roff import manual
from tests.corpora.ingest.conftest import Ingested

Ingest = Callable[..., Ingested]

MAN = r"""'\" t
.\" 注釈
.de XX
消える
..
.if n .ad l
.TH MINATO 1 "2024年5月1日" 海辺 手引
.SH 名前
minato \- 港を\fB開く\fP
.SH "書式"
.B minato
.RI [ 船名 " ...]"
.PP
港は朝に
開く。This is
English.\" 行末の注釈
.TP
.BR \-a ", " \-\-all
全ての船を\
出す。
.IP \(bu 2
一つ目\(em説明
.nf
  そのまま
    書く
.fi
.TS
l l.
魚	鯵
.TE
\(coの \[u6E2F] と \e と \s-1小\s0 と \h'2m'空
"""
MDOC = r""".Dd May 1, 2024
.Dt MINATO 8
.Os
.Sh 名称
.Nm minato
.Nd 港を開く
.Sh 書式
.Nm
.Op Fl a
.Ar 船名
.Sh 解説
.Nm
は
.Xr fune 1
を呼ぶ。
.Bl -tag
.It Fl a
全て。
.El
"""


def test_a_page_of_man(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "minato.1.gz").write_bytes(gzip.compress(MAN.encode("euc_jp", "ignore")))
    (document,) = ingest(tmp_path / "minato.1.gz").documents
    assert document["text"].split("\n") == [
        "名前", "", "minato - 港を開く", "", "書式", "", "minato [船名 ...]", "",
        "港は朝に開く。This is English.", "-a, --all", "全ての船を出す。", "•", "一つ目—説明",
        "  そのまま", "    書く", "魚\t鯵", "©の 港 と \\ と 小 と 空",
    ]  # fmt: skip
    assert [document[name] for name in ("title", "date", "format", "encoding")] == [
        "MINATO(1)", "2024-05-01", "manual", "euc_jp",
    ]  # fmt: skip


def test_a_page_of_mdoc() -> None:
    page = manual(MDOC)
    assert page.text.split("\n") == [
        "名称", "", "minato 港を開く", "", "書式", "", "minato [-a] 船名", "", "解説", "",
        "minato は fune(1) を呼ぶ。", "-a", "全て。",
    ]  # fmt: skip
    assert (page.title, page.date) == ("MINATO(8)", "May 1, 2024")


def test_a_line_that_shows_nothing_takes_nothing_with_it() -> None:
    assert manual(".SH A\nb\n\\&\n\\fB\nc\n").text == "A\n\nb c"


def test_a_page_that_points_to_another_is_skipped(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "a.1").write_text(".so man1/minato.1\n", encoding="utf-8")
    ingested = ingest(tmp_path / "a.1")
    assert (ingested.documents, ingested.quarantine, ingested.errors) == ([], [], [])
    assert ingested.files[0]["skipped"] == {"pointers to other pages": 1}


def test_no_mutation_hangs_or_crashes() -> None:
    random = Random(3)
    for _ in range(1_500):
        page = list(MAN + MDOC)
        for _ in range(random.randrange(1, 15)):
            place = random.randrange(len(page))
            page[place : place + random.randrange(3)] = random.choices("\\.'\"[](){}*fs\n猫 ", k=2)
        manual("".join(page))


@pytest.mark.parametrize("piece", ["\\[", "\\*[", "\\h'", '.B "', ".de\n", ".if \\{\n", "\\s"])
def test_markup_left_open_a_hundred_thousand_times(piece: str) -> None:
    manual(".TH A 1\n" + piece * 100_000)
