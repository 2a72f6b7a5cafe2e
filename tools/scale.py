"""The tables of docs/scale.md, from what ``python -m corpora estimate`` measured.

``python -m tools.scale`` writes them; ``--check`` says whether they are what they should be. The
measured runs are those of docs/scale.json: what ``estimate --json`` printed.
"""

from __future__ import annotations

import json
import re
import sys
from math import ceil

from corpora.documents import PART_BYTES
from corpora.estimating.measured import Calibration, Taken
from corpora.estimating.model import BY_PART, Estimate, estimate
from corpora.recipe import load
from tools.repository import ROOT

DOCUMENT = ROOT / "docs" / "scale.md"
MEASURED = ROOT / "docs" / "scale.json"
#: Documents of each table, of DOCUMENT_BYTES on average.
SIZES = (1_000_000, 1_000_000_000, 100_000_000_000)
DOCUMENT_BYTES = 4_096
_TABLES = re.compile(r"(<!-- made by tools/scale.py -->\n).*?(<!-- end -->)", re.DOTALL)
_UNITS = ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"))


def tables() -> str:
    """A table of the sizes, and one of the stages."""
    found = [expected(size) for size in SIZES]
    return "\n".join([*_whole(found), "", *_by_stage(found)])


def expected(documents: int) -> Estimate:
    """What ``python -m corpora estimate`` says of so many documents, from the stored runs."""
    calibration = Calibration.from_json(json.loads(MEASURED.read_text("utf-8"))["calibration"])
    return estimate(calibration, load("default"), bytes=documents * DOCUMENT_BYTES)


def _whole(found: list[Estimate]) -> list[str]:
    parts = [ceil(size * DOCUMENT_BYTES / PART_BYTES) for size in SIZES]
    rows = {
        "text": [_amount(size * DOCUMENT_BYTES) for size in SIZES],
        "parts of 64 MiB": [f"{count:,}" for count in parts],
        "store and results": [_amount(one.disk) for one in found],
        "processor": [_hours(one.processor) for one in found],
        "of it units that are few": [_hours(_alone(one)) for one in found],
        "days with 2 processors": [_days(one, 2) for one in found],
        "days with 1,000": [_days(one, 1_000) for one in found],
    }
    head = ["| documents | " + " | ".join(f"{size:,}" for size in SIZES) + " |"]
    head.append("|---" * (len(SIZES) + 1) + "|")
    return head + [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items()]


def _by_stage(found: list[Estimate]) -> list[str]:
    sizes = found[1:]
    head = ["| stage | units | " + " | ".join(map(_said, SIZES[1:])) + " | memory of a process |"]
    head.append("|---" * (len(sizes) + 3) + "|")
    rows = []
    for stages in zip(*(one.stages for one in sizes), strict=True):
        name = stages[0].stage
        units = "a part" if name in BY_PART else "few"
        memory = _amount(stages[0].memory) if name in BY_PART else ""
        rows.append(f"| `{name}` | {units} | " + " | ".join(map(_stage, stages)) + f" | {memory} |")
    return head + rows


def _said(size: int) -> str:
    return f"{size:,}: processor, disk"


def _stage(taken: Taken) -> str:
    return f"{_hours(taken.processor)}, {_amount(taken.disk)}"


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:,.0f} h" if seconds >= 36_000 else f"{seconds / 3600:.2g} h"


def _alone(found: Estimate) -> float:
    """Seconds that no second worker shares."""
    return sum(taken.processor for taken in found.stages if taken.stage not in BY_PART)


def _days(found: Estimate, processors: int) -> str:
    alone = _alone(found)
    days = (alone + (found.processor - alone) / processors) / 86_400
    return f"{days:,.0f}" if days >= 10 else f"{days:.2g}"


def _amount(size: float) -> str:
    """
    >>> _amount(4.096e12), _amount(12_300), _amount(0)
    ('4.1 TB', '0.012 MB', '0')
    """
    if not size:
        return "0"
    unit, name = next((pair for pair in _UNITS if size >= pair[0]), _UNITS[-1])
    value = size / unit
    return f"{value:,.0f} {name}" if value >= 100 else f"{value:.2g} {name}"


def written(text: str) -> str:
    """The document with its tables as they should be."""
    return _TABLES.sub(lambda found: f"{found[1]}\n{tables()}\n\n{found[2]}", text)


def main() -> int:
    text = DOCUMENT.read_text("utf-8")
    if "--check" in sys.argv[1:]:
        return int(written(text) != text)
    DOCUMENT.write_text(written(text), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
