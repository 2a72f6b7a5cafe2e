"""A recipe: what is normalised, measured, compared, dropped, cut, tokenised and exported.

Recipes are TOML. The shipped ones are in ``corpora/recipes``; ``load`` takes a
name or a file. Everything that the output depends on is in here, so that
``Recipe.sha256`` stands for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalization:
    #: "none", "NFC" or "NFKC".
    form: str = "NFKC"
    #: "keep", or "unify": ，． become 、。 between Japanese characters.
    punctuation: str = "unify"
    #: Zero-width, bidi-control and other invisible characters are removed.
    invisible: bool = True
    #: Runs of blanks become one, trailing blanks and more than two blank lines go.
    spaces: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A document fails when its signal is below ``min`` or above ``max``."""

    name: str
    #: A name in corpora.signals.SIGNALS.
    signal: str
    min: float | None = None
    max: float | None = None
    enabled: bool = True
    #: Where the threshold comes from, for people.
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dedup:
    #: "near" (exact and near duplicates), "exact" or "none".
    mode: str = "near"
    #: Code points of a shingle.
    ngram: int = 5
    bands: int = 16
    rows: int = 8
    threshold: float = 0.8
    #: Old kanji are compared as new ones.
    fold_old_kanji: bool = True
    #: Who stays: "quality", "earliest" or "longest".
    keeper: str = "quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class FooterEdit:
    """Cut lines at a document's end that many documents of the same host or source end with."""

    enabled: bool = False
    #: Documents of one host (or source) that must share the line.
    min_documents: int = 5
    #: And the share of that host's documents.
    min_share: float = 0.1
    #: Lines looked at from the end.
    lines: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenization:
    #: "none", "train" (train one on what is kept, unless the caller pins one) or a .model file.
    tokenizer: str = "none"
    vocab_size: int = 8_000
    #: UTF-8 bytes of kept text that training looks at.
    sample_bytes: int = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    formats: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    name: str
    title: str = ""
    title_ja: str = ""
    description: str = ""
    normalization: Normalization = field(default_factory=Normalization)
    dedup: Dedup = field(default_factory=Dedup)
    rules: tuple[Rule, ...] = ()
    footers: FooterEdit = field(default_factory=FooterEdit)
    tokenization: Tokenization = field(default_factory=Tokenization)
    export: ExportSettings = field(default_factory=ExportSettings)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def sha256(self) -> str:
        """Hash of what decides the output: texts for people are left out."""
        value = self.to_json()
        for prose in ("name", "title", "title_ja", "description"):
            del value[prose]
        for rule in value["rules"]:
            del rule["source"]
        return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()

    @property
    def active_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.enabled)

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals that the rules ask for, switched off or not, sorted."""
        return tuple(sorted({rule.signal for rule in self.rules}))
