"""One byte is flipped in each of many files: everybody who looks finds every one of them."""

from __future__ import annotations

import random
from pathlib import Path

from pytest_django.live_server_helper import LiveServer

from corpora.errors import ExportError
from corpora.pull import pull
from curation.actions import tokens
from curation.store import store
from curation.upkeep.fsck import fsck
from curation.verification import verified
from tests.chaos.ground import Ground
from tests.chaos.outcome import Outcome
from tests.curation.exports import make_export

PROMISE = "one flipped byte in a file is found, in every file"


def bit_rot(ground: Ground, *, times: int = 200) -> Outcome:
    """In the files of an export: by fsck, by its verification, by the pull client that fetches
    them, and by the one that looks again at what it has."""
    rng = random.Random(0)
    files = {f"part-{n:05}.jsonl.zst": rng.randbytes(rng.randint(1, 40_000)) for n in range(times)}
    export = make_export(store(), by=ground.bench.by, files=files)
    token = tokens.create_token(name="pull", scopes=["pull"], days=1, by=ground.bench.by)[1]
    server = LiveServer("127.0.0.1")
    try:
        url = f"{server.url}/api/v1/exports/{export.pk}"
        mirror = ground.folder / "mirror"
        pull(url, mirror, token=token)
        for name in files:
            _flip(next(mirror.rglob(name)), rng)
        again = pull(url, mirror, token=token)
        whole = all(next(mirror.rglob(name)).read_bytes() == files[name] for name in files)
        blobs = {name: store().path(str(entry["sha256"])) for name, entry in export.files.items()}
        for path in blobs.values():
            _flip(path, rng)
        refused = _refused(url, ground.folder / "other", token, blobs, files)
        for path in blobs.values():
            _flip(path, rng)
        found = {finding.where for finding in fsck(deep=True)}
        problems = verified(export, by=None).detail["problems"]
    finally:
        server.stop()
    figures = {
        "files, each with one byte flipped": times,
        "fetched anew by a pull that looks at what it has": again.files - again.kept,
        "refused by a pull that fetches them": refused,
        "found by fsck --deep": len(found & {f"blob {e['sha256']}" for e in export.files.values()}),
        "found by the export's verification": len(problems),
        "set aside": sum(not store().has(str(e["sha256"])) for e in export.files.values()),
    }
    held = whole and all(number == times for number in figures.values())
    return Outcome(promise=PROMISE, held=held, figures=figures)


def _flip(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.chmod(0o644)
    path.write_bytes(content)


def _refused(
    url: str, out: Path, token: str, blobs: dict[str, Path], files: dict[str, bytes]
) -> int:
    """How many files the pull client refused; each is mended once it was, for the next."""
    refused: set[str] = set()
    for _ in range(2 * len(files)):
        try:
            pull(url, out, token=token)
        except ExportError as error:
            (name,) = [name for name in files if name in str(error)]
            refused.add(name)
            blobs[name].write_bytes(files[name])
        else:
            break
    return len(refused)
