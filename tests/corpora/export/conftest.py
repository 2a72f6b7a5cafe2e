from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sentencepiece

from corpora.export.materialise import materialise
from corpora.plans import ExportPlan, only
from corpora.runner import Runner
from corpora.stages import UnitResult, UnitSpec, no_progress
from corpora.storage import Store
from corpora.tokenization import unit as tokenization
from corpora.tokenization.train import train
from tests.corpora.parts import Written, part

ROLES = ("documents", "text", "decisions", "edits")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "small.model"
    path.write_bytes(train([f"第{n}の文書は春の山を歩く話である。" for n in range(300)], 500))
    return path


@pytest.fixture(scope="session")
def processor(model: Path) -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(model_file=str(model))


@pytest.fixture
def documents() -> list[Written]:
    """Sixty: some dropped, one blank after its edits, one edited, one with odd characters."""
    made = [
        Written(
            id=f"{n:032x}",
            text=f"第{n}の文書は春の山を歩く話である。" * (1 + n % 4),
            kept=n % 5 != 4,
            labels={
                "source": f"第{n % 3}集.jsonl",
                "locator": f"row:{n}",
                "licence": "CC0" if n % 2 else None,
                "title": f"題{n}",
                "metadata": '{"頁":3}',
            },
        )
        for n in range(60)
    ]
    made[10] = Written(id=f"{10:032x}", text="広告", edits=[(0, 2, "")])
    made[11] = Written(id=f"{11:032x}", text="本文です。続きを読む", edits=[(5, 10, "")])
    made[12] = Written(id=f"{12:032x}", text='𠮷野さん😀\n"引用"\\タブ\tと改行\u2028')
    return made


class Exporter:
    """A snapshot made by hand, and its exports."""

    def __init__(self, store: Store, model: Path) -> None:
        self.store = store
        self.model = store.put_file(model)
        #: What encodes; the same unless a test wants trouble.
        self.encoder = ""

    def export(
        self,
        documents: Sequence[Written],
        format: str,
        *,
        encode: bool = True,
        split_at: int = 35,
        **settings: Any,
    ) -> UnitResult:
        pieces = (documents[:split_at], documents[split_at:])
        parts = [
            part(self.store, piece, label=f"{number:05d}") for number, piece in enumerate(pieces)
        ]
        for one in parts:
            one["tokens"] = self._tokens(one) if encode else ""
        snapshot = {
            "parts": parts,
            "tokenizer": self.model if encode else "",
            "recipe_sha256": "ab" * 32,
            "opt_outs": {"ids": [], "hosts": ["example.jp"], "urls": []},
        }
        plan = ExportPlan(
            snapshot=self.store.put_json(snapshot),
            manifest=snapshot,
            format=format,
            tokenizer=self.model if encode else "",
            settings=settings,
        )
        return only(Runner(self.store).run(plan), "export")

    def folder(self, result: UnitResult, path: Path) -> Path:
        materialise(result.outputs["manifest"], self.store, path)
        return path

    def _tokens(self, one: dict[str, Any]) -> str:
        inputs = {**{role: one[role] for role in ROLES}, "model": self.encoder or self.model}
        spec = UnitSpec(stage="tokenization", inputs=inputs)
        blob: str = tokenization.run(spec, self.store, no_progress).outputs["tokens"]
        return blob


@pytest.fixture
def exporter(store: Store, model: Path) -> Exporter:
    return Exporter(store, model)


def final(document: Written) -> str:
    """The document's text after its edits."""
    text = document.text
    for start, end, new in reversed(document.edits):
        text = text[:start] + new + text[end:]
    return text


def leaving(documents: Sequence[Written]) -> dict[str, str]:
    """id -> final text of every document that an export must hold."""
    return {d.id: final(d) for d in documents if d.kept and final(d).strip()}
