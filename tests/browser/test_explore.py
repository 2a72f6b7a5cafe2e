"""Exploring by hand: search, choose, leave out, brush, keep a view, judge all and undo it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from curation.actions import bulk
from curation.models import BulkJudgement, Judgement, SavedView, Snapshot, User
from tests.integration.play import Workbench
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def explored(transactional_db: None, store: Store, redis_url: str, administrator: User) -> Snapshot:
    bench = Workbench(administrator)
    bench.add(1)
    bench.add(2)
    bench.result()
    return Snapshot.objects.latest("pk")


def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("KOTOGURA_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"explore-{name}.png")


def rows(page: Page) -> int:
    return page.locator("[data-item]").count()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_from_a_word_to_a_judgement(
    language: str, explored: Snapshot, administrator: User, open_page: OpenPage
) -> None:
    page = open_page(administrator, language=language)
    page.goto(f"/snapshots/{explored.pk}/documents/")
    every = rows(page)
    page.locator(".facet-value").first.wait_for()
    page.locator("details.signal[open] .brushable").wait_for()
    keep(page, f"all-{language}")

    page.keyboard.press("/")
    page.keyboard.type("ノ")
    page.keyboard.press("Control+A")
    page.keyboard.type("の")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("contains="))
    page.locator("[data-item] mark").first.wait_for()
    assert set(page.locator("[data-item] mark").all_inner_texts()) == {"の"}
    keep(page, f"found-{language}")
    found = rows(page)

    # Alt and click leaves out, a click takes back.
    value = page.locator("[data-without*='not.verdict=drop']")
    value.wait_for()
    value.click(modifiers=["Alt"])
    page.wait_for_url(re.compile("not.verdict=drop"))
    assert 0 < rows(page) < found <= every
    page.locator(".chip.is-not").click()
    page.wait_for_url(lambda address: "not.verdict" not in address)
    assert rows(page) == found

    # A click asks for a value alone, with Ctrl beside the others.
    page.locator("[data-without*='not.verdict=drop']").click()
    page.wait_for_url(re.compile("verdict=drop"))
    page.locator("[data-also*='verdict=keep']").click(modifiers=["ControlOrMeta"])
    page.wait_for_url(re.compile("verdict=drop&verdict=keep"))
    assert rows(page) == found
    page.locator(".facet-value.is-in").first.wait_for()
    keep(page, f"both-{language}")
    for left in (2, 1):
        assert page.locator(".chip", has_not_text="の").count() == left
        page.locator(".chip").first.click()
    page.wait_for_url(lambda address: "verdict" not in address)

    # A range is brushed; the same can be typed.
    chart = page.locator("details.signal[open] .brushable")
    chart.wait_for()
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 1, height)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, height, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("max.characters="))
    assert 0 < rows(page) < found
    brushed = rows(page)
    page.locator("details.signal[open] .brushable").wait_for()
    keep(page, f"brushed-{language}")
    page.reload()
    assert rows(page) == brushed, "the URL holds the range"

    page.keyboard.press("s")
    page.keyboard.type("短い文書")
    page.keyboard.press("Enter")
    page.locator(".notice.is-good").wait_for()
    assert SavedView.objects.get().name == "短い文書"
    page.goto(f"/snapshots/{explored.pk}/documents/")
    page.locator("#views summary").click()
    page.locator(".view-name").click()
    page.wait_for_url(re.compile("max.characters="))

    page.keyboard.press("b")
    page.locator("#bulk .is-drop").wait_for()
    keep(page, f"bulk-{language}")
    page.locator("#bulk .is-drop").click()
    page.locator(".last-bulk").wait_for()
    assert Judgement.objects.filter(verdict="drop").count() == brushed
    page.keyboard.press("u")
    page.locator(".last-bulk").wait_for(state="detached")
    assert Judgement.objects.filter(verdict="withdrawn").count() == brushed


def test_many_are_a_job_that_the_page_follows(
    explored: Snapshot,
    administrator: User,
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(bulk, "PIECE", 2)
    for language, scheme in (("ja", "light"), ("en", "dark")):
        page = open_page(administrator, language=language, scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"/snapshots/{explored.pk}/documents/?verdict=drop")
        page.keyboard.press("b")
        page.locator("#bulk .is-drop").wait_for()
        keep(page, f"many-{language}")
        page.locator("#bulk .is-drop").click()
        page.locator(".judging .is-warn").wait_for()
        keep(page, f"waits-{language}")
        job = BulkJudgement.objects.latest("pk")
        due = bulk.take_turn(job.pk, job.token, 0.0)
        assert due
        page.locator(".judging progress[value='2']").wait_for()
        while due:
            due = bulk.take_turn(due.pk, due.token, 0.0)
        page.locator(".last-bulk").wait_for()
        keep(page, f"done-{language}")
        page.keyboard.press("u")
        page.locator("button[id^=stop-]").click()
        page.locator(".last-bulk.is-warn").wait_for()
        keep(page, f"stopped-{language}")


def test_nothing_found_says_what_to_leave_out(
    explored: Snapshot, administrator: User, open_page: OpenPage
) -> None:
    for language, scheme in (("ja", "light"), ("en", "dark")):
        page = open_page(administrator, language=language, scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"/snapshots/{explored.pk}/documents/?contains=無い言葉だ&verdict=keep")
        page.locator(".empty .button").first.wait_for()
        page.locator(".facet-value").first.wait_for()
        keep(page, f"empty-{language}-{scheme}")
        page.locator(".empty .button").first.click()
        page.locator("[data-item]").first.wait_for()
        page.locator(".brushable").wait_for()
        keep(page, f"after-{language}-{scheme}")
