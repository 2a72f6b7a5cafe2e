"""A backup with a run in flight, restored into an empty place, where the run goes on."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from corpora.storage import Store
from curation.models import Corpus, Run, Unit, User
from curation.store import store as opened
from curation.upkeep.backup import back_up
from curation.upkeep.dump import BackupError, one_moment
from curation.upkeep.restore import restore
from tests.curation.upkeep.test_fsck import flip
from tests.integration.play import Workbench

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Store:
    return Store(tmp_path / "elsewhere")


def go_to(place: Store, settings: SettingsWrapper) -> None:
    """To stand before an empty database and an empty store."""
    call_command("flush", interactive=False, verbosity=0)
    settings.STORE_URL = f"file://{place.root}"


def test_a_run_in_flight_goes_on_where_it_was_restored(
    bench: Workbench,
    tmp_path: Path,
    elsewhere: Store,
    settings: SettingsWrapper,
    capsys: pytest.CaptureFixture[str],
) -> None:
    undisturbed = bench.corpus.snapshots.get().manifest
    before = bench.corpus.created_at
    bench.set_thresholds(60, 0.3)
    bench.interrupt(after=3, cancel=False)
    assert bench.run
    assert bench.run.units.filter(state=Unit.State.LEASED).exists()
    call_command("backup", str(tmp_path / "backup"), "--json")
    told = orjson.loads(capsys.readouterr().out)
    assert told["copied_blobs"] == told["blobs"] == len(list(opened().blobs()))

    bench.finish()
    expected = bench.run.snapshot.manifest
    assert expected != undisturbed
    number = bench.run.pk

    go_to(elsewhere, settings)
    call_command("restore", str(tmp_path / "backup"), "--json")
    told = orjson.loads(capsys.readouterr().out)
    assert [finding for finding in told["findings"] if finding["wrong"]] == []
    assert Corpus.objects.get().created_at == before
    run = bench.work(Run.objects.get(pk=number))
    assert run.snapshot.manifest == expected
    # New rows do not meet the numbers of restored ones.
    assert Corpus.objects.create(name="new").pk > bench.corpus.pk


def test_the_next_backup_copies_what_is_new_and_says_what_is_damaged(
    store: Store, engineer: User, tmp_path: Path
) -> None:
    first, damaged = store.put(b"first"), store.put(b"damaged")
    flip(store.path(damaged))
    manifest, copied = back_up(tmp_path / "backup")
    assert (copied.blobs, copied.damaged) == (1, [damaged])
    store.put(b"second")
    again, copied = back_up(tmp_path / "backup")
    assert (copied.blobs, again["store"]["blobs"]) == (1, 2)
    assert Store(tmp_path / "backup" / "store").read(first) == b"first"
    (dumped,) = (tmp_path / "backup").glob("database-*")
    assert dumped.name == again["database"]["file"] != manifest["database"]["file"]
    with pytest.raises(CommandError, match="1 blobs are damaged"):
        call_command("backup", str(tmp_path / "backup"))


def test_nothing_is_restored_over_anything(store: Store, engineer: User, tmp_path: Path) -> None:
    back_up(tmp_path / "backup")
    with pytest.raises(BackupError, match="curation_user has rows"):
        restore(tmp_path / "backup")
    User.objects.all().delete()
    other = store.put(b"of something else")
    with pytest.raises(BackupError, match="holds blobs that are not in the backup"):
        restore(tmp_path / "backup")
    store.path(other).unlink()
    restore(tmp_path / "backup")
    assert User.objects.get() == engineer


@pytest.mark.parametrize("what", ["dump", "blob", "manifest"])
def test_a_damaged_backup_restores_no_row(
    what: str,
    store: Store,
    engineer: User,
    tmp_path: Path,
    elsewhere: Store,
    settings: SettingsWrapper,
) -> None:
    sha256 = store.put(b"text")
    manifest, _ = back_up(tmp_path / "backup")
    paths = {
        "dump": tmp_path / "backup" / manifest["database"]["file"],
        "blob": Store(tmp_path / "backup" / "store").path(sha256),
        "manifest": tmp_path / "backup" / "backup.json",
    }
    flip(paths[what]) if what != "manifest" else paths[what].unlink()
    go_to(elsewhere, settings)
    with pytest.raises(BackupError, match="damaged"):
        restore(tmp_path / "backup")
    assert not User.objects.exists()


def test_a_folder_of_something_else_is_left_alone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    with pytest.raises(BackupError, match="is not empty, and no backup"):
        back_up(tmp_path / "mine")


def test_writers_need_not_wait_for_a_backup(store: Store, engineer: User) -> None:
    """The rows are of one moment: what is written meanwhile is not among them."""

    def write() -> None:
        try:
            Corpus.objects.create(name="meanwhile")
        finally:
            connection.close()

    with one_moment():
        assert not Corpus.objects.exists()
        thread = Thread(target=write)
        thread.start()
        thread.join(120)
        assert not thread.is_alive()
        assert not Corpus.objects.exists()
    assert Corpus.objects.exists()
