"""Looking for documents in the page of a snapshot, as a browser asks for it."""

from __future__ import annotations

import html
import re
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.looking import Found, Wording, ask
from benchmarks.ours.on_screen import PLAIN, Curated, curated
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
    """Every answer is the whole page, and what it loads until count and list are complete."""
    with tempfile.TemporaryDirectory(dir=task.input) as name:
        recipe = Path(name) / "plain.toml"
        recipe.write_text(PLAIN)
        records = task.input / "records.jsonl"
        with curated(Path(name) / "data", records, str(recipe)) as bench:
            bench.opener.addheaders = [("Accept-Language", "en")]
            task.documents = bench.documents
            pid = bench.process.pid
            ask(task, lambda wording: _answer(bench, wording), lambda: processor_seconds(pid))


def _answer(bench: Curated, wording: Wording) -> Found:
    if wording.question == "histogram":
        page = bench.get(f"explore/signals/{wording.column}/")
        found = sum(map(_number, [*_BAR.findall(page), *_WITHOUT.findall(page)]))
        return Found(documents=found, first=[])
    query = {"contains": wording.word, f"min.{wording.column}": wording.least}
    wanted = {name: value for name, value in query.items() if value}
    page = bench.get(f"documents/?{urlencode(wanted)}")
    titles, on = _TITLE.findall(page), _ROWS_ON.search(page)
    while on:
        more = bench.get(html.unescape(on[1]))
        titles, on = titles + _TITLE.findall(more), _ROWS_ON.search(more)
    while on := _COUNT_ON.search(page):
        page = bench.get(html.unescape(on[1]))
    said = _NUMBER.search(page)
    assert said is not None
    return Found(documents=_number(said[1]), first=list(map(int, titles)))


def _number(text: str) -> int:
    return int(text.replace(",", ""))


WORKS = {"questions": questions}

if __name__ == "__main__":
    main(WORKS, packages=("django", "pyarrow"))
