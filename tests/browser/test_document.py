"""One document by keys alone: its texts, its tokens, mark after mark, its source's bytes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import orjson
import pytest

from curation.models import Snapshot, User
from tests.curation import snapshots
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)

RECIPE = """
name = "read"

[normalization]
form = "NFKC"

[[rules]]
name = "advertising"
signal = "advertisement_hits"
max = 1

[[rules]]
name = "mail"
signal = "email_hits"
max = 0

[tokenization]
tokenizer = "train"
vocab_size = 420
"""
#: Of every kind of thing that the page shows.
TEXT = (
    "　①㈱ことぐらは、ｶﾞｽと水道の\u200b話を３～５回に分けて載せる。\r\n"
    "義清は、地獄變の屏風を見た。ABC社（info@example.jp、03-1234-5678）の売上高は、1,200万円である。\n"
    "今すぐ無料でお申し込み！今なら送料無料、期間限定セール中。クリックして購入する。\n"
) + snapshots.story(3)
RUBY = {
    "ruby": {
        "count": 2,
        "list": [[TEXT.index("義清"), 2, "のりきよ"], [TEXT.index("屏風"), 2, "びょうぶ"]],
    }
}


@pytest.fixture
def snapshot(transactional_db: None, store: Store, redis_url: str) -> Snapshot:
    read = snapshots.document(
        TEXT, number=0, title="読む文書", format="aozora", metadata=orjson.dumps(RUBY).decode()
    )
    kept = [snapshots.document(snapshots.story(n), number=n) for n in range(1, 40)]
    plain = snapshots.document(TEXT.replace("無料", "有料").replace("限定", "なし"), number=41)
    corpus = snapshots.make_corpus(store, [read, *kept, plain])
    return snapshots.make_snapshot(store, corpus, recipe=snapshots.make_recipe(RECIPE))


def _keep(page: Page, name: str) -> None:
    if folder := os.environ.get("KOTOGURA_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"document-{name}.png", full_page=True)


def _view(page: Page) -> str:
    return page.locator("[data-views] [aria-current]").get_attribute("data-view") or ""


def _press(page: Page, key: str, query: str) -> None:
    """Press a key, and wait for the address that says what is shown."""
    page.keyboard.press(key)
    page.wait_for_url(re.compile(re.escape(query) + "$"))
    page.locator("#reading:not(.htmx-request):not(.htmx-swapping):not(.htmx-settling)").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_document_is_read_without_a_mouse(
    language: str,
    scheme: Literal["light", "dark"],
    snapshot: Snapshot,
    engineer: User,
    open_page: OpenPage,
) -> None:
    look = f"{language}-{scheme}"
    page = open_page(engineer, language=language, scheme=scheme)
    kept, read = snapshots.story(3), TEXT
    address = f"/snapshots/{snapshot.pk}/documents/{_id(read, 0)}/"
    page.goto(address)
    reading = page.locator("[data-reading]")
    assert page.locator("#reading mark").count() >= 2

    # Mark after mark, and only one rule's.
    page.keyboard.press("n")
    assert "is-current" in (page.locator("mark").first.get_attribute("class") or "")
    page.keyboard.press("p")
    assert "is-current" in (page.locator("mark").last.get_attribute("class") or "")
    page.keyboard.press("j")
    page.keyboard.press("j")
    with page.expect_response(re.compile("rule=")):
        page.keyboard.press("Enter")
    page.locator(".marks li:nth-child(2) [aria-current]").wait_for()
    _keep(page, f"marks-{look}")

    page.goto(address)
    _press(page, "h", "?show=scripts")
    assert reading.locator(".in-han").count() > 5
    _press(page, "r", "?show=scripts&show=ruby")
    assert reading.locator("ruby rt").all_inner_texts() == ["のりきよ", "びょうぶ"]
    _press(page, "i", "?show=invisible&show=scripts&show=ruby")
    _keep(page, f"scripts-{look}")

    page.goto(address)
    _press(page, "v", "?text=original")
    _press(page, "v", "?text=difference")
    assert reading.locator("del").first.inner_text() == "□①㈱"
    assert reading.locator("ins").first.text_content() == " 1(株)"
    _keep(page, f"difference-{look}")
    page.reload()
    assert _view(page) == "difference", "the address holds the view"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280

    page.go_back()
    page.locator("[data-view=original][aria-current]").wait_for()

    page.locator("body").press("c")
    written = page.locator("[data-comment] textarea")
    written.press_sequentially("v")
    assert _view(page) == "original", "keys are the comment's while one writes it"
    page.goto(f"/snapshots/{snapshot.pk}/documents/{_id(kept, 3)}/")
    _press(page, "t", "?text=tokens")
    assert reading.locator(".token").count() > 5
    assert reading.inner_text().strip() == kept
    _keep(page, f"tokens-{look}")
    page.keyboard.press("t")
    page.locator("[data-view=normalised][aria-current]").wait_for()

    page.keyboard.press("?")
    _keep(page, f"help-{look}")


@pytest.mark.parametrize(
    ("language", "scheme"), [("ja", "light"), ("en", "dark")], ids=["ja-light", "en-dark"]
)
def test_from_a_search_to_the_hits_and_on_through_the_list(
    language: str,
    scheme: Literal["light", "dark"],
    snapshot: Snapshot,
    curator: User,
    open_page: OpenPage,
) -> None:
    page = open_page(curator, language=language, scheme=scheme)
    page.goto(f"/snapshots/{snapshot.pk}/documents/?contains=ｶﾞｽ")
    page.locator(".row-title").first.click()
    page.locator("#found[aria-current]").wait_for()
    hit = page.locator("[data-reading] .is-found")
    assert hit.inner_text() == "ガス"
    page.keyboard.press("n")
    page.locator("[data-reading] .is-found.is-current").wait_for()
    _keep(page, f"found-{language}-{scheme}")
    first = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != first)
    assert page.locator("[data-reading] .is-found").count() == 1
    second = page.url

    page.keyboard.press("c")
    page.locator("[data-comment] textarea").fill("出典を確かめること")
    page.keyboard.press("Control+Enter")
    page.locator("#history .comment-text").wait_for()
    assert page.url == second
    assert page.locator("#history .comment-text").inner_text() == "出典を確かめること"
    _keep(page, f"comment-{language}-{scheme}")
    page.keyboard.press("x")
    page.locator("[data-judge] [value=withdrawn]").wait_for()
    page.keyboard.press("u")
    page.locator("[data-judge]:not(:has([value=withdrawn]))").wait_for()
    page.locator(".crumbs a").last.click()
    page.locator(".row-title").first.wait_for()
    assert "contains=" in page.url


def _id(text: str, number: int) -> str:
    found: str = snapshots.document(text, number=number)["id"]
    return found
