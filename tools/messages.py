"""The workbench's words: found in code and templates, translated, compiled.

``merge``    curation/locale/fragments/*.po → curation/locale/ja/LC_MESSAGES/django.po
``check``    that this file is what ``merge`` would write, and that no word lacks its Japanese
``compile``  django.po → django.mo, where it is older

msgids are English, so English needs no catalogue. The catalogue holds no places and
no times: it changes only when a word does.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "curation" / "locale"
FRAGMENTS = LOCALE / "fragments"
JAPANESE = LOCALE / "ja" / "LC_MESSAGES" / "django.po"

_HEADER = """\
msgid ""
msgstr ""
"Language: ja\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
#: Function -> how many string arguments it takes, the context first.
_FUNCTIONS = {"_": 1, "gettext": 1, "pgettext": 2, "ngettext": 2, "npgettext": 3}
_LITERAL = r"""u?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
#: What django.utils.translation.template.templatize writes for a word of a template.
_CALL = re.compile(
    rf"(?<![\w.])(?:_|n?p?gettext)\(\s*{_LITERAL}(?:,\s*{_LITERAL})*(?:,\s*count)?\s*\)"
)
_PLACEHOLDER = re.compile(r"%\((\w+)\)")


@dataclass(frozen=True, slots=True, order=True)
class Message:
    text: str
    context: str = ""
    plural: str = ""

    @property
    def id(self) -> Any:
        """As babel's catalogue wants it."""
        return (self.text, self.plural) if self.plural else self.text


# -- finding -----------------------------------------------------------------------------


def in_python(source: str) -> Iterator[Message]:
    """Every message that Python code marks.

    >>> list(in_python('_("a" "b"); ngettext("one", "many", n); pgettext_lazy("c", "d")'))
    ... # doctest: +NORMALIZE_WHITESPACE
    [Message(text='ab', context='', plural=''), Message(text='one', context='', plural='many'),
     Message(text='d', context='c', plural='')]
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        name = called.removesuffix("_lazy").removesuffix("_noop")
        words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        texts = [word for word in words if isinstance(word, str)][: _FUNCTIONS.get(name, 0)]
        if texts and len(texts) == _FUNCTIONS[name]:
            context = texts.pop(0) if "p" in name.removesuffix("gettext") else ""
            yield Message(text=texts[0], context=context, plural=[*texts, ""][1])


def in_template(source: str) -> Iterator[Message]:
    """Every message of a Django template.

    >>> list(in_template('{% translate "Runs" %} {{ x|default:_("none") }}'))
    [Message(text='Runs', context='', plural=''), Message(text='none', context='', plural='')]
    """
    from django.utils.translation.template import templatize

    for call in _CALL.finditer(templatize(source)):
        yield from in_python(call[0])


def wanted() -> dict[Message, Path]:
    """Every message of the product and the first file that has it."""
    found: dict[Message, Path] = {}
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for message in in_template(path.read_text()):
            found.setdefault(message, path)
    for path in sorted((ROOT / "curation").rglob("*.py")):
        for message in in_python(path.read_text()):
            found.setdefault(message, path)
    return found


# -- translations ------------------------------------------------------------------------


def translations() -> tuple[dict[Message, str], list[str]]:
    """What is translated so far, and complaints: two fragments that differ, a lost %(name)s."""
    known: dict[Message, str] = {}
    complaints = []
    if JAPANESE.exists():
        known.update(_read(JAPANESE))
    said_by: dict[Message, Path] = {}
    for path in sorted(FRAGMENTS.glob("*.po")):
        for message, japanese in _read(path):
            other = said_by.setdefault(message, path)
            if other != path and known[message] != japanese:
                complaints.append(
                    f"{message.text!r}: {known[message]!r} in {other.name}, "
                    f"{japanese!r} in {path.name}; the first is used"
                )
                continue
            known[message] = japanese
    return known, complaints


def _read(path: Path) -> Iterator[tuple[Message, str]]:
    for entry in read_po(BytesIO(path.read_bytes()), locale="ja"):
        # A message with a plural has its words in a tuple, any other in a string.
        text, plural, *_ = (*entry.id, "") if isinstance(entry.id, tuple) else (entry.id, "")
        said = entry.string if isinstance(entry.string, str) else (entry.string or ("",))[0]
        if text and said:
            yield Message(text=str(text), context=entry.context or "", plural=plural), said


def faults(messages: dict[Message, Path], known: dict[Message, str]) -> list[str]:
    """Messages without their Japanese, and translations whose %(name)s are not the message's."""
    found = []
    for message, path in messages.items():
        japanese = known.get(message)
        place = path.relative_to(ROOT)
        if japanese is None:
            found.append(f"{place}: no Japanese for {message.text!r}")
        elif not set(_PLACEHOLDER.findall(japanese)) <= _names(message):
            found.append(f"{place}: {japanese!r} names what {message.text!r} does not give")
    return found


def _names(message: Message) -> set[str]:
    return set(_PLACEHOLDER.findall(message.text + message.plural))


def rendered(messages: dict[Message, Path], known: dict[Message, str]) -> bytes:
    """The catalogue as a file: sorted, only what the product says."""
    catalog = Catalog(locale="ja", domain="django")
    for message in sorted(messages):
        if japanese := known.get(message):
            catalog.add(
                message.id,
                (japanese,) if message.plural else japanese,
                context=message.context or None,
            )
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True, sort_output=True, no_location=True)
    return _HEADER.encode() + body.getvalue().strip() + b"\n"


# -- verbs -------------------------------------------------------------------------------


def merge() -> list[str]:
    messages = wanted()
    known, complaints = translations()
    JAPANESE.parent.mkdir(parents=True, exist_ok=True)
    JAPANESE.write_bytes(rendered(messages, known))
    compile_catalogues()
    return complaints + faults(messages, known)


def check() -> list[str]:
    messages = wanted()
    known, complaints = translations()
    is_current = JAPANESE.exists() and JAPANESE.read_bytes() == rendered(messages, known)
    stale = [] if is_current else [f"{JAPANESE.relative_to(ROOT)} is stale: run make fix"]
    return complaints + faults(messages, known) + stale


def compile_catalogues() -> list[str]:
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        catalog = read_po(BytesIO(path.read_bytes()), locale=path.parts[-3], domain="django")
        content = BytesIO()
        write_mo(content, catalog)
        target.write_bytes(content.getvalue())
    return []


if __name__ == "__main__":
    verb = {"merge": merge, "check": check, "compile": compile_catalogues}[sys.argv[1]]
    problems = verb()
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    sys.exit(bool(problems))
