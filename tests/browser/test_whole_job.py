"""The whole job by hand: upload, run, tune, judge, run again, export, download.

The shard's bytes change by exactly the documents that the threshold and the
judgements decided, and its sha256 is the manifest's.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import zstandard

from corpora.sample import SAMPLE_DIR
from curation.actions.recipes import ensure_shipped
from curation.models import Corpus, Export, Judgement, User
from curation.store import store
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

SITE = "hinata-note"  # its footers are cut, and which they are depends on all its pages
#: What too_short counts: kana, kanji, 、 and 。 (docs/signals.md).
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺー一-龥々〆ヶ、。]")


def letters(text: str) -> int:
    return len(JAPANESE.findall(text))


def records() -> list[dict[str, Any]]:
    """Sixty ordinary pages of the sample, none like another."""
    table = (Path(SAMPLE_DIR).parent / "contents.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines()]
    ordinary = {row[0] for row in rows if row[1] == "web" and not row[4]}
    packed = (Path(SAMPLE_DIR) / "web.jsonl.zst").read_bytes()
    lines = zstandard.ZstdDecompressor().stream_reader(packed).read().split(b"\n")
    chosen = []
    for line in lines:
        with contextlib.suppress(orjson.JSONDecodeError):
            record = orjson.loads(line)
            if record.get("id") in ordinary and SITE not in record["url"]:
                chosen.append(record)
    assert len(chosen) > 60, "the sample's table of contents is not read right"
    return chosen[:60]


def lines_of(path: Path) -> list[bytes]:
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        return stream.read().splitlines(keepends=True)


class Curator:
    """What a person does in the browser."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder

    def create_corpus(self, name: str) -> None:
        self.page.goto("/new-corpus/")
        self.page.fill("input[name=name]", name)
        self.page.click(".form-actions button.is-primary")
        self.page.wait_for_url(re.compile(rf"/corpora/{name}/"))

    def upload(self, corpus: str, file: Path) -> None:
        self.page.goto(f"/corpora/{corpus}/add/")
        self.page.set_input_files("input[type=file]", str(file))
        self.page.click("button[value=upload]")
        self.page.wait_for_url(f"**/corpora/{corpus}/")
        while not Corpus.objects.get(name=corpus).sources.filter(ready=True).exists():
            self.page.wait_for_timeout(200)

    def start_run(self, corpus: str, recipe: str) -> str:
        """The path of the snapshot that the run made."""
        self.page.goto(f"/corpora/{corpus}/run/")
        self.page.locator("label.choice", has_text=recipe).first.click()
        self.page.click(".form-actions button.is-primary")
        self.page.wait_for_url(re.compile(r"/runs/\d+/"))
        link = self.page.locator("a[href^='/snapshots/']").first
        link.wait_for()
        found = re.match(r"/snapshots/\d+/", link.get_attribute("href") or "")
        assert found
        return found[0]

    def tune(self, snapshot: str, rule: str, limit: int, name: str) -> None:
        self.page.goto(f"{snapshot}studio/")
        field = self.page.locator(f"input[name='min.{rule}']")
        field.fill(str(limit))
        with self.page.expect_response(re.compile("studio/board")):
            field.dispatch_event("change")
        # What is saved is what the address says.
        self.page.wait_for_url(re.compile(rf"min\.{rule}="))
        self.page.fill("#save input[name=name]", name)
        self.page.click("#save button[value=save]")
        self.page.wait_for_url(re.compile(r"studio/\?recipe=\d+$"))
        assert self.page.locator("#base option:checked").inner_text().startswith(name)

    def judge_twenty(self, snapshot: str) -> None:
        """a and x in turn, an undo in between, without touching the mouse."""
        self.page.goto(f"{snapshot}queues/")
        self.page.fill("input[name=size]", "20")
        self.page.click(".form-actions button.is-primary")
        self.page.wait_for_url(re.compile(r"/review/\d+/"))
        keys = ["a", "x"] * 10
        for count, key in enumerate(keys, start=1):
            self._press(key, count)
            if count == 5:
                self._press("u", 4)
                self._press(key, 5)

    def _press(self, key: str, judged: int) -> None:
        with self.page.expect_response(re.compile(r"/review/\d+/(judge|undo)")):
            self.page.keyboard.press(key)
        self.page.locator(f"progress[value='{judged}']").first.wait_for(state="attached")

    def export(self, snapshot: str) -> tuple[Path, Export]:
        """The downloaded shard, and its row."""
        self.page.goto(f"{snapshot}export/")
        self.page.check("input[name=format][value=jsonl]")
        self.page.click(".form-actions button.is-primary")
        self.page.wait_for_url(re.compile(r"/exports/\d+/"))
        link = self.page.locator("a[href*='part-00000.jsonl.zst']").first
        link.wait_for()
        export = Export.objects.latest("pk")
        with self.page.expect_download() as download:
            link.click()
        path = self.folder / f"{export.pk}.jsonl.zst"
        download.value.save_as(path)
        return path, export


