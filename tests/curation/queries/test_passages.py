"""The passages that a snapshot's recipe cut, on its page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from corpora.storage import Store
from curation.models import Snapshot
from curation.queries.passages import PASSAGES_SHOWN, repeated
from tests.curation import snapshots

NOTICE = "この記事の一部または全部を<b>許可なく</b>転載することを禁じます。"
#: Stories are alike: copies but for their numbers.
RECIPE = (
    snapshots.RECIPE.replace('mode = "near"', 'mode = "exact"')
    + "[passages]\nenabled = true\nmin_documents = 3\n"
)


@pytest.fixture
def cut(curated: Store, db: None) -> Snapshot:
    """Stories of five hosts; all have the notice."""
    rows = [
        snapshots.document(f"{snapshots.story(n)}\n{NOTICE}", number=n, host=f"{n % 5}.example.jp")
        for n in range(9)
    ]
    corpus = snapshots.make_corpus(curated, rows, name="notices")
    recipe = snapshots.make_recipe(RECIPE, name="notices")
    return snapshots.make_snapshot(curated, corpus, recipe=recipe)


def test_a_passage_is_listed_with_its_hosts(cut: Snapshot) -> None:
    found = repeated(cut)
    assert found
    assert found.edits == 8
    passage = next(one for one in found.shown if one.example == NOTICE)
    assert (passage.documents, passage.cut_documents) == (9, 8)
    assert passage.cut_characters == 8 * len(NOTICE)
    assert [host["documents"] for host in passage.hosts] == [2, 2, 2]
    assert passage.more_hosts == 2
    assert len(found.shown) <= PASSAGES_SHOWN


def test_a_recipe_that_leaves_them_has_none(snapshot: Snapshot) -> None:
    assert repeated(snapshot) is None


@pytest.mark.parametrize(("language", "word"), [("ja", "反復箇所"), ("en", "Repeated passages")])
def test_the_page_says_them_as_text(
    client_for: Callable[[str], Client], cut: Snapshot, language: str, word: str
) -> None:
    address = reverse("snapshot", args=[cut.pk])
    headers = {"accept-language": language}
    html = client_for("viewer").get(address, headers=headers).content.decode()
    assert f'<h2 id="passages">{word}</h2>' in html
    assert "&lt;b&gt;許可なく&lt;/b&gt;" in html


def test_the_page_of_another_has_no_such_section(
    client_for: Callable[[str], Client], snapshot: Snapshot
) -> None:
    html = client_for("viewer").get(reverse("snapshot", args=[snapshot.pk])).content.decode()
    assert 'id="passages"' not in html
