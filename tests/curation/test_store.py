"""A whole curation over a store in a bucket."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpora.errors import StoreError
from curation.models import Recipe, Run, Snapshot, Source
from curation.store import store
from curation.upkeep.fsck import fsck
from curation.upkeep.gc import collect
from tests.curation import snapshots
from tests.services.s3 import S3

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture
def in_a_bucket(
    s3_server: S3, settings: SettingsWrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.secret)
    s3_server.filesystem().create_dir("whole")
    settings.STORE_URL = f"s3://whole?endpoint_override={s3_server.endpoint}&region=us-east-1"
    settings.STORE_CACHE_DIR = tmp_path / "here"


def test_a_bucket_gives_the_bytes_that_a_folder_gives(
    snapshot: Snapshot, in_a_bucket: None, recipe: Recipe
) -> None:
    corpus = snapshots.make_corpus(store(), *snapshots.PARTS, name="again")
    # By its name alone, the corpus is not the same.
    corpus.sources.update(
        parts=[{**part, "source": "books.jsonl"} for part in corpus.sources.get().parts],
        documents=sum(map(len, snapshots.PARTS)),
    )
    again = snapshots.make_snapshot(store(), corpus, recipe=recipe)
    assert again.manifest == snapshot.manifest
    assert str(store()) == "s3://whole"
    # What is left to check is in the bucket.
    Snapshot.objects.filter(pk=snapshot.pk).delete()
    Source.objects.exclude(corpus=corpus).delete()
    assert list(fsck(deep=True)) == []
    assert collect(keep_days=0).blobs.removed == 0
    Run.objects.filter(pk=again.run_id).update(state=Run.State.RUNNING)
    with pytest.raises(StoreError, match="Collect when every run has ended"):
        collect(keep_days=0)
