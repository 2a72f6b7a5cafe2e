"""What a run is given when it starts."""

from __future__ import annotations

import pyarrow as pa
import pytest

from corpora.documents import JUDGEMENTS
from corpora.storage import Store
from curation.actions import runs
from curation.actions.runs import arguments_of
from curation.models import Corpus, Judgement, Recipe, User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_judgements_are_listed_by_id_however_they_are_fetched(
    corpus: Corpus,
    recipe: Recipe,
    curated: Store,
    curator: User,
    monkeypatch: pytest.MonkeyPatch,
    piece: int,
) -> None:
    monkeypatch.setattr(runs, "_PIECE", piece)
    names = [f"{number * 7_919 % 31:032x}" for number in range(20)]
    verdicts = ["keep", "drop", "prefer", "skip"] * 5
    Judgement.objects.bulk_create(
        Judgement(corpus=corpus, document_id=name, verdict=verdict, by=curator)
        for name, verdict in zip(names * 2, ["drop"] * 20 + verdicts, strict=True)
    )
    stands = sorted(pair for pair in zip(names, verdicts, strict=True) if pair[1] != "skip")
    columns = {"id": [name for name, _ in stands], "verdict": [verdict for _, verdict in stands]}
    expected = curated.put_table(pa.table(columns, schema=JUDGEMENTS))
    assert arguments_of([corpus], recipe)["judgements"] == expected


def test_no_judgement_is_no_table(corpus: Corpus, recipe: Recipe, curator: User) -> None:
    Judgement.objects.create(corpus=corpus, document_id="a" * 32, verdict="skip", by=curator)
    assert arguments_of([corpus], recipe)["judgements"] == ""
