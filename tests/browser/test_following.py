"""Pages that follow what is read and run by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from curation.actions import sources
from curation.models import User
from tests.integration.play import Workbench, file_of
from tests.services.browser import OpenPage

if TYPE_CHECKING:
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
    page.goto(address.format(source=source.pk))
    run = page.get_by_role("link", name="Run", exact=True)
    assert page.locator(".badge", has_text="Running").count()
    if address != "/":
        assert not run.count(), "nothing to run yet"
    bench.work(source.runs.get())
    page.locator(".badge", has_text="Running").first.wait_for(state="detached", timeout=10_000)
    assert page.locator(".badge", has_text="Done").count()
    assert run.count(), "the page offers the run"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_500)
    assert not asked, "and has nothing more to ask"
