"""The house is in order: what no single area's tests would notice."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from corpora.stages import STAGES
from curation.models import Role
from curation.permissions import TABLE
from curation.templatetags.workbench import stage_label
from tests.permission_table import PUBLIC, ROUTES
from tests.routes import operations, pages
from tools import committed, docs, locks, messages
from tools.repository import ROOT, files, short

#: Everything at the top, so that nothing lands there by accident.
TOP_LEVEL = {
    ".ci", ".dockerignore", ".env.example", ".gitignore", ".pre-commit-config.yaml",
    "Dockerfile", "Makefile", "README.ja.md", "README.md", "benchmarks", "corpora", "curation",
    "docker-compose.yml", "docs", "manage.py", "pyproject.toml", "requirements-dev.in",
    "requirements-dev.lock", "requirements-morphology.in", "requirements-morphology.lock",
    "requirements.in", "requirements.lock", "templates", "tests", "tools",
}  # fmt: skip


# -- documents, words, files -------------------------------------------------------------


def test_the_top_level_holds_what_it_should() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files()} == TOP_LEVEL


@pytest.mark.parametrize(
    "look",
    [docs.links, docs.paths, docs.settings, docs.commands, docs.make_verbs, docs.twins],
    ids=lambda look: look.__name__,
)
def test_the_documents_agree_with_the_code(look: Callable[[], list[str]]) -> None:
    assert look() == []


def test_every_stage_has_a_title_and_is_documented() -> None:
    page = (ROOT / "docs" / "stages.md").read_text()
    assert set(re.findall(r"^\| `([a-z.]+)` \|", page, re.MULTILINE)) == set(STAGES)
    assert [name for name in STAGES if stage_label(name) == name] == []


def test_every_word_on_screen_has_its_japanese() -> None:
    known, complaints = messages.translations()
    assert (complaints + messages.faults(messages.wanted(), known))[:10] == []


def test_the_catalogue_is_what_merging_gives() -> None:
    known, _ = messages.translations()
    is_current = messages.JAPANESE.read_bytes() == messages.rendered(messages.wanted(), known)
    assert is_current, "run make fix"


def test_the_locks_hold_what_is_asked_for() -> None:
    assert locks.problems() == []


def test_no_file_names_a_registry_or_somebodys_machine() -> None:
    assert committed.problems() == []


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# -- hostile text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "where"),
    [
        pytest.param(r"<script(?![^>]*\bsrc=)", "templates/**", id="inline script"),
        pytest.param(r"<style\b|\sstyle\s*=", "templates/**", id="inline style"),
        pytest.param(r"\son[a-z]+\s*=\s*[\"']", "templates/**", id="inline handler"),
        pytest.param(r"\|\s*safe\b|autoescape\s+off", "templates/**", id="unescaped"),
        pytest.param(r"\bmark_safe\(|\bSafeString\(", "curation/**/*.py", id="marked safe"),
        pytest.param(
            r"\b(innerHTML|outerHTML|insertAdjacentHTML|eval|document\.write)\b",
            "curation/static/**/*.js",
            id="text set as HTML",
        ),
    ],
)
def test_corpus_text_can_only_ever_be_text(pattern: str, where: str) -> None:
    found = [
        f"{short(path)}:{number}: {line.strip()}"
        for path in sorted(ROOT.glob(where))
        if path.is_file()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == []


# -- size --------------------------------------------------------------------------------


def test_views_are_short() -> None:
    """Fetch, bind, act, render: more than 40 lines is an action or a query in disguise."""
    assert list(_long_functions(ROOT / "curation" / "views", 40)) == []


def test_few_modules_are_long() -> None:
    lengths = {
        short(path): len(path.read_text().splitlines())
        for folder in ("corpora", "curation", "tools")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    }
    assert {path for path, lines in lengths.items() if lines > 600} == set()
    assert len([path for path, lines in lengths.items() if lines > 400]) <= 3


def _long_functions(folder: Path, most: int) -> Iterator[str]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > most:
                    yield f"{short(path)}: {node.name} has {lines} lines"


# -- routes ------------------------------------------------------------------------------


def test_every_page_has_a_name_and_is_in_the_permission_table() -> None:
    assert {route.name for route in pages()} == set(ROUTES)


def test_the_permission_table_speaks_of_permissions_that_exist() -> None:
    assert set(ROUTES.values()) <= {PUBLIC, *TABLE}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_sends_a_stranger_to_the_login(method: str) -> None:
    login = reverse("login")
    shown = []
    for route in pages():
        if ROUTES.get(route.name) != PUBLIC:
            answer = getattr(Client(), method)(route.nowhere)
            sent_on = answer.headers.get("Location", "").startswith(f"{login}?next=")
            # 405: the address has no such method for anybody.
            if not sent_on and answer.status_code != 405:
                shown.append(f"{route.nowhere}: {answer.status_code}")
    assert shown == []


@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_for_those_who_may(role: Role, client_for: Callable[[str], Client]) -> None:
    client = client_for(role)
    for route in pages():
        word = ROUTES.get(route.name, PUBLIC)
        if word != PUBLIC and not route.is_about_one_thing:
            expected = {200, 405} if role in TABLE[word] else {403, 405}
            assert client.get(route.nowhere).status_code in expected, route.nowhere


@pytest.mark.parametrize("role", list(Role))
def test_nobody_does_what_their_role_may_not(
    role: Role, client_for: Callable[[str], Client]
) -> None:
    client = client_for(role)
    for route in pages():
        word = ROUTES.get(route.name, PUBLIC)
        if word != PUBLIC and role not in TABLE[word]:
            # Without a body and about nothing, it may be refused for another reason first.
            expected = {400, 403, 404, 405} if route.is_about_one_thing else {403}
            assert client.post(route.nowhere).status_code in expected, route.nowhere


def test_a_page_about_what_is_not_there_says_404(client_for: Callable[[str], Client]) -> None:
    client = client_for(Role.ADMINISTRATOR)
    for route in pages():
        if route.is_about_one_thing:
            assert client.get(route.nowhere).status_code in (404, 405), route.nowhere


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_the_api_tells_a_stranger_nothing(method: str) -> None:
    open_to_all = {"api:openapi-json", "api:api-root"}
    closed = [route for route in operations() if route.name not in open_to_all]
    assert closed
    for route in closed:
        answer = getattr(Client(), method)(route.nowhere, content_type="application/json")
        assert answer.status_code in (401, 405), f"{route.nowhere}: {answer.status_code}"
