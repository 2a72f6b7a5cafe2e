"""A unit whose key is the same gives the same bytes, also after the code has changed.

A small fixed corpus goes through every stage. For each stage two digests are known: of the keys
of its units (stage, declared version, inputs, parameters) and of what they gave (outputs by
content address, and counts). When the second changes and the first does not, stores that exist
would go on serving what the stage no longer gives: raise its version in corpora/stages.py. When
the first changes as well, that was done, or a stage before gives something new; write down what
``python -m tests.corpora.test_golden`` prints.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

from corpora import recipe as recipes
from corpora.documents import JUDGEMENTS
from corpora.plans import (
    CuratePlan,
    ExportPlan,
    IngestPlan,
    PartRef,
    Plan,
    accounts_of,
    only,
    parts_of,
)
from corpora.runner import Runner
from corpora.stages import STAGES, UnitSpec, known
from corpora.storage import Store

#: Stage -> declared version, digest of its units' keys, digest of their results.
GOLDEN: dict[str, tuple[int, str, str]] = {
    "ingest": (11, "cb87d067b06ffaff", "a1e842fe2b5fe3c4"),
    "normalize": (3, "fa5082ba55a4bf45", "e959d9e66fa8cc10"),
    "signals": (1, "3ddd5fc18ee45ac9", "45c149f347b0fe87"),
    "dedup.signatures": (2, "2a0242853ca58b54", "a2f084009d172479"),
    "dedup.bands": (1, "8769f6aef829e533", "3a4410e49c2bef89"),
    "dedup": (2, "a4252e0f91ce3d0d", "210ec9be1356b101"),
    "columns": (2, "2acc512c3914f0e4", "e6ec7824b6fcd63c"),
    "columns.shapes": (1, "c437648ca2d24996", "b8d822b5574d0279"),
    "decisions.keepers": (2, "a507cde785e30eea", "1203ea021e2da013"),
    "decisions.groups": (1, "f0388eb826e968d5", "3d85f9aeb69fe3c6"),
    "decisions": (3, "96324cb70f183646", "1e204ca28b7df9b4"),
    "edits.endings": (2, "f317a47985176b29", "0762f6cfa3d777c5"),
    "edits.footers": (1, "340857e8f709136e", "4331365dc7708af0"),
    "edits": (2, "24e80fff469a7456", "bb043cf28f3058c2"),
    "tokenization.train": (2, "02e95ef7cb2570ef", "aec271fafecc9be2"),
    "tokenization": (4, "53e187fd827263b9", "8315b149b6897da2"),
    "search": (2, "4e5ee31691efd364", "bd74816f2020b083"),
    "search.fields": (1, "3df802f9657f0655", "8afd8f7ee5d350a1"),
    "search.verdicts": (1, "d1c9f1bda71fc73a", "c658545be2ed1c37"),
    "snapshot": (2, "0b29481c66971232", "a81efe0ac277ed88"),
    "edits.passages": (1, "d0150612b54dfd41", "1a45de258be99578"),
    "edits.copies": (1, "8a01e8572ccdc446", "356996abc7735f71"),
    "edits.account": (1, "9318ec9873037dcf", "3241c6b0bc5648fb"),
    "dedup.samples": (1, "fa20b61df4170e3b", "36868f6b8003db3a"),
    "dedup.overlaps": (1, "84d870306b8041f1", "7941def6e7667f59"),
    "dedup.contained": (1, "a2867470ddc9fa9b", "8a535978317ec061"),
    "signals.dear": (1, "ec77945f3ae72023", "3dfaa4ba9bda4878"),
    "export.rows": (3, "d48c78dc83e8719f", "547e4f33fda3fc54"),
    "export.cut": (2, "3a935104467a50b4", "29113c9a59864141"),
    "export.shards": (1, "3ab97c77d28e2f6e", "855ad0f245380739"),
    "export": (2, "10bff3cee35108e2", "b90fea2412eea31d"),
}

RECIPE = """
name = "golden"

[normalization]
form = "NFKC"

[dedup]
mode = "near"

[[rules]]
name = "short"
signal = "characters"
min = 20

[[rules]]
name = "little_hiragana"
signal = "hiragana_share"
min = 0.1

[[rules]]
name = "advertising"
signal = "advertisement_hits"
max = 1

[footers]
enabled = true
min_documents = 3
min_share = 0.1

