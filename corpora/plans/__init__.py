"""Which units a job consists of, stage by stage: pure functions of what is finished.

A plan knows nothing of who runs its units. The local runner and the control
plane both ask it for the next stage's units, run them in any order, and hand
the results back. ``Results`` keeps them in part order, so the order in which
they finished cannot matter.
"""

from __future__ import annotations

from corpora.plans.curate import CuratePlan
from corpora.plans.export import ExportPlan, TrainPlan
from corpora.plans.ingest import IngestPlan, accounts_of, parts_of, records_of
from corpora.plans.plan import (
    OPTIONAL,
    Outcome,
    PartRef,
    Plan,
    Results,
    begins_anew,
    label,
    lost_parts,
    only,
    place,
    rests_on,
)
from corpora.plans.view import BESIDE

__all__ = [
    "BESIDE",
    "OPTIONAL",
    "CuratePlan",
    "ExportPlan",
    "IngestPlan",
    "Outcome",
    "PartRef",
    "Plan",
    "Results",
    "TrainPlan",
    "accounts_of",
    "begins_anew",
    "label",
    "lost_parts",
    "only",
    "parts_of",
    "place",
    "records_of",
    "rests_on",
]
