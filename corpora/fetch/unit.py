"""The fetch unit: one URL, or everything below a prefix of S3, becomes blobs of the store.

It looks at the outside world, so its key says nothing; but what is recorded under the key is
what was fetched last, and a server is asked whether that is still so.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from corpora.errors import SourceError
from corpora.fetch import digests
from corpora.fetch.partial import Partial, expect, forget_old, partial
from corpora.fetch.policy import Policy
from corpora.fetch.urls import is_s3, name_of, origin_of
from corpora.fetch.watch import Watch
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Stage "fetch". Params: ``url``, ``sha256`` ("" when nobody stated it); hints: ``policy``.

    Outputs {"blobs": […], "records": […]}, one a file; a record is the JSON of what was asked and
    answered, and when. counts: {"files": [{"name", "source", "origin", "robots"}, …], "bytes": n,
    "unchanged": files that the store had already}.
    """
    policy = Policy.from_json(unit.hints["policy"])
    forget_old(store)
    with Watch(unit.params["url"], progress, policy.seconds) as watch:
        fetch = _Fetch(unit, store, policy, watch)
        return fetch.objects() if is_s3(unit.params["url"]) else fetch.page()


class _Fetch:
    def __init__(self, unit: UnitSpec, store: Store, policy: Policy, watch: Watch) -> None:
        self._unit = unit
        self._url: str = unit.params["url"]
        self._stated: str = unit.params["sha256"]
        self._store = store
        self._policy = policy
        self._watch = watch

    def page(self) -> UnitResult:
        """One file over http(s)."""
        from corpora.fetch.http import Download

        before = self._earlier()
        with partial(self._store, self._unit.key) as arriving:
            validators = self._store.read_json(before["record"]) if before else {}
            download = Download(self._url, arriving, self._policy, self._watch, validators)
            if not download.run() and before:
                arriving.remove()
                return self._result([before], [self._url], unchanged=1)
            kept = self._keep(arriving, self._url, final_url=download.final_url)
        return self._result([kept], [self._url], unchanged=0)

    def objects(self) -> UnitResult:
        """An object, or all below a prefix; each is recorded as it arrives."""
        from corpora.fetch.s3 import Bucket

        bucket = Bucket(self._url, self._policy)
        kept, urls, unchanged = [], [], 0
        before = self._versions()
        objects = bucket.objects()
        expect(self._store, self._unit.key, sum(one.bytes for one in objects))
        for one in objects:
            key = _key_of(one.url, bucket.validators(one).etag, one.bytes)
            if (known := before.get(key) or self._known(key)) is not None:
                unchanged += 1
                self._watch.received += one.bytes
            else:
                with partial(self._store, key) as arriving:
                    bucket.download(one, arriving, self._watch)
                    known = self._keep(arriving, one.url, final_url=one.url)
                self._store.record(key, {"outputs": known, "counts": {}})
            kept.append(known)
            urls.append(one.url)
            self._watch.check()
        return self._result(kept, urls, unchanged=unchanged)

    def _keep(self, arriving: Partial, url: str, *, final_url: str) -> dict[str, str]:
        """The partial file as a blob of the store, with a record of where it came from."""
        validators = arriving.validators
        stated = [["sha256", "sha256", self._stated]] if self._stated else []
        differing = digests.differing(
            arriving.path_synced(), [*stated, *validators.digests], self._watch.check
        )
        if differing is not None:
            where, expected, found = differing
            arriving.remove()
            raise SourceError(
                url,
                None,
                f"its {where} should be {expected}, but is {found}.",
                remedy="Check the stated sha256, or whether the file was replaced."
                if where == "sha256"
                else "It arrived damaged: fetch it again.",
                retryable=where != "sha256",
            )
        size = arriving.size
        blob = self._store.adopt(arriving.path)
        arriving.remove()
        record = {
            "url": url,
            "final_url": final_url,
            "etag": validators.etag,
            "last_modified": validators.last_modified,
            "content_type": validators.content_type,
            "robots": validators.robots,
            "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": blob,
            "bytes": size,
            "checked": [where for where, _, _ in [*stated, *validators.digests]],
        }
        return {"blob": blob, "record": self._store.put_json(record)}

    def _earlier(self) -> dict[str, str] | None:
        """What this unit gave last, if the store still has it."""
        value = self._store.lookup(self._unit.key)
        if value is None:
            return None
        (blob,), (record,) = value["outputs"]["blobs"], value["outputs"]["records"]
        there = self._store.has(blob) and self._store.has(record)
        return {"blob": blob, "record": record} if there else None

    def _versions(self) -> dict[str, dict[str, str]]:
        """The objects that this unit gave last and the store still has, by their versions."""
        value = self._store.lookup(self._unit.key)
        outputs = value["outputs"] if value else {"blobs": [], "records": []}
        found = {}
        for blob, record in zip(outputs["blobs"], outputs["records"], strict=True):
            if self._store.has(blob) and self._store.has(record):
                said = self._store.read_json(record)
                key = _key_of(said["url"], said["etag"], said["bytes"])
                found[key] = {"blob": blob, "record": record}
        return found

    def _known(self, key: str) -> dict[str, str] | None:
        value = self._store.lookup(key)
        if value is None or not all(map(self._store.has, value["outputs"].values())):
            return None
        known: dict[str, str] = value["outputs"]
        return known

    def _result(self, kept: list[dict[str, str]], urls: list[str], *, unchanged: int) -> UnitResult:
        origin = origin_of(self._url)
        files: list[dict[str, Any]] = [
            {"name": name_of(url), "source": url, "origin": origin, **_robots(record)}
            for url, record in zip(
                urls, (self._store.read_json(one["record"]) for one in kept), strict=True
            )
        ]
        return UnitResult(
            outputs={
                "blobs": [one["blob"] for one in kept],
                "records": [one["record"] for one in kept],
            },
            counts={"files": files, "bytes": self._watch.received, "unchanged": unchanged},
        )


def _robots(record: dict[str, Any]) -> dict[str, list[str]]:
    """What the server says to robots, where it says anything."""
    return {"robots": record["robots"]} if record["robots"] else {}


def _key_of(url: str, etag: str, size: int) -> str:
    """One version of one object."""
    return hashlib.sha256(f"fetch/{url}/{etag}/{size}".encode()).hexdigest()
