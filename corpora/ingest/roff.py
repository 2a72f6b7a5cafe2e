"""Manual pages in roff (the macros of man and mdoc, groff_man(7) and groff_mdoc(7)) as text.

Requests that lay out are not carried out: lines are joined to paragraphs, headings and tags stand
alone, fonts go. Conditionals and definitions of macros are passed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Special characters by their names of two letters (groff_char(7)); others go.
_NAMED = {
    "em": "—", "en": "–", "hy": "-", "bu": "•", "co": "©", "rg": "®", "tm": "™", "aq": "'",
    "dq": '"', "oq": "‘", "cq": "’", "lq": "“", "rq": "”", "rs": "\\", "ha": "^", "ti": "~",
    "ga": "`", "at": "@", "sh": "#", "Do": "$", "bv": "|", "ba": "|", "br": "|", "**": "*",
    "mi": "−", "pl": "+", "eq": "=", "mu": "×", "di": "÷", "+-": "±", "<=": "≤", ">=": "≥",
    "!=": "≠", "==": "≡", "~~": "≈", "->": "→", "<-": "←", "ua": "↑", "da": "↓", "de": "°",
    "sc": "§", "ps": "¶", "dg": "†", "dd": "‡", "ct": "¢", "Po": "£", "Ye": "¥", "Eu": "€",
    "*m": "μ", "*p": "π", "mc": "µ", "12": "½", "14": "¼", "34": "¾", "S1": "¹", "S2": "²",
    "S3": "³", "Fo": "«", "Fc": "»", "la": "⟨", "ra": "⟩", "lB": "[", "rB": "]", "lC": "{",
    "rC": "}", "ul": "_", "sl": "/", "if": "∞", "sr": "√", "*W": "Ω", "Tm": "™", "R": "®",
}  # fmt: skip
_STRINGS = {"lq": "“", "rq": "”", "Lq": "“", "Rq": "”", "Tm": "™", "R": "®", "tx": "TeX"}
#: Characters: three of a page may ask for two hundred each.
_MOST_PUT_IN = 1 << 20
_ESCAPE = re.compile(
    r"\\(?:[fFmMgkVYn*](?:\[(?P<long>[^\]\n]{0,80})\]|\((?P<two>..)|(?P<one>[^\s\[(]))"
    r"|s(?:[+-]?\d{1,2}|\[[^\]\n]{0,20}\]|'[^'\n]{0,20}')"
    r"|[hvwDNLlobxXZAB](?P<quote>['\"]).{0,200}?(?P=quote)"
    r"|\[(?P<char>[^\]\n]{1,80})\]|\((?P<pair>..)"
    r"|(?P<comment>[\"#].*)|(?P<sign>.)|$)"
)
_SIGNS = {"-": "-", "e": "\\", "\\": "\\", "~": " ", " ": " ", "0": " ", "'": "'", "`": "`",
          ".": ".", "t": "\t", "E": "\\"}  # fmt: skip
_ARGUMENT = re.compile(r'"((?:[^"]|"")*)"?|(\S+)')
_WIDE = re.compile("[\u2e80-\u312f\u3190-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uffef]")
_HEADINGS = frozenset(("SH", "SS", "Sh", "Ss"))
_PARAGRAPHS = frozenset(("PP", "P", "LP", "HP", "Pp", "sp", "Lp", "UC"))
_BREAKS = frozenset(("br", "in", "ti", "RS", "RE", "Bl", "El", "Bd", "Ed", "UE", "ce", "bp"))
_HAND = {"nf": True, "EX": True, "fi": False, "EE": False}
#: Fonts that take turns within a line.
_TURNS = frozenset(("BR", "BI", "IB", "IR", "RB", "RI", "SB"))
#: Macros of mdoc: what stands around their words.
_AROUND = {
    "Fl": ("-", ""), "Op": ("[", "]"), "Oo": ("[", ""), "Oc": ("", "]"), "Dq": ("“", "”"),
    "Qq": ('"', '"'), "Ql": ("'", "'"), "Sq": ("‘", "’"), "Aq": ("<", ">"), "Bq": ("[", "]"),
    "Pq": ("(", ")"), "Brq": ("{", "}"),
}  # fmt: skip
_WORDS = frozenset(
    [
        "B",
        "I",
        "SM",
        "Nm",
        "Ar",
        "Cm",
        "Ic",
        "Li",
        "Pa",
        "Em",
        "Sy",
        "Tn",
        "Va",
        "Dv",
        "Ev",
        "Er",
        "Fn",
        "Ft",
        "Fa",
        "Vt",
        "Ad",
        "An",
        "Lk",
        "Mt",
        "Sx",
        "St",
        "Ux",
        "Bx",
        "Fx",
        "Nx",
        "Ox",
        "At",
        "Xc",
        "No",
        "Ms",
        "Rv",
        "Cd",
        "Fd",
        "In",
        "Dl",
        "D1",
        "Ql",
        "MT",
        "UR",
        "Xr",
        "Nd",
        "Xo",
    ]
)


@dataclass(slots=True, kw_only=True)
class Manual:
    text: str
    #: "ls(1)".
    title: str | None = None
    #: As the page writes it.
    date: str | None = None
    #: The page that this one only points to.
    instead: str | None = None


@dataclass(slots=True)
class _Page:
    lines: list[str] = field(default_factory=list)
    #: The pieces of the line at hand.
    paragraph: list[str] = field(default_factory=list)
    by_hand: bool = False
    #: What the next line of text is: the heading or the tag that its macro announced.
    expected: str = ""
    name: str = ""
    title: str | None = None
    date: str | None = None
    instead: str | None = None
    strings: dict[str, str] = field(default_factory=lambda: dict(_STRINGS))
    #: Characters that strings have put in.
    put_in: int = 0

    def add(self, text: str) -> None:
        if self.by_hand:
            self.lines.append(text.rstrip())
        elif self.paragraph and text:
            # A line of Japanese that was broken is one.
            wide = _WIDE.match(self.paragraph[-1][-1]) and _WIDE.match(text[0])
            self.paragraph.append(text if wide else f" {text}")
        elif text:
            self.paragraph = [text]
        if self.expected and text:
            self.end(apart=self.expected == "heading")
            self.expected = ""

    def end(self, *, apart: bool = False) -> None:
        """End the line; ``apart``: with an empty one behind it."""
        if line := "".join(self.paragraph).strip():
            self.lines.append(line)
        self.paragraph = []
        if apart and self.lines and self.lines[-1]:
            self.lines.append("")

    # -- macros ---------------------------------------------------------------------------

    def control(self, name: str, rest: str) -> None:
        if name in _HEADINGS:
            self.end(apart=True)
            self.by_hand, self.expected = False, "heading"
            self._say(" ".join(self._arguments(rest)))
        elif name in _PARAGRAPHS:
            self.end(apart=True)
        elif name in _BREAKS:
            self.end()
        elif name in _HAND:
            self.end()
            self.by_hand = _HAND[name]
        elif name == "TP":
            self.end()
            self.expected = "tag"
        elif name in ("IP", "It"):
            self.end()
            if words := self._arguments(rest)[: 1 if name == "IP" else None]:
                self.add(self._words(words))
                self.end()
        elif name in ("TH", "Dt", "Dd", "so"):
            self._about(name, rest)
        elif name == "ds":
            key, _, value = rest.partition(" ")
            self.strings[key] = value.lstrip('"')[:200]
        elif name in _TURNS:
            self._say("".join(self._arguments(rest)))
        elif name in _AROUND or name in _WORDS:
            self._say(self._words([name, *self._arguments(rest)]))

    def _say(self, text: str) -> None:
        if text:
            self.add(text)

    def _about(self, name: str, rest: str) -> None:
        words = self._arguments(rest)
        if name == "so":
            self.instead = words[0] if words else None
        elif name == "Dd":
            self.date = " ".join(words)
        elif words:
            self.title = f"{words[0]}({words[1]})" if len(words) > 1 else words[0]
            if name == "TH" and len(words) > 2:
                self.date = words[2]

    def _words(self, words: list[str]) -> str:
        """A line of mdoc: macros among the words, and what they put around the rest."""
        found: list[list[str]] = []
        close: list[str] = []
        glue = False
        for place, word in enumerate(words):
            if word in _AROUND:
                before, after = _AROUND[word]
                close.append(after)
                if glue and found:
                    found[-1].append(before)
                else:
                    found.append([before])
                glue = True
            elif word == "Ns":
                glue = True
            elif word == "Nm":
                found.append([self.name if place + 1 == len(words) else ""])
            elif word not in _WORDS or len(words) == 1:
                if glue and found:
                    found[-1].append(word)
                else:
                    found.append([word])
                glue = False
        line = " ".join(filter(None, map("".join, found)))
        if words[0] == "Nm" and len(words) > 1:
            self.name = self.name or words[1]
        if words[0] == "Xr" and len(words) > 2:
            line = f"{words[1]}({words[2]}){' '.join(words[3:])}"
        return line + "".join(reversed(close))

    def _arguments(self, rest: str) -> list[str]:
        found = _ARGUMENT.findall(rest)
        return [self.plain((one or two).replace('""', '"')) for one, two in found]

    # -- escapes --------------------------------------------------------------------------

    def plain(self, text: str) -> str:
        return _ESCAPE.sub(self._escape, text) if "\\" in text else text

    def _escape(self, found: re.Match[str]) -> str:
        if found["sign"]:
            return _SIGNS.get(found["sign"], "")
        if name := found["pair"] or found["char"]:
            return _character(name)
        if found[0].startswith("\\*"):
            return self._string(found["long"] or found["two"] or found["one"])
        if found[0].startswith("\\N"):
            digits = found[0][3:-1]
            return chr(int(digits)) if digits.isdecimal() and 31 < int(digits) < 0xD800 else ""
        return ""

    def _string(self, name: str) -> str:
        """A string by its name; nothing once all of them have made the page a megabyte longer."""
        value = self.strings.get(name, "")
        self.put_in += len(value)
        return value if self.put_in <= _MOST_PUT_IN else ""


def _character(name: str) -> str:
    if re.fullmatch(r"u[0-9A-F]{4,6}", name):
        point = int(name[1:], 16)
        return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else ""
    return _NAMED.get(name, "")


def manual(source: str) -> Manual:
    """The page's text.

    >>> page = '.TH LS 1\\n.SH 名前\\nls - 一覧を\\n表示する\\n.TP\\n.B a\\n全て。'
    >>> manual(page).text.split("\\n"), manual(page).title
    (['名前', '', 'ls - 一覧を表示する', 'a', '全て。'], 'LS(1)')
    """
    page = _Page()
    for line in _shown(source.split("\n")):
        if not line:
            page.end(apart=True)
        elif line[0] in ".'":
            name, _, rest = line[1:].lstrip(" \t").partition(" ")
            page.control(name, rest)
        else:
            page.add(page.plain(line))
    page.end()
    text = "\n".join(page.lines).strip("\n")
    return Manual(text=text, title=page.title, date=page.date, instead=page.instead)


def _shown(lines: list[str]) -> Iterator[str]:
    """Without comments, definitions of macros, conditionals and what lays out tables."""
    until, depth, table = "", 0, False
    for line in lines:
        if until:
            until = "" if line.rstrip() == until else until
        elif depth:
            depth += line.count("\\{") - line.count("\\}")
        elif re.match(r"[.']\s*(?:\\[\"#]|$)", line) or line.startswith('\\"'):
            continue
        elif found := re.match(r"[.']\s*(?:de1?|am1?|ig)\s*(?:\S+\s*(\S*))?", line):
            until = f".{found[1] or '.'}"
        elif re.match(r"[.']\s*(?:if|ie|el|while)\b", line):
            depth = max(0, line.count("\\{") - line.count("\\}"))
        elif re.match(r"\.TS\b", line):
            table = True
        elif re.match(r"\.TE\b", line):
            table = False
            yield ".br"
        elif table:
            # The columns' layout ends with a full stop.
            table = not line.rstrip().endswith(".")
        else:
            yield line.removesuffix("T{").removeprefix("T}")
