"""mwparserfromhell: articles of a dump parsed, and stripped of what is no text."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import mwparserfromhell

from benchmarks.protocol import Task, main


def wiki(task: Task) -> None:
    texts = {}
    with task.measured():
        for _, page in ElementTree.iterparse(task.input):
            if page.tag.endswith("}page"):
                if page.findtext("{*}ns") == "0" and page.find("{*}redirect") is None:
                    wikitext = page.findtext("{*}revision/{*}text") or ""
                    texts[page.findtext("{*}title")] = mwparserfromhell.parse(wikitext).strip_code()
                page.clear()
    task.documents, task.bytes = len(texts), task.input.stat().st_size
    if task.out is not None:
        path = task.out / "texts.json"
        path.write_text(json.dumps(texts), "utf-8")
        task.results["texts"] = str(path)


WORKS = {"wiki": wiki}

if __name__ == "__main__":
    main(WORKS, packages=("mwparserfromhell",))
