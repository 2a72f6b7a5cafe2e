"""Pages that follow what is read and run by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from curation.actions import sources, units
from curation.models import User
from curation.tasks.work import work_on
from tests.integration.play import Workbench, file_of
from tests.services.browser import OpenPage
from tests.services.dribble import dribbling
from tests.services.layout import assert_steady, places, watch

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("address", ["/", "/corpora/play/", "/sources/{source}/"])
def test_a_page_shows_when_its_source_is_read(
    address: str,
    transactional_db: None,
    store: Store,
    redis_url: str,
    administrator: User,
    open_page: OpenPage,
) -> None:
    bench = Workbench(administrator)
    source, _ = sources.add_upload(
        corpus=bench.corpus, file=SimpleUploadedFile(*file_of(1)), by=administrator
    )
    page = open_page(administrator, language="en")
    watch(page)
    page.goto(address.format(source=source.pk))
    run = page.get_by_role("link", name="Run", exact=True)
    assert page.locator(".badge", has_text="Running").count()
    before = places(page)
    if address != "/":
        assert not run.count(), "nothing to run yet"
    bench.work(source.runs.get())
    page.locator(".badge", has_text="Running").first.wait_for(state="detached")
    assert page.locator(".badge", has_text="Done").count()
    assert run.count(), "the page offers the run"
    assert_steady(page, before)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_500)
    assert not asked, "and has nothing more to ask"


def test_a_runs_page_keeps_still_while_its_numbers_change(
    transactional_db: None,
    store: Store,
    redis_url: str,
    administrator: User,
    open_page: OpenPage,
) -> None:
    bench = Workbench(administrator)
    bench.add(1)
    run = bench.begin()
    page = open_page(administrator)
    watch(page)
    page.goto(f"/runs/{run.pk}/")
    before = places(page)
    for done in (1, 2):
        unit = units.ready_units().filter(run=run).first()
        assert unit is not None
        work_on(unit.pk, worker="play")
        expect(page.locator(".is-steady tbody .badge.is-good")).to_have_count(done)
    bench.work(run)
    page.locator(".notice.is-good").wait_for()
    assert_steady(page, before)


def test_who_tabs_stays_where_they_are_while_the_page_follows(
    transactional_db: None,
    store: Store,
    redis_url: str,
    administrator: User,
    open_page: OpenPage,
) -> None:
    bench = Workbench(administrator)
    sources.add_upload(corpus=bench.corpus, file=SimpleUploadedFile(*file_of(1)), by=administrator)
    page = open_page(administrator, language="en")
    page.goto("/")
    link = page.get_by_role("link", name="All runs")
    link.focus()
    link.evaluate("link => link.dataset.old = 'yes'")
    expect(page.locator("[data-old]")).to_have_count(0)
    expect(link).to_be_focused()


def test_exploring_keeps_still_while_it_counts(
    transactional_db: None,
    store: Store,
    redis_url: str,
    administrator: User,
    open_page: OpenPage,
) -> None:
    bench = Workbench(administrator)
    bench.add(1)
    snapshot = bench.work(bench.begin()).snapshot
    page = open_page(administrator)
    watch(page)
    page.goto(f"/snapshots/{snapshot.pk}/documents/")
    page.locator("details.signal[open] .brushable").wait_for()
    assert_steady(page)
    page.locator(".facet-value a").first.click()
    page.locator(".chip").first.wait_for()
    page.locator("details.signal[open] .brushable").wait_for()
    assert_steady(page)


def test_nothing_jumps_while_a_page_arrives(
    transactional_db: None,
    store: Store,
    administrator: User,
    open_page: OpenPage,
    live_server: LiveServer,
) -> None:
    Workbench(administrator)
    page = open_page(administrator, language="en")
    watch(page)
    with dribbling(live_server.url, until="</main>") as address:
        page.goto(f"{address}/corpora/play/")
    shifts = page.evaluate("sessionStorage.getItem('shifts')")
    assert not shifts
