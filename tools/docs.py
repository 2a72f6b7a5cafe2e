"""The documents against the code: links, settings, commands, and README's twins."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from tools.repository import ROOT, files, short

OPERATIONS = ROOT / "docs" / "operations.md"
_TWINS = (
    ("README.md", "README.ja.md"),
    ("docs/quickstart.md", "docs/quickstart.ja.md"),
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`((?:corpora|curation|docs|templates|tests|tools)/[^`\s]+)`")
#: Commands that Django brings and the documents use.
_DJANGO = {"migrate", "createsuperuser", "changepassword", "shell", "makemigrations", "check"}


def problems() -> list[str]:
    return [*links(), *paths(), *settings(), *commands(), *make_verbs(), *twins()]


def links() -> list[str]:
    """Links inside the repository that lead nowhere, anchors included."""
    found = []
    for path in files("*.md"):
        for target in _LINK.findall(_FENCE.sub("", path.read_text())):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = unquote(target).partition("#")
            file = (path.parent / name).resolve() if name else path
            if not file.exists():
                found.append(f"{short(path)}: {target} is not there")
            elif anchor and file.suffix == ".md" and anchor not in anchors(file):
                found.append(f"{short(path)}: {target} has no such heading")
    return found


def paths() -> list[str]:
    """Files and folders of this repository that documents name in `code` and that are not there."""
    return [
        f"{short(path)}: there is no {name}"
        for path in files("*.md")
        for name in _NAMED.findall(path.read_text())
        if not any(ROOT.glob(name))
    ]


def anchors(path: Path) -> set[str]:
    """The fragments of a page's headings, as code hosts make them."""
    headings = (text for _, text in _HEADING.findall(_FENCE.sub("", path.read_text())))
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def settings() -> list[str]:
    """Settings that docs/operations.md does not list, or that it lists and nobody reads."""
    listed = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", OPERATIONS.read_text(), re.MULTILINE))
    read = environment_variables()
    return [
        *(f"docs/operations.md: {name} is not documented" for name in sorted(read - listed)),
        *(f"docs/operations.md: {name} is read by nobody" for name in sorted(listed - read)),
    ]


def environment_variables() -> set[str]:
    """Names that curation/settings.py reads through env_*."""
    tree = ast.parse((ROOT / "curation" / "settings.py").read_text())
    return {
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "").startswith("env_")
        and isinstance(node.args[0], ast.Constant)
    }


def commands() -> list[str]:
    """Verbs of manage.py that no document mentions, or that documents mention in vain."""
    folder = ROOT / "curation" / "management" / "commands"
    ours = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    said = {
        (verb, short(path))
        for path in files("*.md")
        for line in re.findall(r"manage\.py ((?:[a-z_]+ ?\| ?)*[a-z_]+)", path.read_text())
        for verb in re.split(r" ?\| ?", line)
    }
    mentioned = {verb for verb, _ in said}
    return [
        *(f"no document mentions manage.py {verb}" for verb in sorted(ours - mentioned)),
        *(f"{p}: there is no manage.py {v}" for v, p in sorted(said) if v not in ours | _DJANGO),
    ]


def make_verbs() -> list[str]:
    """Verbs of make that documents mention in vain."""
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    return [
        f"{short(path)}: there is no make {verb}"
        for path in files("*.md")
        for verb in re.findall(r"(?:^|`)make ([a-z]+)", path.read_text(), re.MULTILINE)
        if verb not in verbs
    ]


def twins() -> list[str]:
    """Pages in two languages whose headings or code do not run in parallel."""
    found = []
    for english, japanese in _TWINS:
        one, other = outline(ROOT / english), outline(ROOT / japanese)
        if one != other:
            found.append(f"{japanese}: its headings and code are not those of {english}")
    return found


def outline(path: Path) -> list[str]:
    """Levels of headings and the blocks of code, comments left out, in order."""
    text = path.read_text()
    blocks = re.findall(r"^```.*?^```|^#{1,6} ", text, re.MULTILINE | re.DOTALL)
    return [
        re.sub(r" *#.*$", "", block, flags=re.MULTILINE) if "```" in block else block
        for block in blocks
    ]


if __name__ == "__main__":
    found = problems()
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(bool(found))
