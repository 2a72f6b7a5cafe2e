"""Every component in its states, for those who change them; there when GALLERY says so.

Shown from the templates that the other pages use, with things made up here: nothing is read
from the database, nothing is written.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from corpora.decisions.what_if import Histogram
from corpora.recipe import Rule
from corpora.signals import SIGNALS
from curation.forms.corpora import CorpusForm
from curation.forms.documents import FilterForm
from curation.forms.home import USUAL, BudgetForm
from curation.models import Corpus, Run, Snapshot
from curation.queries.budget import Budget, Slice
from curation.queries.charts import chart
from curation.queries.explore import Brush
from curation.queries.following import Following
from curation.queries.runs import Cell, ErrorGroup, Grid, StageRow
from curation.queries.steps import Step
from curation.queries.survivors import bars
from curation.templatetags.workbench import STATES
from curation.views.asked import Asked
from curation.views.studio import Line

_RULE = Rule(name="hiragana", signal="hiragana_share", min=0.2)
_STATES = ("known", "done", "leased", "retry", "ready", "given_up", "cancelled")


@require_GET
@login_required
def gallery(request: Asked) -> HttpResponse:
    context: dict[str, Any] = {
        "states": STATES,
        "notices": _notices(),
        "page": Paginator(range(1_234), 25).get_page(request.GET.get("page")),
        "form": CorpusForm({"name": "Not a name", "title": "青空"}),
        "check": FilterForm()["any_rule"],
        "snapshot": Snapshot(pk=1),
        "grid": _grid(),
        "stages": _stages(),
        "errors": _errors(),
        "following": Following(runs=[], awaited=[Run.Kind.CURATE, Run.Kind.EXPORT]),
        "steps": _steps(),
        "survivors": bars([("", 900), ("too_short", 700), ("near_duplicate", 520)]),
        "budget": _budget(),
        "budget_form": BudgetForm(initial={"budget": USUAL}),
        "line": _line(),
        "brush": Brush(signal=_RULE.signal, chart=_chart(), low="0.2", high="", documents=900),
        "limits": ("min.hiragana_share", "max.hiragana_share"),
        "pair": _pair(),
    }
    return render(request, "gallery/page.html", context)


def _notices() -> list[Any]:
    said = {
        "info": _("Nothing waits for you."),
        "success": _("Corpus %(name)s created.") % {"name": "news"},
        "warning": _("An uploaded file stays as it is."),
        "error": _("There is a corpus %(name)s already.") % {"name": "news"},
    }
    return [_Said(level, text) for level, text in said.items()]


class _Said(str):
    """A message as Django's own prints itself."""

    level_tag: str

    def __new__(cls, level: str, text: str) -> _Said:
        said = super().__new__(cls, text)
        said.level_tag = level
        return said


def _grid() -> Grid:
    cells = [
        Cell(state=_STATES[n % 7], first=f"{n:05d}", last=f"{n:05d}", units=1, seconds=1.5)
        for n in range(60)
    ]
    return Grid(stage="signals", cells=cells, per_cell=1, legend=dict.fromkeys(_STATES, 9), lines=1)


def _stages() -> list[StageRow]:
    known: dict[str, Any] = {"working": 0, "bytes_total": None, "began": None}
    return [
        StageRow(
            name="normalize", state="done", units=60, done=60, known=12, given_up=0,
            documents=120_000, documents_total=120_000, bytes=64_000_000, seconds=75, **known,
        ),
        StageRow(
            name="signals", state="running", units=60, done=20, known=0, given_up=1,
            documents=41_234, documents_total=120_000, bytes=21_000_000, seconds=31, **known,
        ),
        StageRow(
            name="dedup", state="", units=None, done=0, known=0, given_up=0,
            documents=None, documents_total=None, bytes=0, seconds=None, **known,
        ),
    ]  # fmt: skip


def _errors() -> list[ErrorGroup]:
    example = "/data/a.jsonl.gz, byte 4,096: the gzip data ends early."
    group = ErrorGroup(
        stage="ingest", units=3, given_up=1, example=example, part="00007", worker="io@host"
    )
    return [group]


def _steps() -> list[Step]:
    corpus, run = Corpus(name="news"), Run(pk=12, kind=Run.Kind.CURATE, reason="disk full")
    return [
        Step(kind="run-failed", run=run),
        Step(kind="run-stopped", run=run),
        Step(kind="run-first", corpus=corpus, number=1_204_331),
        Step(kind="add-source", corpus=corpus),
    ]


def _budget() -> Budget:
    slices = [
        Slice(name="news", tokens=4_100_000_000, x=0, width=410),
        Slice(name="law + web", tokens=1_900_000_000, x=410, width=190),
    ]
    return Budget(
        wanted=USUAL, tokens=6_000_000_000, slices=slices, tokenizers=["news-2", "wide-32k"]
    )


def _chart() -> Any:
    counts = np.array([40, 90, 60, 120, 300, 420, 380, 200, 90, 20])
    return chart(Histogram(counts=counts, edges=np.linspace(0, 0.8, 11), missing=3), _RULE)


def _line() -> Line:
    return Line(
        number=0,
        rule=_RULE,
        signal=SIGNALS[_RULE.signal],
        chart=_chart(),
        limits=[("min", "0.2")],
        lost=12_304,
        failing=20_001,
    )


def _pair() -> dict[str, Any]:
    """What the bar of a group of duplicates takes."""
    return {
        "group": SimpleNamespace(kind="near", name="0" * 32),
        "left": SimpleNamespace(id="1" * 32),
        "right": SimpleNamespace(id="2" * 32, judged=""),
    }


urlpatterns = [path("gallery/", gallery, name="gallery")] if settings.GALLERY else []
