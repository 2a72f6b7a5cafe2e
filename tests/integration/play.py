"""A small workbench to play with: files, a recipe, judgements, opt-outs, interrupted runs."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import orjson
import zstandard
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now

from curation.actions import (
    duplicates,
    exports,
    follow,
    opt_outs,
    recipes,
    review,
    runs,
    sources,
    units,
)
from curation.actions.corpora import create_corpus
from curation.models import (
    Corpus,
    Export,
    Judgement,
    PairVerdict,
    Recipe,
    Run,
    Snapshot,
    Unit,
    User,
)
from curation.queries.apart import in_order
from curation.queries.cluster import group, members
from curation.queries.clusters import groups
from curation.store import store
from curation.tasks.sweep import sweep
from curation.tasks.work import work_on

RECIPE = """
name = "play"

[normalization]
form = "NFKC"

[dedup]
mode = "near"
keeper = "longest"

[[rules]]
name = "too_short"
signal = "characters"
min = {characters}

[[rules]]
name = "little_hiragana"
signal = "hiragana_share"
min = {hiragana}

[footers]
enabled = true
min_documents = 3
min_share = 0.1
lines = 3
"""

_SENTENCES = (
    "川沿いの古い倉庫を直した本屋には、朝から近所の人が集まってくる。",
    "店主は棚の並びを毎週変え、季節の本をいちばん手前に置くことにしている。",
    "雨の日には奥の机で手紙を書く人が増えるので、便箋も少しだけ売っている。",
    "港の市場では、夜明け前に競りが終わり、魚を積んだ軽トラックが坂を上っていく。",
    "議会は来年度の予算案を審議し、道路の補修と図書館の改築に重点を置くと決めた。",
    "検査の結果に異常はなく、患者は翌日に退院して通院で経過を見ることになった。",
    "売上高は前年同期を上回ったが、原材料の値上がりで利益はほぼ横ばいだった。",
    "山の上の集落では、冬の間に味噌を仕込み、春の祭りで初めて蓋を開ける。",
    "第三条の規定は、届出をした者が住所を変更したときにも準用する。",
    "新しい路線が開業すると、隣町まで一時間かかった道のりが二十分になる。",
)
FOOTER = "この記事をシェアする"


def file_of(number: int) -> tuple[str, bytes]:
    """An upload: eight documents that partly repeat those of the other files."""
    lines = []
    for i in range(8):
        first = (number * 3 + i * 7) % len(_SENTENCES)
        chosen = [_SENTENCES[(first + k * (1 + i % 3)) % len(_SENTENCES)] for k in range(1 + i % 5)]
        if i == 5:
            chosen = [
                *_SENTENCES[:5],
                f"記事の番号は{number}です。",
            ]  # near copies across the files
        text = "".join(chosen) + (f"\n{FOOTER}" if i % 2 else "")
        record = {"id": f"{number}-{i}", "text": text, "url": f"https://example.jp/{number}/{i}"}
        lines.append(orjson.dumps(record))
    return f"file{number}.jsonl", b"\n".join(lines)


@contextmanager
def remembered(folder: Path, root: Path) -> Iterator[None]:
    """What was computed in a store like this one before is known, and what is now will be."""
    shutil.copytree(folder, root, dirs_exist_ok=True)
    yield
    shutil.copytree(root, folder, dirs_exist_ok=True)


@dataclass
class State:
    """All that the result may depend on."""

    files: list[int] = field(default_factory=list)
    characters: int = 40
    hiragana: float = 0.2
    judged: dict[str, str] = field(default_factory=dict)
    excluded: list[str] = field(default_factory=list)
    apart: list[tuple[str, str]] = field(default_factory=list)


class Workbench:
    """The product's own actions, driven without a browser; work is done in this process."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.state = State()
        self.corpus: Corpus = create_corpus(name="play", by=by)
        self.run: Run | None = None

    # -- what a person does ------------------------------------------------------------

    def add(self, number: int) -> None:
        if number in self.state.files:
            return
        name, content = file_of(number)
        self.finish()
        source, _ = sources.add_upload(
            corpus=self.corpus, file=SimpleUploadedFile(name, content), by=self.by
        )
        self.work(source.runs.get())
        self.state.files.append(number)

    def set_thresholds(self, characters: int, hiragana: float) -> None:
        self.state.characters, self.state.hiragana = characters, hiragana

    def judge(self, position: int, verdict: str) -> None:
        ids = self.document_ids()
        if ids:
            chosen = ids[position % len(ids)]
            review.judge_document(
                corpus=self.corpus, document_id=chosen, verdict=verdict, by=self.by, note=""
            )
            self.state.judged[chosen] = verdict

    def exclude(self, position: int) -> None:
        ids = [id_ for id_ in self.document_ids() if id_ not in self.state.excluded]
        if ids:
            chosen = ids[position % len(ids)]
            opt_outs.opt_out(kind="id", value=chosen, reason="asked", by=self.by)
            self.state.excluded.append(chosen)

    def choose(self, position: int) -> None:
        """Another one of some group of duplicates is to be kept."""
        snapshot, name, ids = self._group(position)
        if snapshot is None:
            return
        duplicates.keep_this_one(snapshot=snapshot, name=name, document_id=ids[-1], by=self.by)
        for id_ in ids:
            if self.state.judged.get(id_) == "prefer":
                self.state.judged[id_] = "withdrawn"
        self.state.judged[ids[-1]] = "prefer"

    def part(self, position: int) -> None:
        """Two members of some group are no duplicates."""
        snapshot, name, ids = self._group(position)
        if snapshot is None:
            return
        one, other = ids[0], ids[-1]
        duplicates.not_duplicates(snapshot=snapshot, name=name, one=one, other=other, by=self.by)
        self.state.apart.append(in_order(one, other))

    def _group(self, position: int) -> tuple[Snapshot | None, str, list[str]]:
        self.corpus.refresh_from_db()
        snapshot = self.corpus.head
        if snapshot is None or not len(groups(snapshot).sizes):
            return None, "", []
        every = groups(snapshot)
        name = every.name(position % len(every.sizes))
        found = group(snapshot, name)
        assert found
        return snapshot, name, [member.id for member in members(snapshot, found.rows)]

    def interrupt(self, after: int, *, cancel: bool) -> None:
        """Begin a run, lose a worker in the middle of it, and cancel it or leave it."""
        if not self.state.files:
            return
        self.finish()
        self.run = self.begin()
        for _ in range(after):
            unit = units.ready_units().filter(run=self.run).first()
            if unit is None:
                break
            work_on(unit.pk, worker="play")
        unit = units.ready_units().filter(run=self.run).first()
        if unit is not None:
            units.claim(unit.pk, worker="killed")
            Unit.objects.filter(pk=unit.pk).update(lease_until=Now() - timedelta(seconds=1))
        self.run.refresh_from_db()
        if cancel and not self.run.ended:
            runs.cancel(run=self.run, by=self.by)

    # -- what follows --------------------------------------------------------------------

    def begin(self) -> Run:
        toml = RECIPE.format(characters=self.state.characters, hiragana=self.state.hiragana)
        recipe: Recipe = recipes.save_recipe(name="play", toml=toml, comment="", by=self.by)
        return runs.start_curation(corpora=[self.corpus], recipe=recipe, by=self.by)

    def finish(self) -> None:
        if self.run is not None:
            self.work(self.run)

    def work(self, run: Run) -> Run:
        run.refresh_from_db()
        while not run.ended:
            unit = units.ready_units().filter(run=run).first()
            if unit is None:
                sweep()
            else:
                work_on(unit.pk, worker="play")
            run.refresh_from_db()
        follow.follow(run.pk)
        return run

    def document_ids(self) -> list[str]:
        self.corpus.refresh_from_db()
        if self.corpus.head is None:
            return []
        manifest = store().read_json(self.corpus.head.manifest)
        return sorted(
            id_
            for part in manifest["parts"]
            for id_ in store().read_table(part["documents"], columns=["id"])["id"].to_pylist()
        )

    def result(self) -> Result:
        """Curate the state as it is now, and export it."""
        self.finish()
        run = self.work(self.begin())
        assert run.state == Run.State.DONE, run.reason
        snapshot: Snapshot = run.snapshot
        files = {}
        for format in (Export.Format.JSONL, Export.Format.PARQUET):
            export = exports.create_export(
                snapshot=snapshot, format=format, settings={"seed": 7}, by=self.by
            )
            self.work(export.runs.get())
            export.refresh_from_db()
            files.update({name: file["sha256"] for name, file in export.files.items()})
        return Result(manifest=snapshot.manifest, files=files, counts=snapshot.counts)


@dataclass(frozen=True)
class Result:
    manifest: str
    files: dict[str, str]
    counts: dict[str, object]


def replay(by: User, state: State) -> Result:
    """From nothing to the state's result in a straight line."""
    bench = Workbench(by)
    for number in state.files:
        bench.add(number)
    bench.set_thresholds(state.characters, state.hiragana)
    for document_id, verdict in state.judged.items():
        Judgement.objects.create(
            corpus=bench.corpus, document_id=document_id, verdict=verdict, by=by
        )
    for first, second in state.apart:
        corpora = {"first_corpus": bench.corpus, "second_corpus": bench.corpus}
        PairVerdict.objects.create(first=first, second=second, verdict="apart", by=by, **corpora)
    for document_id in state.excluded:
        opt_outs.opt_out(kind="id", value=document_id, reason="asked", by=by)
    return bench.result()


def lines_of(path: Path) -> list[bytes]:
    """The lines of a zstd-compressed file, by a plain decoder."""
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        return stream.read().splitlines()


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
