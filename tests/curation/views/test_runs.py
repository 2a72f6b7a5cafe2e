"""Runs: what the page says of stages, speed and errors, and who may steer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpora.storage import Store
from curation.actions.recipes import ensure_shipped
from curation.models import Corpus, Recipe, Run, Source, Unit, User
from curation.queries import runs as queries
from curation.queries.following import following
from curation.queries.runs import StageRow
from curation.queries.speed import speed

if TYPE_CHECKING:
    from tests.services.browser import OpenPage

pytestmark = pytest.mark.django_db

#: Parts of 1,000 documents each.
_PARTS = [{"documents": "a" * 64, "rows": 1_000, "source": "x"} for _ in range(10)]


def _run(state: str = "running", *, kind: str = "curate", stage: str = "signals") -> Run:
    corpus, _ = Corpus.objects.get_or_create(name="news")
    run = Run.objects.create(
        kind=kind,
        state=state,
        arguments={"parts": _PARTS} if kind == "curate" else {},
        stages=["normalize", "signals", "dedup", "snapshot"] if kind == "curate" else ["scan"],
        stage=stage,
    )
    run.corpora.add(corpus)
    return run


def _unit(run: Run, part: int | str, state: str, **fields: Any) -> Unit:
    label = f"{part:05d}" if isinstance(part, int) else part
    stage = fields.pop("stage", "signals")
    return Unit.objects.create(
        run=run, stage=stage, part=label, key="k", queue="cpu", spec={}, state=state, **fields
    )


def _ago(seconds: float) -> Any:
    return timezone.now() - timedelta(seconds=seconds)


def _stage(run: Run, name: str = "signals") -> StageRow:
    return next(row for row in queries.stages(run) if row.name == name)


# -- stages --------------------------------------------------------------------------------


def test_a_stage_says_what_is_done_known_working_and_given_up() -> None:
    run = _run()
    _unit(run, 0, "done", known=True)
    _unit(run, 1, "done", documents_done=1_000, bytes_done=64)
    _unit(run, 2, "leased", documents_done=300, bytes_done=20)
    _unit(run, 3, "given_up")
    _unit(run, 4, "ready")
    row = _stage(run)
    assert (row.units, row.done, row.known, row.working, row.given_up) == (5, 2, 1, 1, 1)
    assert (row.documents, row.documents_total, row.bytes) == (2_300, 10_000, 84)
    assert row.state == "running"


def test_a_stages_bar_moves_while_its_only_unit_works() -> None:
    run = _run()
    unit = _unit(run, 0, "leased", documents_done=300)
    assert _stage(run).bar == (300, 10_000)
    Unit.objects.filter(pk=unit.pk).update(state="done")
    assert _stage(run).bar == (1, 1)


def test_what_has_not_begun_claims_nothing() -> None:
    row = _stage(_run(), "dedup")
    assert (row.state, row.units, row.seconds, row.documents) == ("", None, None, None)


@pytest.mark.parametrize(
    ("units", "state"),
    [
        (["done", "done"], "done"),
        (["done", "given_up"], "given_up"),
        (["done", "cancelled"], "cancelled"),
        (["done", "ready"], "paused"),
    ],
)
def test_the_state_of_a_stage(units: list[str], state: str) -> None:
    run = _run("paused")
    for part, unit in enumerate(units):
        _unit(run, part, unit)
    assert _stage(run).state == state


# -- speed ---------------------------------------------------------------------------------


def test_speed_is_what_was_done_in_the_last_minute() -> None:
    """One unit long ago, one half inside the window, one at work."""
    run = _run()
    _unit(run, 0, "done", documents_done=9_000, started_at=_ago(600), ended_at=_ago(300))
    _unit(run, 1, "done", documents_done=1_000, started_at=_ago(80), ended_at=_ago(40))
    _unit(run, 2, "leased", documents_done=100, started_at=_ago(10))
    found = speed(run, _stage(run))
    assert found is not None
    assert found.seconds == pytest.approx(60, abs=0.5)
    assert found.documents == pytest.approx((500 + 100) / 60, rel=0.03)


def test_units_that_were_known_are_no_speed() -> None:
    run = _run()
    _unit(run, 0, "done", known=True)
    _unit(run, 1, "leased", documents_done=0, started_at=_ago(10))
    assert speed(run, _stage(run)) is None


@pytest.mark.parametrize("state", ["paused", "done", "failed"])
def test_a_run_that_does_not_run_has_no_speed(state: str) -> None:
    run = _run(state)
    _unit(run, 0, "leased", documents_done=100, started_at=_ago(10))
    assert speed(run, _stage(run)) is None


def test_what_is_left_rests_on_documents_where_their_number_is_known() -> None:
    run = _run()
    for part in range(5):
        _unit(run, part, "done", documents_done=1_000, started_at=_ago(50), ended_at=_ago(1))
    for part in range(5, 10):
        _unit(run, part, "ready")
    found = speed(run, _stage(run))
    assert found is not None
    assert found.left is not None
    assert found.left == pytest.approx(50, rel=0.1)


def test_an_ingest_is_measured_by_the_bytes_of_its_files() -> None:
    run = _run(kind="ingest", stage="ingest")
    run.stages = ["scan", "ingest"]
    _unit(run, "", "done", stage="scan", result={"outputs": {}, "counts": {"bytes": 4_000}})
    _unit(run, 0, "leased", stage="ingest", bytes_done=1_000, started_at=_ago(10))
    found = speed(run, _stage(run, "ingest"))
    assert found is not None
    assert found.left == pytest.approx(30, rel=0.1)


# -- the grid and errors -------------------------------------------------------------------


def test_the_grid_has_a_cell_for_each_unit_in_part_order() -> None:
    run = _run()
    for part, state in ((2, "ready"), (0, "done"), (1, "leased")):
        _unit(run, part, state)
    _unit(run, 3, "ready", failures=1)
    grid = queries.grid(run, "signals")
    assert [cell.state for cell in grid.cells] == ["done", "leased", "ready", "retry"]
    assert grid.per_cell == 1


def test_a_large_grid_shows_the_worst_of_each_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MAX_CELLS", 3)
    run = _run()
    for part in range(8):
        _unit(run, part, "given_up" if part == 4 else "done")
    grid = queries.grid(run, "signals")
    assert [(cell.state, cell.first, cell.last) for cell in grid.cells] == [
        ("done", "00000", "00002"),
        ("given_up", "00003", "00005"),
        ("done", "00006", "00007"),
    ]
    assert grid.legend == {"done": 7, "given_up": 1}


def test_errors_that_differ_only_in_numbers_are_one_group() -> None:
    run = _run()
    _unit(run, 0, "given_up", error="part 0 needs 5,120 MB")
    _unit(run, 1, "ready", error="part 1 needs 6,000 MB")
    _unit(run, 2, "ready", error="the gzip data is damaged")
    first, second = queries.errors(run)
    assert (first.units, first.given_up, first.example) == (2, 1, "part 0 needs 5,120 MB")
    assert second.units == 1


# -- pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", Run.State.values)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_of_a_run_in_any_state(
    client_for: Callable[[str], Client], state: str, language: str
) -> None:
    run = _run(state)
    _unit(run, 0, "done", known=True)
    _unit(run, 1, "given_up", error="<b>東京</b>")
    client = client_for("curator")
    for name in ("run", "run-status"):
        answer = client.get(reverse(name, args=[run.pk]), headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert "&lt;b&gt;東京" in answer.content.decode()
    polls = "hx-trigger" in client.get(reverse("run", args=[run.pk])).content.decode()
    assert polls is (state in ("running", "paused"))


def test_what_follows_by_itself_is_said_before_it_begins_and_linked_after(
    client_for: Callable[[str], Client],
) -> None:
    corpus = Corpus.objects.create(name="news")
    ensure_shipped()
    recipe = Recipe.objects.filter(name="default").latest("version")
    read = Run.objects.create(
        kind="ingest", state="done", followed=False, stages=["scan", "ingest"],
        arguments={"then_curate": recipe.pk, "then_export": ["jsonl"]},
    )  # fmt: skip
    read.corpora.add(corpus)
    assert read.moves
    assert following(read).awaited == ["curate", "export"]
    Run.objects.filter(pk=read.pk).update(followed=True)
    curation = Run.objects.create(kind="curate", recipe=recipe, arguments={}, stages=[])
    curation.corpora.add(corpus)
    read.refresh_from_db()
    assert not read.moves
    assert following(read).runs == [curation]
    page = client_for("curator").get(reverse("run", args=[read.pk])).content.decode()
    assert reverse("run", args=[curation.pk]) in page
    assert reverse("run-new", args=["news"]) not in page


def test_the_page_is_loaded_anew_when_the_state_has_changed(
    client_for: Callable[[str], Client],
) -> None:
    client, address = client_for("viewer"), reverse("run-status", args=[_run("done").pk])
    assert client.get(f"{address}?state=running-1")["HX-Refresh"] == "true"
    assert "HX-Refresh" not in client.get(f"{address}?state=done-0")


@pytest.mark.parametrize(
    ("query", "status", "rows"),
    [
        ("", 200, 2),
        ("?state=failed", 200, 1),
        ("?kind=ingest", 200, 0),
        ("?corpus=news", 200, 2),
        ("?state=flying", 400, 0),
        ("?corpus=nope", 400, 0),
        ("?page=999999999999999999999", 200, 2),
    ],
)
def test_the_list_is_filtered_by_its_address(
    client_for: Callable[[str], Client], query: str, status: int, rows: int
) -> None:
    _run("running")
    _run("failed")
    answer = client_for("viewer").get(reverse("runs") + query)
    assert answer.status_code == status
    assert answer.content.decode().count("<tr data-item>") == rows


def test_a_run_that_is_not_there_is_a_404(client_for: Callable[[str], Client]) -> None:
    client = client_for("viewer")
    assert client.get(reverse("run", args=[404])).status_code == 404
    assert client.get(reverse("run-status", args=[404])).status_code == 404
    assert client.get("/runs/99999999999999999999/").status_code == 404


# -- steering ------------------------------------------------------------------------------


def _steer(client: Client, run: Run, verb: str) -> tuple[int, str]:
    address = reverse("run-steer", args=[run.pk, verb])
    answer = client.post(address, headers={"Accept-Language": "en"})
    run.refresh_from_db()
    return answer.status_code, run.state


def test_a_curator_pauses_resumes_cancels_and_retries(
    client_for: Callable[[str], Client],
) -> None:
    client, run = client_for("curator"), _run()
    _unit(run, 0, "ready")
    assert _steer(client, run, "pause") == (302, "paused")
    assert _steer(client, run, "resume") == (302, "running")
    assert _steer(client, run, "cancel") == (302, "cancelled")
    failed = _run("failed")
    _unit(failed, 0, "given_up", failures=3)
    assert _steer(client, failed, "retry") == (302, "running")


def test_a_curator_gives_a_run_fewer_workers(client_for: Callable[[str], Client]) -> None:
    run, client = _run(), client_for("curator")
    address = reverse("run-workers", args=[run.pk])
    assert client.post(address, {"workers": "3"}).status_code == 302
    assert "<dd>3</dd>" in client.get(reverse("run-status", args=[run.pk])).text
    assert client.post(address, {"workers": "none"}).status_code == 400
    assert client.post(address, {"workers": ""}).status_code == 302
    run.refresh_from_db()
    assert run.max_workers is None


def test_a_run_is_paused_until_an_hour_of_the_clock(client_for: Callable[[str], Client]) -> None:
    run, client = _run(), client_for("curator")
    address = reverse("run-pause", args=[run.pk])
    assert client.post(address, {"at": "25:99"}).status_code == 400
    assert client.post(address, {"at": "07:00"}).status_code == 302
    run.refresh_from_db()
    assert run.resume_at
    assert timezone.localtime(run.resume_at).strftime("%H:%M") == "07:00"
    assert timezone.now() < run.resume_at <= timezone.now() + timedelta(days=1)
    for page in (reverse("run-status", args=[run.pk]), reverse("runs")):
        assert "07:00" in client.get(page).text


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel", "retry"])
def test_a_viewer_may_not_steer(client_for: Callable[[str], Client], verb: str) -> None:
    client, run = client_for("viewer"), _run()
    assert _steer(client, run, verb) == (403, "running")
    assert "/cancel/" not in client.get(reverse("run", args=[run.pk])).content.decode()


def test_a_verb_that_no_longer_fits_says_so(client_for: Callable[[str], Client]) -> None:
    client, run = client_for("curator"), _run("done")
    assert _steer(client, run, "pause") == (302, "done")
    page = client.get(reverse("run", args=[run.pk]), headers={"Accept-Language": "en"})
    assert "Reload the page" in page.content.decode()


def test_a_verb_that_is_none_is_a_404(client_for: Callable[[str], Client]) -> None:
    assert _steer(client_for("curator"), _run(), "explode") == (404, "running")


# -- starting ------------------------------------------------------------------------------


@pytest.fixture
def read_corpus(store: Store) -> Corpus:
    ensure_shipped()
    corpus = Corpus.objects.create(name="news")
    Source.objects.create(
        corpus=corpus, kind="upload", location="a", documents=1, ready=True, parts=_PARTS[:1]
    )
    return corpus


def test_a_run_starts_with_the_recipe_that_was_chosen(
    client_for: Callable[[str], Client], read_corpus: Corpus
) -> None:
    client = client_for("curator")
    address = reverse("run-new", args=["news"])
    assert "swallow v1" in client.get(address).content.decode()
    recipe = Recipe.objects.get(name="swallow")
    answer = client.post(address, {"recipe": recipe.pk, "tokenizer": ""})
    run = Run.objects.get()
    assert answer["Location"] == reverse("run", args=[run.pk])
    assert (run.recipe, run.kind) == (recipe, "curate")


def test_only_the_newest_version_of_a_recipe_is_offered(read_corpus: Corpus) -> None:
    old = Recipe.objects.get(name="default")
    new = Recipe.objects.create(
        name="default", version=2, toml=old.toml, content=old.content, sha256=old.sha256
    )
    assert queries.recipes_to_choose()[0] == new
    assert old not in queries.recipes_to_choose()


def test_a_corpus_without_documents_says_what_is_missing(
    client_for: Callable[[str], Client], read_corpus: Corpus
) -> None:
    Corpus.objects.create(name="empty")
    recipe = Recipe.objects.get(name="default")
    answer = client_for("curator").post(
        reverse("run-new", args=["empty"]), {"recipe": recipe.pk}, headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 200
    assert "There are no documents in empty." in answer.content.decode()
    assert not Run.objects.exists()


def test_a_viewer_may_not_start_one(
    client_for: Callable[[str], Client], read_corpus: Corpus
) -> None:
    client, address = client_for("viewer"), reverse("run-new", args=["news"])
    assert client.get(address).status_code == 403
    assert client.post(address, {"recipe": 1}).status_code == 403


# -- in the browser ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_page_follows_the_run_and_asks_before_it_cancels(
    open_page: OpenPage, curator: User
) -> None:
    run = _run()
    unit = _unit(run, 0, "leased", started_at=_ago(1))
    page = open_page(curator, language="en")
    page.goto(reverse("run", args=[run.pk]))
    page.locator(".cell.is-leased").first.wait_for(state="attached")
    Unit.objects.filter(pk=unit.pk).update(state="done", ended_at=timezone.now())
    page.locator(".cells .cell.is-done").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text(f"Cancel run {run.pk}?").wait_for()
    page.get_by_role("button", name="Go back").click()
    assert Run.objects.get().state == "running"
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel the run").click()
    page.locator("h1 .badge", has_text="Cancelled").wait_for()
    assert Run.objects.get().state == "cancelled"


def test_a_file_that_was_not_read_to_its_end_is_no_success_to_be_overlooked(
    client_for: Callable[[str], Client],
) -> None:
    run = _run("done", kind="ingest", stage="ingest")
    run.source = Source.objects.create(
        corpus=run.corpora.get(), kind="upload", location="a.pdf", ready=True,
        file_count=1, file_errors=1,
    )  # fmt: skip
    run.save()
    page = client_for("curator").get(reverse("run", args=[run.pk])).content.decode()
    assert "notice is-warn" in page
    assert "1 ファイルのうち 1 ファイルを最後まで読めませんでした。" in page
    assert reverse("run-new", args=["news"]) not in page
