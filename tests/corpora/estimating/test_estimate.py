"""``python -m corpora estimate``: a line through two measured runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from corpora.__main__ import main
from corpora.documents import PART_BYTES
from corpora.errors import KotoguraError
from corpora.estimating import calibration, command
from corpora.estimating.measured import Calibration, Measured, Round, Taken
from corpora.estimating.model import estimate
from corpora.estimating.texts import read, write
from corpora.recipe import load
from tools import scale

MEGABYTE = 1_000_000
WORKERS = 2


def taken(stage: str, size: int, *, alone: bool) -> Taken:
    """1 s of work and 1 s a million bytes, all of it by one worker or shared out; a shard is full
    with three million."""
    work = 1 + size / MEGABYTE
    units = size / 3 / MEGABYTE if stage == "export.shards" else 1
    return Taken(
        stage=stage,
        seconds=work if alone else work / WORKERS,
        processor=2 * work,
        memory=100 + size // 2,
        grown=size // 2,
        disk=size // 2,
        rounds=(Round(work=work, units=units),),
    )


def measured(size: int) -> Measured:
    stages = {"normalize": False, "dedup.bands": True, "dedup": True, "export.shards": False}
    stages["tokenization.train"] = True
    return Measured(
        bytes=size,
        part=size // 2,
        documents=size // 1_000,
        workers=WORKERS,
        stages=tuple(taken(name, size, alone=alone) for name, alone in stages.items()),
    )


def later(run: Measured, seconds: float) -> Measured:
    """The same in processes that take so much longer over each stage to begin with."""
    stages = [
        replace(one, seconds=one.seconds + seconds, processor=one.processor + seconds)
        for one in run.stages
    ]
    return replace(run, stages=tuple(stages))


def estimated(size: int, once: float = 0) -> Mapping[str, Taken]:
    small, large = measured(MEGABYTE), measured(4 * MEGABYTE)
    known = Calibration(fresh=later(small, once), small=small, large=large)
    return {one.stage: one for one in estimate(known, load("default"), bytes=size).stages}


def test_what_is_linear_is_met() -> None:
    size = 4 * PART_BYTES
    found, work = estimated(size), 1 + size / MEGABYTE
    assert found["dedup"].seconds == pytest.approx(work)
    assert found["normalize"].seconds == pytest.approx(work / 2)
    assert found["normalize"].processor == pytest.approx(2 * work)
    assert found["dedup"].disk == size // 2
    # A part is as large in the end as it gets; what sees all documents grows with them.
    assert found["normalize"].memory == pytest.approx(100 + PART_BYTES, abs=2)
    assert found["dedup"].memory == 100 + size // 2
    # A tokenizer learns from four million bytes.
    assert found["tokenization.train"].seconds == pytest.approx(5)


def test_what_comes_once_does_not_grow() -> None:
    size = 4 * PART_BYTES
    quick, slow = estimated(size), estimated(size, once=5)
    for stage in quick:
        assert slow[stage].seconds == pytest.approx(quick[stage].seconds + 5)
        assert slow[stage].processor == pytest.approx(quick[stage].processor + 5)


def test_a_last_part_is_waited_for() -> None:
    found, work = estimated(5 * PART_BYTES), 1 + 5 * PART_BYTES / MEGABYTE
    assert found["normalize"].seconds == pytest.approx(work * 3 / 5)


def test_as_many_work_as_there_are_units() -> None:
    # Shards of three million bytes: one of them, and what one worker has of three and a half.
    assert estimated(3 * MEGABYTE)["export.shards"].seconds == pytest.approx(4)
    size = 21 * MEGABYTE // 2
    work = 1 + size / MEGABYTE
    assert estimated(size)["export.shards"].seconds == pytest.approx(work * 2 / 3.5)
    # Bands are one unit until there are many documents.
    for documents, share in ((199_000, 1), (200_000, 1 / 2)):
        found = estimated(documents * 1_000)["dedup.bands"].seconds
        assert found == pytest.approx((1 + documents / 1_000) * share)


def test_times_are_those_of_loaded_processes_and_memory_of_fresh_ones() -> None:
    small, large = measured(MEGABYTE), measured(4 * MEGABYTE)

    def held(run: Measured) -> Measured:
        stages = [replace(one, memory=one.memory + 50, grown=0) for one in run.stages]
        return replace(run, stages=tuple(stages))

    made = [((later(small, 3), held(large)), (later(large, 7), held(small)))] * 2
    found = calibration.together(made)
    assert found == Calibration(fresh=later(small, 3), small=small, large=large)


def test_a_run_that_was_disturbed_does_not_count() -> None:
    calm, slow, large = (measured(size * MEGABYTE) for size in (1, 2, 3))
    for runs in ([slow, large, calm], [large, calm, slow]):
        for found, quick, usual in zip(
            calibration.undisturbed(runs).stages, calm.stages, slow.stages, strict=True
        ):
            assert (found.seconds, found.processor) == (quick.seconds, quick.processor)
            assert found.rounds[0].work == quick.rounds[0].work
            assert (found.memory, found.grown) == (usual.memory, usual.grown)


def test_it_measures_once_and_says_what_it_expects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(command, "_MEGABYTE", 16_000)
    # In this process, which has everything loaded already.
    monkeypatch.setattr(calibration, "apart", lambda measure, *given: measure(*given))
    asked = ["estimate", "--documents", "1000", "--bytes", "500000", "--recipe", "keep-all"]
    asked += ["--workers", "1", "--calibrate-megabytes", "4", "--json"]
    assert main(asked) == 0
    told = orjson.loads(capsys.readouterr().out)
    assert {"ingest", "normalize", "dedup", "snapshot", "export", "rest"} <= set(told["stages"])
    assert told["seconds"] == pytest.approx(
        sum(stage["seconds"] for stage in told["stages"].values()), abs=0.2
    )
    assert told["memory"] > 50_000_000
    assert told["stages"]["ingest"]["disk"] > 0
    runs = map(Measured.from_json, told["calibration"].values())
    shards = [one for run in runs if (one := run.of("export.shards"))]
    assert [0 < shard.units < 1 for one in shards for shard in one.rounds] == [True] * 3
    monkeypatch.setattr(calibration, "apart", None)
    assert main(asked) == 0
    assert orjson.loads(capsys.readouterr().out) == told


def test_a_persons_own_texts_are_measured_with(tmp_path: Path) -> None:
    for name in "abcd":
        about = {"url": f"https://{name}.example/", "rank": 7}
        texts = [orjson.dumps({"text": f"{name}{n}" * 50, **about}) for n in range(100)]
        (tmp_path / f"{name}.jsonl").write_bytes(b"\n".join(texts))
    (tmp_path / "no text.bin").write_bytes(b"\0" * 1_000)
    made = {tmp_path / "made" / name: share for name, share in (("one", 2), ("two", 1))}
    documents, size = write(made, read([tmp_path], 4_000), 4_000)
    lines = [(path / "texts.jsonl").read_bytes().splitlines() for path in made]
    assert sum(map(len, lines)) == documents
    assert abs(len(lines[0]) - 2 * len(lines[1])) <= 2
    assert 4_000 <= size < 4_200
    # Some of each file, with all that is said of a document.
    records = [orjson.loads(line) for some in lines for line in some]
    hosts = {(record["text"][0], record["url"], record["rank"]) for record in records}
    assert hosts == {(name, f"https://{name}.example/", 7) for name in "abcd"}
    with pytest.raises(KotoguraError, match="there are only"):
        write({tmp_path / "more": 1}, read([tmp_path], 10**6), 10**6)


def test_the_tables_of_the_document_are_what_is_estimated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = scale.DOCUMENT.read_text("utf-8")
    assert scale.written(text) == text, "python -m tools.scale"
    other = orjson.loads(scale.MEASURED.read_bytes())
    other["calibration"]["large"]["stages"][1]["disk"] *= 3
    monkeypatch.setattr(scale, "MEASURED", tmp_path / "other.json")
    scale.MEASURED.write_bytes(orjson.dumps(other))
    assert scale.written(text) != text


def test_a_number_that_makes_no_sense_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", "--documents", "0", "--bytes", "1"]) == 1
    assert "must be at least 1" in capsys.readouterr().err
