"""A snapshot: one manifest that names every blob of a curated corpus and adds up its counts.

A manifest lists its parts in order and holds no time stamps, so the same work
gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from corpora.errors import KotoguraError
from corpora.ingest.accounts import joined
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Write the manifest. Outputs {"manifest": blob}; counts: the manifest's own.

    Raises KotoguraError when documents in ≠ kept + dropped + failed.
    """
    counts = _counts(unit, store)
    progress(documents=counts["documents_in"])
    manifest = {"kind": "snapshot", **unit.inputs, **unit.params, "counts": counts}
    return UnitResult(outputs={"manifest": store.put_json(manifest)}, counts=counts)


def _counts(unit: UnitSpec, store: Store) -> dict[str, Any]:
    parts = unit.inputs["parts"]
    decided = [part["counts"]["decisions"] for part in parts]
    encoded = [part["counts"]["tokenization"] for part in parts if part["tokens"]]
    edited = [part["counts"]["edits"] for part in parts]
    failed = sum(part["rows"] for part in unit.params["failed"])
    files = joined(file for blob in unit.inputs["files"] for file in store.read_json(blob))
    by_source = _grouped(parts, lambda part, domain: str(part["source"]))
    counts = {
        "documents_in": sum(part["rows"] for part in parts) + failed,
        "kept": sum(part["kept"] for part in decided),
        "dropped": add(part["dropped"] for part in decided),
        "dropped_characters": add(part["dropped_characters"] for part in decided),
        "failed": failed,
        "quarantined": _quarantined(unit, store),
        "characters": sum(group["characters"] for group in by_source.values()),
        "kept_characters": sum(group["characters_after"] for group in edited),
        "empty_after_edits": sum(part["kept"] for part in decided)
        - sum(part["documents"] for part in edited),
        "tokens": sum(part["tokens"] for part in encoded) if encoded else None,
        "by_source": by_source,
        "by_domain": _grouped(parts, lambda part, domain: domain),
        "files": len(files),
        "bytes_in": sum(file["bytes"] for file in files),
    }
    _require_sum(counts)
    return counts


def _require_sum(counts: Mapping[str, Any]) -> None:
    accounted = counts["kept"] + sum(counts["dropped"].values()) + counts["failed"]
    if accounted != counts["documents_in"]:
        raise KotoguraError(
            f"{counts['documents_in']} documents came in, but {accounted} are accounted for.",
            remedy="This is a fault of the product: please report it with the run's number.",
        )


def _quarantined(unit: UnitSpec, store: Store) -> dict[str, int]:
    reasons: Counter[str] = Counter()
    for blob in unit.inputs["quarantine"]:
        table = store.read_table(blob, columns=["reason"])
        reasons.update(str(reason) for reason in table["reason"].to_pylist())
    return dict(sorted(reasons.items()))


def add(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of counters, in the order in which their names first appear.

    >>> add([{"重複": 1}, {"短文": 2, "重複": 3}])
    {'重複': 4, '短文': 2}
    """
    total: dict[str, int] = {}
    for counter in counts:
        for name, number in counter.items():
            total[name] = total.get(name, 0) + number
    return total


def _grouped(
    parts: Iterable[Mapping[str, Any]], name_of: Callable[[Mapping[str, Any], str], str]
) -> dict[str, dict[str, int]]:
    """Documents, characters and tokens over all parts, by source or by domain."""
    grouped: dict[str, dict[str, int]] = {}
    for part in parts:
        for domain, group in part["counts"]["decisions"]["by_domain"].items():
            name = name_of(part, domain)
            grouped[name] = add([grouped.get(name, {}), group])
        for domain, group in part["counts"]["tokenization"].get("by_domain", {}).items():
            encoded = {"tokens": group["tokens"], "encoded_characters": group["characters"]}
            name = name_of(part, domain)
            grouped[name] = add([grouped.get(name, {}), encoded])
    return dict(sorted(grouped.items()))
