from __future__ import annotations

from corpora import recipe
from corpora.plans import CuratePlan, Outcome, PartRef, label
from corpora.stages import UnitResult


def test_a_part_lost_in_a_stage_that_began_early_is_lost_from_its_place_on() -> None:
    parts = tuple(PartRef(documents=f"{number}" * 64, rows=1) for number in range(2))
    plan = CuratePlan(recipe=recipe.load("default"), parts=parts)
    normalized = [
        Outcome(part=label(number), result=UnitResult(outputs={"text": "a" * 64}))
        for number in range(2)
    ]
    results = {
        "normalize": normalized,
        "search": [Outcome(part=label(1), result=None, reason="out of luck")],
    }
    assert [unit.part for unit in plan.units("signals", results)] == ["00000", "00001"]
    (fields,) = plan.units("search.fields", results)
    assert fields.inputs["tables"] == [parts[0].documents]
