"""The recipe studio by hand: dragging answers at once and asks nobody; letting go is exact."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from curation.models import Snapshot, User
from tests.integration.play import Workbench
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = re.compile(r"\d+")


@pytest.fixture
def studio(
    transactional_db: None,
    store: Store,
    redis_url: str,
    administrator: User,
    open_page: OpenPage,
) -> Page:
    bench = Workbench(administrator)
    bench.add(1)
    bench.add(2)
    bench.result()
    page = open_page(administrator, language="en")
    page.goto(f"/snapshots/{Snapshot.objects.latest('pk').pk}/studio/")
    return page


def row_of(page: Page, rule: str) -> Locator:
    return page.locator(f"[data-rule={rule}]")


def kept(page: Page) -> int:
    return int(page.locator("[data-board]").get_attribute("data-kept") or "")


def told(row: Locator) -> int:
    found = NUMBER.search(row.locator("[data-kept]").inner_text())
    assert found
    return int(found[0])


def test_dragging_counts_without_a_request_and_letting_go_is_exact(studio: Page) -> None:
    row = row_of(studio, "too_short")
    slider = row.locator("[type=range]")
    box = slider.bounding_box()
    assert box
    before = kept(studio)
    limit = float(slider.input_value())
    low, high = (float(slider.get_attribute(name) or "") for name in ("min", "max"))
    # The thumb's middle goes from half its width to half its width before the end.
    held = box["x"] + 8 + (box["width"] - 16) * (limit - low) / (high - low)
    height = box["y"] + box["height"] / 2
    with studio.expect_response(re.compile("studio/curve")):
        studio.mouse.move(held, height)
        studio.mouse.down()
    row.locator("[data-kept]", has_text=NUMBER).wait_for()

    asked: list[str] = []
    studio.on("request", lambda request: asked.append(request.url))
    said = []
    for step in (0.5, 0.6, 0.7, 0.8):
        studio.mouse.move(box["x"] + box["width"] * step, height)
        said.append(told(row))
    assert said == sorted(said, reverse=True)
    assert said[-1] < before
    assert not asked, "a drag asks nobody"

    with studio.expect_response(re.compile("studio/board")):
        studio.mouse.up()
    studio.wait_for_url(re.compile(r"min\.too_short="))
    studio.locator(f"[data-board][data-kept='{said[-1]}']").wait_for()
    assert told(row) == kept(studio) == said[-1]
    studio.reload()
    assert kept(studio) == said[-1], "the URL holds the settings"


def test_chart_and_slider_stand_one_above_the_other(studio: Page) -> None:
    row = row_of(studio, "too_short")
    chart, slider = row.locator("svg").bounding_box(), row.locator("[type=range]").bounding_box()
    assert chart
    assert slider
    assert chart["y"] + chart["height"] <= slider["y"] + 1
    # Half a thumb on each side: its middle stands under the value.
    assert chart["x"] == pytest.approx(slider["x"] + 8, abs=1)
    assert chart["width"] == pytest.approx(slider["width"] - 16, abs=1)
    whole = row.bounding_box()
    assert whole
    assert whole["height"] < 80, "rows stay dense"


def test_nothing_moves_while_a_slider_speaks(studio: Page) -> None:
    row = row_of(studio, "too_short")
    before = studio.locator("#studio").bounding_box()
    with studio.expect_response(re.compile("studio/curve")):
        row.locator("[type=range]").focus()
    row.locator("[data-kept]", has_text=NUMBER).wait_for()
    assert studio.locator("#studio").bounding_box() == before
