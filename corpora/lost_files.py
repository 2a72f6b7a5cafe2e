"""The accounts of files whose ingest unit was given up: they are told, never just missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from corpora.ingest.accounts import Account
from corpora.plans import Results, only


def lost_files(results: Results) -> list[dict[str, Any]]:
    """An account with the unit's reason for each file of the given-up units of an ingest."""
    groups = only(results, "scan").counts["groups"]
    return [
        replace(
            Account.of(file),
            error=outcome.reason or "it was read together with a file that could not be.",
        ).to_json()
        for outcome in results["ingest"]
        if outcome.result is None
        for file in groups[int(outcome.part)]
    ]
