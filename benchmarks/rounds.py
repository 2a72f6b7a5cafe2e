"""A contest held: everybody in turn, several times, and what came of it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.contest import Answer, Contender, Contest, WorkFailed, run
from benchmarks.environments import PeerMissing
from benchmarks.results import Result
from benchmarks.workshop import Workshop

_COLUMNS = ("", "on", "median", "min–max", "rate", "ours ×", "peak memory", "agreement")
_BRACKETS = "In brackets: the ratio by processor time, which other people's load moves less."


def hold(contest: Contest, shop: Workshop) -> Result:
    """Every contender once a round, the order turned round each time. Asserts nothing."""
    given = contest.prepare(shop)
    contenders = [one for one in contest.contenders if shop.wants(one.peer)]
    answers: dict[str, list[Answer]] = {one.label: [] for one in contenders}
    failed: dict[str, str] = {}
    kept = shop.folder / "kept" / contest.name
    for number in range(shop.rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            if contender.label in failed:
                continue
            # Results are looked at once: the work is the same in every round.
            out = kept / str(contenders.index(contender)) if number == 0 else None
            _say(contest, contender, number)
            try:
                answers[contender.label].append(run(contender, given, out))
            except (WorkFailed, PeerMissing) as error:
                failed[contender.label] = str(error)
    done = [
        Standing(contender=one, answers=found)
        for one in contenders
        if (found := answers[one.label])
    ]
    agreement = contest.agreement(
        shop, given, {one.contender.label: one.answers[0] for one in done}
    )
    shutil.rmtree(kept, ignore_errors=True)
    ours = next((one for one in done if one.contender is contest.contenders[0]), None)
    return Result(
        name=contest.name,
        title=contest.title,
        columns=_COLUMNS,
        rows=[
            *(_row(contest, one, ours, agreement) for one in done),
            *([label, *[""] * 6, f"not measured: {why}"] for label, why in failed.items()),
        ],
        data=[
            *(_data(contest, one, ours, agreement) for one in done),
            *({"label": label, "failed": why} for label, why in failed.items()),
        ],
        notes=[f"To reach: {contest.target}.", _BRACKETS],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A contender and its answers, one a round."""

    contender: Contender
    answers: list[Answer]

    @property
    def seconds(self) -> list[float]:
        return [one.seconds for one in self.answers]

    def rate(self, contest: Contest) -> float:
        """The median round's."""
        return contest.amount(self.answers[0]) / median(self.seconds)

    def processor_rate(self, contest: Contest) -> float:
        spent = median(one.cpu_seconds for one in self.answers)
        return contest.amount(self.answers[0]) / spent


def _say(contest: Contest, contender: Contender, number: int) -> None:
    print(f"{contest.name}, round {number + 1}: {contender.label}", file=sys.stderr, flush=True)


def _ratios(contest: Contest, one: Standing, ours: Standing | None) -> tuple[float, float]:
    """Ours over this one, by the clock and by processor time."""
    if ours is None:
        return float("nan"), float("nan")
    return (
        ours.rate(contest) / one.rate(contest),
        ours.processor_rate(contest) / one.processor_rate(contest),
    )


def _row(
    contest: Contest, one: Standing, ours: Standing | None, agreement: Mapping[str, str]
) -> list[str]:
    first, cores = one.answers[0], one.contender.cores
    label = one.contender.label
    by_clock, by_processor = _ratios(contest, one, ours)
    return [
        label + (f" ({cores} cores)" if cores > 1 else ""),
        f"{first.bytes / 1e6:,.1f} MB" if contest.unit == "MB" else f"{first.documents:,}",
        f"{median(one.seconds):.3f} s",
        f"{min(one.seconds):.3f}–{max(one.seconds):.3f}",
        f"{one.rate(contest):,.1f} {contest.unit}/s",
        f"{by_clock:.2f} ({by_processor:.2f})",
        f"{max(answer.peak_rss for answer in one.answers) / 1e6:,.0f} MB",
        agreement.get(label, ""),
    ]


def _data(
    contest: Contest, one: Standing, ours: Standing | None, agreement: Mapping[str, str]
) -> dict[str, Any]:
    first, contender = one.answers[0], one.contender
    by_clock, by_processor = _ratios(contest, one, ours)
    return {
        "label": contender.label,
        "module": contender.module,
        "work": contender.work,
        "cores": contender.cores,
        "versions": dict(first.versions),
        "bytes": first.bytes,
        "documents": first.documents,
        "seconds": [round(answer.seconds, 4) for answer in one.answers],
        "cpu_seconds": [round(answer.cpu_seconds, 4) for answer in one.answers],
        "rate": one.rate(contest),
        "ours_over_this": by_clock,
        "ours_over_this_by_processor_time": by_processor,
        "peak_rss": max(answer.peak_rss for answer in one.answers),
        "counts": dict(first.counts),
        "agreement": agreement.get(contender.label, ""),
    }
