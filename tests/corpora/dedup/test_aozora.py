"""Editions of real works against their exact Jaccard (the shared corpora; skipped without)."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

from corpora.storage import Store
from tests.corpora.dedup.test_clusters import deduplicate, rows

#: Works whose pairs are tried: enough for every band of similarity, few enough for a test.
WORKS = 160


def test_editions_at_or_above_the_threshold_share_a_cluster(
    store: Store, shared_corpora: Path
) -> None:
    table = shared_corpora / "neardup_aozora" / "all_pairs_j5.tsv"
    with table.open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = sorted({pair[side] for pair in pairs for side in "ab"}, key=_size(shared_corpora))
    chosen = set(names[:WORKS])
    result = deduplicate(store, [[(name, _body(shared_corpora, name)) for name in sorted(chosen)]])
    cluster = {row["id"]: row["cluster"] for row in rows(store, result, "clusters")}
    wanted = [
        pair
        for pair in pairs
        if float(pair["j5_shinji"]) >= 0.8 and chosen >= {pair["a"], pair["b"]}
    ]
    assert len(wanted) > 20
    found = [p for p in wanted if p["a"] in cluster and cluster[p["a"]] == cluster.get(p["b"])]
    assert len(found) / len(wanted) >= 0.99
    assert all(edge["jaccard"] >= 0.8 for edge in rows(store, result, "duplicates"))


def _size(folder: Path) -> Callable[[str], int]:
    return lambda name: (folder / "aozora_sjis" / name).stat().st_size


def _body(folder: Path, name: str) -> str:
    """The work without header, colophon, notes and ruby, as its similarity was measured."""
    whole = (folder / "aozora_sjis" / name).read_bytes().decode("cp932", "replace")
    whole = whole.replace("\r\n", "\n")
    body = re.split(r"\n-{20,}\n", whole)[-1]
    body = re.split(r"\n底本[：:]", body)[0]
    return re.sub(r"※?［＃[^］]*］|《[^》]*》|｜", "", body)
