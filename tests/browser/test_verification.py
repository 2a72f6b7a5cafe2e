"""Verifying an export from its page: pressed, waited for, and told file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from curation.models import AuditEvent, Export, User
from curation.queries.verification import ASKED
from curation.tasks.verification import verify_export
from tests.integration.play import Workbench
from tests.services.browser import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from corpora.storage import Store

pytestmark = pytest.mark.django_db(transaction=True)


def _verify(page: Page, export: Export) -> None:
    page.get_by_role("button", name="検証").click()
    page.locator(".badge", has_text="検証中").wait_for()
    verify_export(export.pk, AuditEvent.objects.filter(action=ASKED).latest("pk").pk)
    page.locator(".badge", has_text="検証中").wait_for(state="detached")


def test_a_damaged_shard_is_found_and_made_again(
    transactional_db: None, store: Store, redis_url: str, engineer: User, open_page: OpenPage
) -> None:
    bench = Workbench(engineer)
    bench.add(1)
    bench.result()
    export = Export.objects.filter(format="jsonl").latest("pk")
    page = open_page(engineer)
    page.goto(f"/exports/{export.pk}/")
    _verify(page, export)
    assert page.get_by_text("すべてがマニフェストと一致しています。").count() == 1
    assert page.locator("td", has_text="✓ 一致").count() == len(export.files) + 1

    name = "part-00000.jsonl.zst"
    blob = store.path(export.files[name]["sha256"])
    blob.chmod(0o644)
    blob.write_bytes(b"x" * blob.stat().st_size)
    _verify(page, export)
    row = page.locator("tr", has_text=name)
    assert row.get_by_text("✕ 破損").count() == 1
    assert page.get_by_role("alert").get_by_text("学習に使わないでください").count() == 1

    page.get_by_role("button", name="同じ設定で作り直す").click()
    page.wait_for_url("**/exports/*/")
    again = Export.objects.latest("pk")
    bench.work(again.runs.get())
    page.get_by_role("link", name="ダウンロード").first.wait_for()
    assert blob.is_file()
