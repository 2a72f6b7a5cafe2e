"""Plans from the frozen arguments of runs, also of those that were started long ago."""

from __future__ import annotations

from corpora.plans import CuratePlan, PartRef
from corpora.recipe import load
from curation.models import Run
from curation.plans import plan_of


def test_arguments_from_before_parts_knew_their_corpus_are_still_a_plan() -> None:
    content = load("default").to_json()
    assert not {"prefer", "fold_kana", "containment"} & content["dedup"].keys()
    arguments = {
        "recipe": content,
        "parts": [{"documents": "ab", "rows": 3, "source": "本.jsonl"}],
        "quarantine": [],
        "files": [],
        "judgements": "",
        "opt_outs": {"ids": [], "hosts": [], "urls": []},
        "tokenizer": "",
    }
    plan = plan_of(Run(kind=Run.Kind.CURATE, arguments=arguments))
    assert isinstance(plan, CuratePlan)
    assert plan.parts == (PartRef(documents="ab", rows=3, source="本.jsonl", corpus=""),)
    assert plan.recipe == load("default")
