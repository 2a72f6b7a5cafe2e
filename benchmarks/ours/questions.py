"""Looking for documents in the page of a snapshot, as a browser asks for it."""

from __future__ import annotations

import html
import re
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.looking import Found, Wording, ask
from benchmarks.ours.on_screen import PLAIN, Shown, shown
from benchmarks.protocol import Task, main
from benchmarks.watching import processor_seconds

_NUMBER = re.compile(r'id="count".*?<strong>(?:at least )?([\d,]+)', re.DOTALL)
_TITLE = re.compile(r'class="row-title"[^>]*>(?:<mark>)?文書(\d+)')
#: Where the page goes on by itself: a count or a list that had no time to come to its end.
_COUNT_ON = re.compile(r'id="count"[^>]*hx-get="([^"]+)"')
_ROWS_ON = re.compile(r'class="search-on"[^>]*hx-get="([^"]+)"')
_BAR = re.compile(r"<title>[^<]*: ([\d,]+)</title>")
_WITHOUT = re.compile(r"([\d,]+) without a value")


def questions(task: Task) -> None:
    """Every answer is the page, and what it loads by itself until count and list are complete."""
    _asked(task, through=True)


def first_page(task: Task) -> None:
    """The page as it comes: of a frequent word its count is "at least" so many and goes on."""
    _asked(task, through=False)


def _asked(task: Task, *, through: bool) -> None:
    records = task.input / "records.jsonl"
    with (
        tempfile.TemporaryDirectory(dir=task.input) as name,
        shown(Path(name) / "data", records, PLAIN) as bench,
    ):
        bench.opener.addheaders = [("Accept-Language", "en")]
        task.documents = bench.documents
        pid = bench.process.pid
        ask(
            task,
            lambda wording: _answer(bench, wording, through=through),
            lambda: processor_seconds(pid),
        )


def _answer(bench: Shown, wording: Wording, *, through: bool) -> Found:
    if wording.question == "histogram":
        page = bench.get(f"explore/signals/{wording.column}/")
        found = sum(map(_number, [*_BAR.findall(page), *_WITHOUT.findall(page)]))
        return Found(documents=found, first=[])
    query = {"contains": wording.word, f"min.{wording.column}": wording.least}
    wanted = {name: value for name, value in query.items() if value}
    page = bench.get(f"documents/?{urlencode(wanted)}")
    titles, on = _TITLE.findall(page), _ROWS_ON.search(page)
    while through and on:
        more = bench.get(html.unescape(on[1]))
        titles, on = titles + _TITLE.findall(more), _ROWS_ON.search(more)
    while through and (on := _COUNT_ON.search(page)):
        page = bench.get(html.unescape(on[1]))
    said = _NUMBER.search(page)
    assert said is not None
    return Found(documents=_number(said[1]), first=list(map(int, titles)))


def _number(text: str) -> int:
    return int(text.replace(",", ""))


WORKS = {"questions": questions, "questions.first_page": first_page}

if __name__ == "__main__":
    main(WORKS, packages=("django", "pyarrow"))
