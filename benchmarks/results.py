"""What is written of a run: one JSON and one Markdown file a piece of work."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    #: Everything that was measured, for JSON.
    data: Any
    notes: Sequence[str] = field(default_factory=list)

    def table(self) -> str:
        """Markdown that also reads well on a terminal.

        >>> made = Result(name="a", title="", columns=("", "s"), rows=[["茶", "1"]], data=None)
        >>> print(made.table())
        |   | s |
        |---|---|
        | 茶 | 1 |
        """
        cells = [[cell.replace("|", "\\|") for cell in row] for row in [self.columns, *self.rows]]
        widths = [max(1, *(len(row[n]) for row in cells)) for n in range(len(self.columns))]
        lines = [
            "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
            for row in cells
        ]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        return "\n".join(lines)

    def markdown(self, circumstances: Mapping[str, Any]) -> str:
        said = [f"- {name}: {value}" for name, value in circumstances.items()]
        notes = [f"\n{note}" for note in self.notes]
        return "\n".join([f"# {self.title}\n", *said, "", self.table(), *notes, ""])


def write(result: Result, circumstances: Mapping[str, Any], folder: Path) -> Path:
    """``folder``/DATE-NAME.json and .md; a second run of one day takes the first one's place."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y-%m-%d}-{result.name}.json"
    value = {
        "name": result.name,
        "title": result.title,
        "circumstances": circumstances,
        "notes": list(result.notes),
        "data": result.data,
    }
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
    path.with_suffix(".md").write_text(result.markdown(circumstances), "utf-8")
    return path