[tokenization]
tokenizer = "train"
vocab_size = 400
sample_bytes = 1000000
"""

#: The same without footers: then their lines are passages that many documents have.
PASSAGES_RECIPE = (
    RECIPE.replace("[footers]\nenabled = true", "[footers]\nenabled = false")
    + """
[passages]
enabled = true
min_characters = 8
min_documents = 3
"""
)

_WORDS = """
春 夏 秋 冬 山 川 海 空 雨 雪 風 月 東京 京都 大学 研究 言葉 文章 新聞 電車 駅 町 村 子供
母 父 先生 学生 朝 昼 夜 今日 昨日 明日 本屋 市場 集落 図書館 喫茶店 学校 手紙 味噌 祭り
"""
_FOOTER = "\nこの記事をシェアする\n© 2026 町の便り"
_AOZORA = """題名
著者

-------------------------------------------------------
【テキスト中に現れる記号について】

《》：ルビ
-------------------------------------------------------

　或日《あるひ》の暮方の事である。一人の下人が、羅生門の下で雨やみを待つてゐた。

底本：「全集」架空書房
"""


def _story(number: int) -> str:
    """Six sentences that no other story has."""
    draw = random.Random(number)
    words = [draw.sample(_WORDS.split(), 3) for _ in range(6)]
    return "".join(f"{a}の{b}では、{c}のことがよく話されているという。" for a, b, c in words)


def _records() -> list[dict[str, object]]:
    texts = [_story(number) + (_FOOTER if number % 2 else "") for number in range(24)]
    texts += [
        texts[3],  # an exact copy …
        texts[4] + "終。",  # … and a near one
        "国家の学会と會議、地獄變を讀む。舊字體で書かれた文章も、同じ作品である。" * 2,
        "国家の学会と会議、地獄変を読む。旧字体で書かれた文章も、同じ作品である。" * 2,
        "激安！送料無料！今すぐ購入！激安！送料無料！今すぐ購入！限定セールはこちらから。",
        "ﾊﾝｶｸ ｶﾀｶﾅと①㈱〜…、𠮷野家👩\u200d🌾、ばらばらのｶﾞを含む文章です。",
        "短い。",
        "東京都架空区仮町株式会社営業部部長連絡先電話番号",
    ]
    return [
        {"id": f"記{n}", "text": text, "url": f"https://{'ab'[n % 2]}.example.jp/{n}", "n": n}
        for n, text in enumerate(texts)
    ]


def _write(folder: Path) -> None:
    lines = [orjson.dumps(record) for record in _records()]
    folder.mkdir()
    (folder / "web.jsonl").write_bytes(b"\n".join([*lines, b'{"text": 1', b'{"no": "text"}']))
    (folder / "board.txt").write_bytes((_story(30) + "\n" + _story(31)).encode("cp932"))
    (folder / "aozora.txt").write_bytes(_AOZORA.replace("\n", "\r\n").encode("cp932"))


class _Recorder:
    """A plan that remembers the units it gave."""

    def __init__(self, plan: Plan, units: dict[str, list[UnitSpec]]) -> None:
        self._plan, self._units = plan, units

    @property
    def stages(self) -> tuple[str, ...]:
        return self._plan.stages

    def units(self, stage: str, results: object) -> list[UnitSpec]:
        units = self._plan.units(stage, results)  # type: ignore[arg-type]
        self._units[stage] += units
        return units


Golden = dict[str, tuple[int, str, str]]


def _run(folder: Path) -> tuple[Golden, dict[str, Any]]:
    """Every stage over the fixed corpus, in ``folder``; and the counts of its snapshot."""
    store = Store(folder / "store")
    units: dict[str, list[UnitSpec]] = defaultdict(list)
    runner = Runner(store)
    _write(folder / "golden")
    # The path as given is part of a document: it must not be this machine's.
    with contextlib.chdir(folder):
        ingested = runner.run(_Recorder(IngestPlan(paths=("golden",)), units))
    parts = parts_of(ingested)
    first, second = (
        str(id_) for id_ in store.read_table(parts[-1].documents)["id"].to_pylist()[:2]
    )
    judgements = pa.table({"id": [first], "verdict": ["drop"]}, schema=JUDGEMENTS)
    plan = CuratePlan(
        recipe=recipes.parse(RECIPE, "golden"),
        parts=tuple(parts),
        quarantine=accounts_of(ingested, "quarantine"),
        files=accounts_of(ingested, "files"),
        judgements=store.put_table(judgements),
        opt_outs={"ids": [second], "hosts": [], "urls": []},
    )
    curated = runner.run(_Recorder(plan, units))
    # Another recipe for the stages that the first does not ask for, and for no other.
    others: dict[str, list[UnitSpec]] = defaultdict(list)
    cut = replace(plan, recipe=recipes.parse(PASSAGES_RECIPE, "golden"))
    runner.run(_Recorder(cut, others))
    units |= {stage: here for stage, here in others.items() if stage not in units}
    _look_for_containment(runner, plan.parts, units)
    _look_at_dear_signals(runner, plan.parts, units)
    snapshot = only(curated, "snapshot").outputs["manifest"]
    manifest = store.read_json(snapshot)
    for format in ("jsonl", "parquet", "megatron"):
        tokenizer = manifest["tokenizer"] if format == "megatron" else ""
        export = ExportPlan(
            snapshot=snapshot, manifest=manifest, format=format, tokenizer=tokenizer,
            settings={"seed": 1},
        )  # fmt: skip
        runner.run(_Recorder(export, units))
    golden = {
        stage: (STAGES[stage].version, _digest([u.key for u in here]), _results(here, store))
        for stage, here in units.items()
        if STAGES[stage].pure
    }
    return golden, manifest["counts"]


def _look_for_containment(
    runner: Runner, parts: tuple[PartRef, ...], units: dict[str, list[UnitSpec]]
) -> None:
    """The stages that only a recipe with containment has; the others are done already."""
    toml = RECIPE.replace('mode = "near"', 'mode = "near"\ncontainment = 0.9')
    others: dict[str, list[UnitSpec]] = defaultdict(list)
    plan = CuratePlan(recipe=recipes.parse(toml, "golden"), parts=parts)
    runner.run(_Recorder(plan, others))
    units.update({stage: here for stage, here in others.items() if stage not in units})


def _look_at_dear_signals(
    runner: Runner, parts: tuple[PartRef, ...], units: dict[str, list[UnitSpec]]
) -> None:
    """The stage that only a recipe with a dear signal has."""
    rule = '[[rules]]\nname = "packed"\nsignal = "zlib_ratio"\nmin = 0.1\n\n[footers]'
    others: dict[str, list[UnitSpec]] = defaultdict(list)
    recipe = recipes.parse(RECIPE.replace("[footers]", rule), "golden")
    runner.run(_Recorder(CuratePlan(recipe=recipe, parts=parts), others))
    units["signals.dear"] = others["signals.dear"]


def _results(units: list[UnitSpec], store: Store) -> str:
    results = [known(unit, store) for unit in units]
    return _digest([result.to_json() for result in results if result])


def _digest(value: object) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Golden, dict[str, Any]]:
    return _run(tmp_path_factory.mktemp("golden"))


def test_every_stage_has_its_golden_result() -> None:
    assert set(GOLDEN) == {name for name, stage in STAGES.items() if stage.pure}


def test_every_stage_has_something_to_do(found: tuple[Golden, dict[str, Any]]) -> None:
    _, counts = found
    reasons = {"opt_out", "judgement", "exact_duplicate", "near_duplicate"}
    rules = {rule.name for rule in recipes.parse(RECIPE, "golden").rules}
    assert set(counts["dropped"]) == reasons | rules
    assert counts["quarantined"]
    assert counts["tokens"]
    assert set(counts["dropped_characters"]) == set(counts["dropped"])
    before_edits = counts["characters"] - sum(counts["dropped_characters"].values())
    assert before_edits == sum(g["kept_characters"] for g in counts["by_source"].values())
    assert counts["kept_characters"] < sum(
        g["kept_characters"] for g in counts["by_source"].values()
    )


@pytest.mark.parametrize("stage", GOLDEN)
def test_an_output_changes_only_with_the_version(
    stage: str, found: tuple[Golden, dict[str, Any]]
) -> None:
    version, keys, results = found[0][stage]
    if keys == GOLDEN[stage][1]:
        assert results == GOLDEN[stage][2], f"raise the version of {stage} in corpora/stages.py"
    assert (version, keys, results) == GOLDEN[stage], "see this module's first lines"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as _folder:
        for _stage, _row in _run(Path(_folder))[0].items():
            print(f'    "{_stage}": {_row},'.replace("'", '"'))  # noqa: T201
