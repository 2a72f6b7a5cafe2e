"""Judging by keyboard: every key, what must not be one, and what a refusal looks like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from curation.actions import review
from curation.models import Judgement, ReviewQueue, Snapshot, User
from tests.integration.play import Workbench
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = re.compile(r"/review/\d+/(judge|undo)/")


@pytest.fixture
def queue(transactional_db: None, store: Store, redis_url: str, administrator: User) -> ReviewQueue:
    bench = Workbench(administrator)
    bench.add(1)
    bench.result()
    return review.create_queue(
        snapshot=Snapshot.objects.latest("pk"), corpus=bench.corpus, name="keys", filter={},
        size=4, seed=1, by=administrator,
    )  # fmt: skip


def card(page: Page) -> str:
    return page.locator("[data-slot=card] [data-card]").get_attribute("data-card") or ""


def press(page: Page, key: str) -> int:
    """The status of the answer."""
    with page.expect_response(ANSWER) as answer:
        page.keyboard.press(key)
    answer.value.finished()
    return answer.value.status


def verdicts() -> list[str]:
    return list(Judgement.objects.order_by("pk").values_list("verdict", flat=True))


def test_every_key_and_the_end_of_the_queue(
    queue: ReviewQueue, administrator: User, open_page: OpenPage
) -> None:
    page = open_page(administrator)
    page.goto(f"/review/{queue.pk}/")
    cards = [card(page)]
    for key in ("a", "x", "Space"):
        assert press(page, key) == 200
        cards.append(card(page))
    assert len(set(cards)) == 4, "each key leads to the next document"
    assert press(page, "u") == 200
    page.locator(f"[data-slot=card] [data-card='{cards[2]}']").wait_for()
    press(page, "x")
    press(page, "a")
    page.locator("#done").wait_for()
    assert "すべての文書を判断しました" in page.locator("main").inner_text()
    standing = queue.items.order_by("position").values_list("judgement__verdict", flat=True)
    assert list(standing) == ["keep", "drop", "drop", "keep"]
    press(page, "u")
    page.locator(f"[data-slot=card] [data-card='{cards[3]}']").wait_for()


def test_the_decision_keys_are_in_view_and_the_text_is_large(
    queue: ReviewQueue, administrator: User, open_page: OpenPage
) -> None:
    page = open_page(administrator)
    page.goto(f"/review/{queue.pk}/")
    page.locator("[data-slot=card] .reading").evaluate("e => e.append('長い本文。'.repeat(2000))")
    bar = page.locator("[data-slot=card] .decision-bar").bounding_box()
    assert bar
    assert bar["y"] + bar["height"] <= 800, "never below the fold"
    size = page.locator("[data-slot=card] .reading").evaluate("e => getComputedStyle(e).fontSize")
    assert 18 <= float(size.removesuffix("px")) <= 20


def test_keys_of_an_input_method_and_of_the_note_judge_nothing(
    queue: ReviewQueue, administrator: User, open_page: OpenPage
) -> None:
    page = open_page(administrator)
    page.goto(f"/review/{queue.pk}/")
    first = card(page)
    for key in ("a", "x", " "):
        page.locator("body").dispatch_event(
            "keydown", {"key": key, "isComposing": True, "bubbles": True}
        )
    page.locator("[data-slot=card] [name=note]").press_sequentially("axu ")
    page.wait_for_timeout(200)
    assert card(page) == first
    assert not verdicts()


def test_a_document_judged_elsewhere_comes_back_with_what_was_pressed(
    queue: ReviewQueue, administrator: User, curator: User, open_page: OpenPage
) -> None:
    page = open_page(curator)
    page.goto(f"/review/{queue.pk}/")
    item = queue.items.get(position=0)
    review.judge(item=item, verdict="keep", version=item.version, by=administrator, note="")
    assert press(page, "x") == 409
    notice = page.locator("[data-slot=error] [role=alert]")
    notice.wait_for()
    assert "「除外」" in notice.inner_text(), "in the page's language"
    assert card(page) == str(item.pk)
    assert verdicts() == ["keep"]
    assert press(page, "x") == 200, "having looked, the curator may insist"
    assert verdicts()[-1] == "drop"
