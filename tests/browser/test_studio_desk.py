"""What stands around the studio's sliders: documents at the cut, comparison, TOML, words on trial.

``KOTOGURA_SCREENSHOTS=folder`` keeps what was seen.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from curation.actions.recipes import ensure_shipped
from curation.models import Judgement, Run, Snapshot, User
from tests.integration.play import Workbench
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bench(transactional_db: None, store: Store, redis_url: str, administrator: User) -> Workbench:
    ensure_shipped()
    bench = Workbench(administrator)
    bench.add(1)
    bench.add(2)
    bench.result()
    return bench


def keep(page: Page, name: str, part: str = "") -> None:
    if folder := os.environ.get("KOTOGURA_SCREENSHOTS"):
        path = Path(folder) / f"studio-{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if part:
            page.locator(part).screenshot(path=path)
        else:
            page.screenshot(path=path, full_page=True)


def kept(page: Page) -> int:
    return int(page.locator("[data-board]").get_attribute("data-kept") or "")


@pytest.mark.parametrize(("language", "scheme"), [("ja", "light"), ("en", "dark")])
def test_the_studio_is_worked_by_hand(
    bench: Workbench,
    administrator: User,
    open_page: OpenPage,
    language: str,
    scheme: str,
) -> None:
    page = open_page(administrator, language=language, scheme=scheme)  # type: ignore[arg-type]
    name = f"{language}-{scheme}"
    address = f"/snapshots/{Snapshot.objects.latest('pk').pk}/studio/"
    page.goto(address)
    assert page.locator("[data-few]").is_visible()
    keep(page, f"first-{name}")

    # Taken hold of, a slider shows what all other rules let through.
    slider = page.locator("[data-rule=too_short] [type=range]")
    with page.expect_response(re.compile("studio/curve")):
        slider.focus()
    page.locator("[data-rule=too_short] .is-part").first.wait_for()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"min\.too_short="))
    page.locator("[data-rule=too_short] .explains summary").click()
    keep(page, f"held-{name}", ".studio")

    # Documents at the cut: opened, judged, taken back, by key alone.
    slider.focus()
    page.keyboard.press("d")
    page.locator("#cut .is-current").wait_for()
    before, limit = kept(page), slider.input_value()
    page.keyboard.press("j")
    page.keyboard.press("o")
    assert page.locator("#cut .is-current details[open]").is_visible()
    with page.expect_response(re.compile("studio/board")):
        page.keyboard.press("x")
    page.locator("#cut .is-current [data-undo]").wait_for()
    assert Judgement.objects.latest("pk").verdict == "drop"
    page.locator(f"[data-board]:not([data-kept='{before}'])").wait_for()
    keep(page, f"cut-{name}")
    # Another word on the same document; undo takes one back, and then the other, although the
    # list follows the slider in between. (A row takes clicks once it is settled.)
    row = "#cut .is-current:not(.htmx-added)"
    id_ = page.locator(row).get_attribute("data-id")
    page.keyboard.press("a")
    page.locator(f"{row} [data-verdict=keep][aria-pressed=true]").wait_for()
    slider.focus()
    with page.expect_response(re.compile(r"studio/cut/\?.*remembered=")):
        page.keyboard.press("End")
    row = f"#cut .is-across [data-stood][data-id='{id_}']:not(.htmx-added)"
    page.locator(row).wait_for()
    assert slider.evaluate("slider => slider === document.activeElement")
    keep(page, f"followed-{name}")
    page.keyboard.press("u")
    page.locator(f"{row} [data-verdict=drop][aria-pressed=true]").wait_for()
    with page.expect_response(re.compile("studio/board")):
        page.keyboard.press("u")
    page.locator(f"#cut [data-id='{id_}']:not([data-stood])").wait_for()
    assert Judgement.objects.latest("pk").verdict == "withdrawn"
    with page.expect_response(re.compile("studio/board")):
        slider.fill(limit)
    page.locator(f"[data-board][data-kept='{before}']").wait_for()
    slider.focus()
    page.keyboard.press("d")
    assert page.locator("#cut").is_hidden()
    assert slider.evaluate("slider => slider === document.activeElement")

    # Another recipe over the same documents.
    shipped = page.locator("#against option", has_text="swallow").get_attribute("value") or ""
    page.locator("#against").select_option(shipped)
    page.locator("#compare button").click()
    page.locator("#comparison table").wait_for()
    assert page.locator("#comparison .stat").count() == 4

    # Words on trial.
    page.locator("[data-try] textarea").fill("倉庫\n味噌")
    page.locator("[data-try] button").first.click()
    page.locator("#trial mark").first.wait_for()
    keep(page, f"comparison-{name}", "#comparison")
    keep(page, f"trial-{name}", "section:has([data-try])")
    page.locator("[data-try] [value=patterns]").check()
    page.locator("[data-try] [name=regex]").fill("(?<!非)常識")
    page.locator("[data-try] button").first.click()
    page.locator("#trial [role=alert]").wait_for()

    # TOML out, and in again with a fault and without.
    with page.expect_download() as download:
        page.locator("[data-toml]").click()
    toml = Path(download.value.path()).read_text("utf-8")
    page.locator("form:has([data-toml]) summary").click()
    text = page.locator("textarea[name=toml]")
    text.fill(toml.replace('signal = "characters"', 'signal = "charcters"'))
    page.locator("form:has([data-toml]) button").click()
    page.locator("#toml-answer code", has_text="charcters").wait_for()
    keep(page, f"toml-{name}", "section:has([data-toml])")
    text.fill(toml.replace("min = ", "min = 1", 1))
    page.locator("form:has([data-toml]) button").click()
    page.wait_for_url(re.compile(r"toml=[0-9a-f]{64}"))
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1280

    # Running asks first; Enter then does what the button says that has the focus.
    page.locator("h1").click()
    page.keyboard.press("r")
    page.locator("#confirm-dialog[open]").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.locator("#confirm-dialog [data-slot=action]:focus").wait_for()
    keep(page, f"asks-{name}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/runs/\d+/"))
    page.locator("[data-confirm] button").click()
    page.locator("#confirm-dialog [data-back]:focus").wait_for()
    page.keyboard.press("Enter")
    page.locator("#confirm-dialog:not([open])").wait_for(state="attached")
    assert Run.objects.latest("pk").state not in Run.ENDED, "what takes away is not done by Enter"