def test_the_whole_job(
    open_page: OpenPage,
    worker: subprocess.Popen[bytes],
    administrator: User,
    tmp_path: Path,
) -> None:
    ensure_shipped()
    curator = Curator(open_page(administrator), tmp_path)
    wanted = records()
    threshold = sorted(letters(record["text"]) for record in wanted)[20]
    near = [r for r in wanted if abs(letters(r["text"]) - threshold) < 8]
    wanted = [record for record in wanted if record not in near]
    file = tmp_path / "pages.jsonl"
    file.write_bytes(b"\n".join(orjson.dumps(record) for record in wanted))

    curator.create_corpus("whole")
    curator.upload("whole", file)
    first = curator.start_run("whole", "default v1")
    before, _ = curator.export(first)
    curator.tune(first, "too_short", threshold, "stricter")
    curator.judge_twenty(first)
    second = curator.start_run("whole", "stricter v1")
    after, export = curator.export(second)

    judged = {judgement.document_id: judgement.verdict for judgement in Judgement.objects.all()}
    verdicts = {id_: verdict for id_, verdict in judged.items() if verdict in ("keep", "drop")}
    assert len(verdicts) == 20
    assert sorted(verdicts.values()) == ["drop"] * 10 + ["keep"] * 10
    assert_changed_exactly(lines_of(before), lines_of(after), verdicts, threshold)
    assert_is_in_the_manifest(after, export)
    assert Corpus.objects.get(name="whole").head_id == export.snapshot_id


def assert_changed_exactly(
    before: list[bytes], after: list[bytes], verdicts: dict[str, str], threshold: int
) -> None:
    """Without the judged-away and the too short, byte for byte, and with nothing new but
    what was judged in."""
    old = {orjson.loads(line)["id"]: line for line in before}

    def stays(id_: str, line: bytes) -> bool:
        verdict = verdicts.get(id_)
        if verdict:
            return verdict == "keep"
        return letters(orjson.loads(line)["text"]) >= threshold

    expected = [line for id_, line in old.items() if stays(id_, line)]
    revived = [
        line
        for line in after
        if (id_ := orjson.loads(line)["id"]) not in old and verdicts.get(id_) == "keep"
    ]
    assert [line for line in after if line not in revived] == expected
    cut = {id_ for id_, line in old.items() if not stays(id_, line)}
    assert any(verdicts.get(id_) == "drop" for id_ in cut), "no judgement decided anything"
    assert any(id_ not in verdicts for id_ in cut), "the threshold decided nothing"


def assert_is_in_the_manifest(path: Path, export: Export) -> None:
    manifest = orjson.loads(store().read(export.manifest))
    stated = {file["name"]: file for file in manifest["files"]}["part-00000.jsonl.zst"]
    assert stated["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert stated["bytes"] == path.stat().st_size
