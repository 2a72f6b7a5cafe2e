"""``python -m corpora estimate``: a line through two measured runs."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from corpora.__main__ import main
from corpora.documents import PART_BYTES
from corpora.errors import KotoguraError
from corpora.estimating import calibration, command
from corpora.estimating.model import Measured, Taken, estimate
from corpora.estimating.texts import read, write
from tools import scale


def measured(size: int) -> Measured:
    """1 s and 1 s a million bytes for each of two stages; tokens are learnt from two million."""
    seconds = 1 + size / 1_000_000
    taken = {"normalize": seconds, "dedup": seconds, "tokenization.train": min(seconds, 3)}
    return Measured(
        bytes=size,
        part=size // 2,
        documents=size // 1_000,
        workers=2,
        stages=tuple(
            Taken(
                stage=stage,
                seconds=value,
                processor=2 * value,
                memory=100 + size // 2,
                grown=size // 2,
                disk=size // 2,
            )
            for stage, value in taken.items()
        ),
    )


def test_what_is_linear_is_met() -> None:
    size = 4 * PART_BYTES
    found = estimate(measured(1_000_000), measured(4_000_000), bytes=size, sample_bytes=2_000_000)
    by_stage = {taken.stage: taken for taken in found.stages}
    assert by_stage["dedup"].seconds == pytest.approx(1 + size / 1_000_000)
    assert by_stage["normalize"].seconds == pytest.approx(1 + size / 1_000_000)
    assert by_stage["tokenization.train"].seconds == pytest.approx(3)
    assert by_stage["normalize"].processor == pytest.approx(2 * (1 + size / 1_000_000))
    assert by_stage["dedup"].disk == size // 2
    # A part is as large in the end as it gets; what sees all documents grows with them.
    assert by_stage["normalize"].memory == pytest.approx(100 + PART_BYTES, abs=2)
    assert by_stage["dedup"].memory == 100 + size // 2


def test_a_last_part_is_waited_for() -> None:
    sizes = {"bytes": 5 * PART_BYTES, "sample_bytes": 2_000_000}
    found = estimate(measured(1_000_000), measured(4_000_000), **sizes)
    by_stage = {taken.stage: taken.seconds for taken in found.stages}
    assert by_stage["normalize"] == pytest.approx(by_stage["dedup"] * 6 / 5)


def test_a_run_that_was_disturbed_does_not_count() -> None:
    calm, slow, large = (measured(size) for size in (1_000_000, 2_000_000, 3_000_000))
    for runs in ([slow, large, calm], [large, calm, slow]):
        for found, quick, usual in zip(
            calibration.undisturbed(runs).stages, calm.stages, slow.stages, strict=True
        ):
            assert (found.seconds, found.processor) == (quick.seconds, quick.processor)
            assert (found.memory, found.grown) == (usual.memory, usual.grown)


def test_it_measures_once_and_says_what_it_expects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(command, "_MEGABYTE", 16_000)
    # In this process, which has everything loaded already.
    monkeypatch.setattr(calibration, "_apart", calibration._measure)
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
    monkeypatch.setattr(calibration, "_apart", None)
    assert main(asked) == 0
    assert orjson.loads(capsys.readouterr().out) == told


def test_a_persons_own_texts_are_measured_with(tmp_path: Path) -> None:
    for name in "abcd":
        texts = [orjson.dumps({"text": f"{name}{number}" * 50}) for number in range(100)]
        (tmp_path / f"{name}.jsonl").write_bytes(b"\n".join(texts))
    (tmp_path / "no text.bin").write_bytes(b"\0" * 1_000)
    made = {tmp_path / "made" / name: share for name, share in (("one", 2), ("two", 1))}
    documents, size = write(made, read([tmp_path], 4_000), 4_000)
    lines = [(path / "texts.jsonl").read_bytes().splitlines() for path in made]
    assert sum(map(len, lines)) == documents
    assert abs(len(lines[0]) - 2 * len(lines[1])) <= 2
    assert 4_000 <= size < 4_200
    # Some of each file.
    assert {orjson.loads(line)["text"][0] for some in lines for line in some} == set("abcd")
    with pytest.raises(KotoguraError, match="there are only"):
        write({tmp_path / "more": 1}, read([tmp_path], 10**6), 10**6)


def test_the_tables_of_the_document_are_what_is_estimated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = scale.DOCUMENT.read_text("utf-8")
    assert scale.written(text) == text, "python -m tools.scale"
    other = orjson.loads(scale.MEASURED.read_bytes())
    other["calibration"][1]["stages"][1]["disk"] *= 3
    monkeypatch.setattr(scale, "MEASURED", tmp_path / "other.json")
    scale.MEASURED.write_bytes(orjson.dumps(other))
    assert scale.written(text) != text


def test_a_number_that_makes_no_sense_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", "--documents", "0", "--bytes", "1"]) == 1
    assert "must be at least 1" in capsys.readouterr().err
