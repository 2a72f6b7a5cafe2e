from __future__ import annotations
from pathlib import Path
import pytest
from curation.models import *
from curation.queries.clusters import groups
from tests.curation import snapshots

pytestmark = pytest.mark.django_db(transaction=True)
OUT = Path("/tmp/shots-e")
OUT.mkdir(exist_ok=True)


def test_shots(transactional_db, store, redis_url, curator, open_page):
    docs = []
    for n, f in enumerate(
        sorted(Path("/work/shared/corpora/neardup_aozora_revisions").glob("*.txt"))[:40]
    ):
        text = f.read_text(encoding="cp932", errors="replace")
        title = text.splitlines()[0][:30]
        docs.append(
            snapshots.document(
                text, number=n, source=f"aozora/{f.name}", title=title, domain="文学"
            )
        )
        if n % 8 == 0:
            docs.append(
                snapshots.document(
                    text,
                    number=n,
                    source=f"mirror/2026-10/{f.name}",
                    title=title + "(写し)",
                    domain="転載",
                )
            )
            docs.append(
                snapshots.document(
                    text.replace("。", "。 ", 3) + "\nこのページの先頭へ戻る",
                    number=n + 100,
                    source=f"mirror/2026-11/{f.name}",
                    title=None,
                    domain="転載",
                )
            )
    corpus = snapshots.make_corpus(store, docs, name="aozora")
    toml = snapshots.RECIPE.replace("min = 30", "min = 40")
    snap = snapshots.make_snapshot(store, corpus, recipe=snapshots.make_recipe(toml))
    base = f"/snapshots/{snap.pk}/duplicates/"
    name = groups(snap).name(0)
    for lang in ("ja", "en"):
        for scheme in ("light", "dark"):
            page = open_page(curator, language=lang, scheme=scheme)
            page.goto(base)
            page.screenshot(path=OUT / f"list-{lang}-{scheme}.png")
            page.goto(base + name + "/")
            page.screenshot(path=OUT / f"cluster-{lang}-{scheme}.png")
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(600)
            page.screenshot(path=OUT / f"pair-{lang}-{scheme}.png")
            if lang == "ja" and scheme == "light":
                with page.expect_navigation():
                    page.keyboard.press("Enter")
                page.screenshot(path=OUT / "kept.png")
                with page.expect_navigation():
                    page.keyboard.press("m")
                page.screenshot(path=OUT / "apart.png")
                page.evaluate("window.scrollTo(0, 900)")
                page.wait_for_timeout(200)
                page.screenshot(path=OUT / "scrolled.png")
                page.goto(f"/snapshots/{snap.pk}/documents/{name}/")
                page.screenshot(path=OUT / "document.png", full_page=True)
                page.keyboard.press("?")
                page.screenshot(path=OUT / "help.png")
