"""A group of duplicates by hand: members by arrows, one kept, two parted, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from curation.models import Judgement, PairVerdict, Snapshot, User
from curation.queries.clusters import groups
from tests.curation import snapshots
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "ja": ("重複", "右を残す文書に選択済み", "重複ではないと判断済み"),
    "en": ("Duplicates", "The right one is chosen", "Called no duplicates"),
}


@pytest.fixture
def snapshot(transactional_db: None, store: Store, redis_url: str) -> Snapshot:
    """A story, an exact copy, and near ones; and another story with its copy."""
    story = snapshots.story(3) * 3
    texts = [
        story,
        story,
        story.replace("夜明け前に", "夜が明けるまえに", 1),
        story.replace("魚を積んだ", "魚と氷を積んだ", 2) + "\n追記がある。",
        snapshots.story(1) * 2,
        snapshots.story(1) * 2,
    ]
    documents = [
        snapshots.document(text, number=n, source=f"mirror/{n}.jsonl", title=f"港の市場 {n}")
        for n, text in enumerate(texts)
    ]
    corpus = snapshots.make_corpus(store, documents)
    return snapshots.make_snapshot(store, corpus, recipe=snapshots.make_recipe())


def right(page: Page) -> str:
    return page.locator("#pair").get_attribute("data-right") or ""


def press(page: Page, key: str) -> None:
    """A key that decides: the page comes again."""
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_from_the_list_to_a_decision_and_back(
    snapshot: Snapshot, curator: User, open_page: OpenPage, language: str
) -> None:
    title, chosen, parted = WORDS[language]
    page = open_page(curator, language=language)
    page.goto(f"/snapshots/{snapshot.pk}/")
    page.locator(".snapshot-tabs").get_by_role("link", name=title).click()
    assert page.locator("[data-item]").count() == 2
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/duplicates/*/")
    members = [link.get_attribute("data-member") for link in page.locator("[data-member]").all()]
    assert len(members) == 4

    # The arrows go from member to member, never to the one on the left.
    seen = [right(page)]
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        before = right(page)
        page.keyboard.press(key)
        # The answer is there some time before it is shown.
        page.locator(f"#pair:not([data-right='{before}'])").wait_for()
        page.locator(f"[data-member][aria-current][data-member='{right(page)}']").wait_for()
        seen.append(right(page))
    assert seen == [members[1], members[2], members[3], members[2]]
    assert f"right={members[2]}" in page.url, "a reload shows what is shown"
    assert page.locator("#pair ins").count() + page.locator("#pair del").count() > 0
    bar = page.locator(".decision-bar").bounding_box()
    assert bar
    assert bar["y"] + bar["height"] <= 800, "never below the fold"

    press(page, "Enter")
    assert chosen in page.locator(".decision-says").inner_text()
    assert right(page) == members[2]
    assert list(Judgement.objects.values_list("document_id", "verdict")) == [(members[2], "prefer")]
    press(page, "m")
    assert parted in page.locator(".decision-says").inner_text()
    assert PairVerdict.objects.get().verdict == "apart"
    press(page, "u")
    press(page, "u")
    assert not page.locator("[data-do=undo]").is_enabled()
    assert Judgement.objects.latest("pk").verdict == "withdrawn"
    assert PairVerdict.objects.latest("pk").verdict == "withdrawn"


def test_keys_of_an_input_method_and_of_other_controls_decide_nothing(
    snapshot: Snapshot, curator: User, open_page: OpenPage
) -> None:
    page = open_page(curator)
    page.goto(f"/snapshots/{snapshot.pk}/duplicates/{groups(snapshot).name(0)}/")
    for key in ("Enter", "m", "u", "ArrowRight"):
        page.locator("body").dispatch_event(
            "keydown", {"key": key, "isComposing": True, "bubbles": True}
        )
    page.locator("[data-step='1']").focus()
    with page.expect_response("**/pair/**"):
        page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert not Judgement.objects.exists()
    assert not PairVerdict.objects.exists()


def test_a_viewer_sees_no_button(snapshot: Snapshot, viewer: User, open_page: OpenPage) -> None:
    page = open_page(viewer)
    page.goto(f"/snapshots/{snapshot.pk}/duplicates/{groups(snapshot).name(0)}/")
    assert page.locator("[data-do]").count() == 0
    page.keyboard.press("Enter")
    with page.expect_response("**/pair/**"):
        page.keyboard.press("ArrowRight")


def test_a_documents_page_leads_to_its_group(
    snapshot: Snapshot, curator: User, open_page: OpenPage
) -> None:
    page = open_page(curator, language="en")
    name = groups(snapshot).name(1)
    page.goto(f"/snapshots/{snapshot.pk}/documents/{name}/")
    page.get_by_role("link", name="Side by side").click()
    assert f"/duplicates/{name}/" in page.url
