"""A recipe: what is normalised, measured, compared, dropped, cut, tokenised and exported.

Recipes are TOML. The shipped ones are in ``corpora/recipes``; ``load`` takes a
name or a file. Everything that the output depends on is in here, so that
``Recipe.sha256`` stands for it.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from corpora.errors import RecipeError
from corpora.matching.users import compile_pattern
from corpora.matching.words import read_words
from corpora.recipe_checks import check
from corpora.recipe_reading import meant, read_fields
from corpora.recipe_writing import toml_table

_SHIPPED = files("corpora") / "recipes"
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalization:
    #: "none", "NFC" or "NFKC".
    form: str = field(default="NFKC", metadata={"choices": ("none", "NFC", "NFKC")})
    #: "keep", or "unify": ，． become 、。 between Japanese characters.
    punctuation: str = field(default="unify", metadata={"choices": ("keep", "unify")})
    #: Zero-width, bidi-control and other invisible characters are removed.
    invisible: bool = True
    #: Runs of blanks become one, trailing blanks and more than two blank lines go.
    spaces: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A document fails when its signal is below ``min`` or above ``max``."""

    name: str = field(metadata={"longest": 64})
    #: A name in corpora.signals.SIGNALS, or "words.NAME" or "patterns.NAME" of this recipe.
    signal: str
    min: float | None = None
    max: float | None = None
    enabled: bool = True
    #: Where the threshold comes from, for people.
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dedup:
    #: "near" (exact and near duplicates), "exact" or "none".
    mode: str = field(default="near", metadata={"choices": ("near", "exact", "none")})
    #: Code points of a shingle.
    ngram: int = field(default=5, metadata={"low": 1, "high": 32})
    #: "minhash", or "one-permutation": quicker, of the same kind, nobody else's signatures.
    sketch: str = field(default="minhash", metadata={"choices": ("minhash", "one-permutation")})
    #: Documents that agree in all rows of one band are candidates; bands × rows ≤ 1,024.
    bands: int = field(default=25, metadata={"low": 1, "high": 1_024})
    rows: int = field(default=5, metadata={"low": 1, "high": 1_024})
    #: Jaccard similarity from which two documents are one; above 0, at most 1.
    threshold: float = field(default=0.8, metadata={"low": 0.0, "high": 1.0})
    #: Old kanji are compared as new ones.
    fold_old_kanji: bool = True
    #: Historical kana usage is compared as modern one.
    fold_kana: bool = field(default=False, metadata={"later": True})
    #: Share of a document's n-grams from which it lies inside a larger one; 0: not looked for.
    containment: float = field(default=0.0, metadata={"later": True, "low": 0.0, "high": 1.0})
    #: Who stays: "quality" (no rule failed, then most Japanese letters), "earliest" or "longest".
    keeper: str = field(default="quality", metadata={"choices": ("quality", "earliest", "longest")})
    #: Corpora by name: where a group spans several, the first listed stays, before the policy.
    prefer: tuple[str, ...] = field(default=(), metadata={"later": True, "longest": 200})

    @property
    def permutations(self) -> int:
        """Values of a signature: 128, or more where the bands need more.

        The one-permutation sketch has as many bins as the next power of two.

        >>> Dedup(bands=25, rows=5).permutations, Dedup(bands=40, rows=20).permutations
        (128, 800)
        >>> Dedup(sketch="one-permutation", bands=40, rows=20).permutations
        1024
        """
        needed = max(128, self.bands * self.rows)
        return needed if self.sketch == "minhash" else 1 << (needed - 1).bit_length()


@dataclass(frozen=True, slots=True, kw_only=True)
class FooterEdit:
    """Cut lines at a document's end that many documents of the same host or source end with."""

    enabled: bool = False
    #: Documents of one host (or source) that must share the line.
    min_documents: int = field(default=5, metadata={"low": 2})
    #: And the share of that host's documents.
    min_share: float = field(default=0.1, metadata={"low": 0.0, "high": 1.0})
    #: Lines looked at from the end.
    lines: int = field(default=8, metadata={"low": 1, "high": 100})


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageEdit:
    """Cut lines or paragraphs that many kept documents have, from all but the first of them."""

    enabled: bool = False
    #: "line", or "paragraph": the lines between two empty ones.
    unit: str = field(default="line", metadata={"choices": ("line", "paragraph")})
    #: Characters as compared, blanks not counted; a shorter passage is language, no copy.
    min_characters: int = field(default=30, metadata={"low": 1})
    #: Documents that must have the passage.
    min_documents: int = field(default=5, metadata={"low": 2})
    #: Documents that are looked at together: of the whole "corpus", or of one "host" (or source).
    within: str = field(default="corpus", metadata={"choices": ("corpus", "host")})
    #: Who keeps it: the "first" document by part and row, or "none".
    keep: str = field(default="first", metadata={"choices": ("first", "none")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenization:
    #: "none", "train" (train one on what is kept, unless the caller pins one) or a .model file.
    tokenizer: str = "none"
    vocab_size: int = field(default=8_000, metadata={"low": 300, "high": 1_000_000})
    #: UTF-8 bytes of kept text that training looks at.
    sample_bytes: int = field(default=4_000_000, metadata={"low": 10_000, "high": 10**10})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    #: Written by ``python -m corpora run``; any of jsonl, parquet, megatron.
    formats: tuple[str, ...] = field(
        default=(), metadata={"choices": ("jsonl", "parquet", "megatron")}
    )
    #: Of the shuffle.
    seed: int = field(default=0, metadata={"low": 0, "high": 2**63 - 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    name: str = field(metadata={"longest": 100})
    title: str = ""
    title_ja: str = ""
    description: str = ""
    normalization: Normalization = field(default_factory=Normalization)
    dedup: Dedup = field(default_factory=Dedup)
    rules: tuple[Rule, ...] = ()
    footers: FooterEdit = field(default_factory=FooterEdit)
    passages: PassageEdit = field(default_factory=PassageEdit)
    tokenization: Tokenization = field(default_factory=Tokenization)
    export: ExportSettings = field(default_factory=ExportSettings)
    #: The recipe's own word lists; each is a signal "words.NAME" that counts hits.
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The recipe's own patterns (RE2); each is a signal "patterns.NAME".
    patterns: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Every setting, but for those that came later and are not used.

        So a recipe that was written before them keeps its hash, and a snapshot its bytes.
        """
        value = asdict(self)
        for one in fields(Dedup):
            if "later" in one.metadata and value["dedup"][one.name] == one.default:
                del value["dedup"][one.name]
        if self.passages == PassageEdit():
            del value["passages"]
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any], where: str = "recipe") -> Recipe:
        """What to_json gave, checked as strictly as a file. Raises RecipeError."""
        words = {name: {"list": list(words)} for name, words in value.get("words", {}).items()}
        patterns = {name: {"regex": one} for name, one in value.get("patterns", {}).items()}
        return _build({**value, "words": words, "patterns": patterns}, where, None)

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
        """The signals that the rules ask for, switched off or not, sorted.

        "characters" is always one: keepers are chosen by its group.
        """
        return tuple(sorted({"characters", *(rule.signal for rule in self.rules)}))

    @property
    def lists(self) -> dict[str, dict[str, Any]]:
        """The own words and patterns that rules ask for: what corpora.matching takes."""
        asked = set(self.signals)
        kinds: dict[str, Mapping[str, Any]] = {"words": self.words, "patterns": self.patterns}
        used = {
            kind: {name: own[name] for name in sorted(own) if f"{kind}.{name}" in asked}
            for kind, own in kinds.items()
        }
        return {kind: own for kind, own in used.items() if own}


_SECTIONS: dict[str, type] = {
    "normalization": Normalization,
    "dedup": Dedup,
    "footers": FooterEdit,
    "passages": PassageEdit,
    "tokenization": Tokenization,
    "export": ExportSettings,
}
_LISTS = ("rules", "words", "patterns")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """A table [words.NAME]: one of the two."""

    #: A UTF-8 file beside the recipe, one word a line.
    file: str = ""
    list: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A table [patterns.NAME]."""

    #: In RE2's syntax: no look-around, no back-references.
    regex: str


def load(name_or_path: str | Path) -> Recipe:
    """A shipped recipe by name, or a recipe file. Raises RecipeError."""
    name = str(name_or_path)
    if name in shipped():
        text = (_SHIPPED / f"{name}.toml").read_text("utf-8")
        return parse(text, where=f"{name}.toml")
    path = Path(name)
    if not path.is_file():
        raise RecipeError(
            f'there is no recipe "{name}" and no such file.',
            remedy=f"Give the path of a .toml file, or one of: {', '.join(shipped())}.",
        )
    return parse(read_file(path), where=name, folder=path.parent)


def shipped() -> list[str]:
    """The names of the recipes that come with the program.

    >>> "default" in shipped()
    True
    """
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in _SHIPPED.iterdir()
        if entry.name.endswith(".toml")
    )


def read_file(path: Path) -> str:
    """A recipe's text. Raises RecipeError when it is no UTF-8, too large or not readable."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _too_large(str(path))
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise RecipeError(
            f"{path}, byte {error.start}: not UTF-8.", remedy="Save the file as UTF-8."
        ) from error
    except OSError as error:
        raise RecipeError(f"{path} cannot be read: {error.strerror}.") from error


def _too_large(where: str) -> RecipeError:
    return RecipeError(
        f"{where} is larger than {_MOST_BYTES:,} bytes.",
        remedy='Move long word lists into files: [words.NAME] file = "….txt".',
    )


def parse(text: str, where: str, folder: Path | None = None) -> Recipe:
    """A recipe from TOML. Raises RecipeError, which names ``where``, table and key.

    ``folder`` is where the files of word lists lie; without it (a recipe that
    came over the network) a recipe cannot name files.

    >>> parse('name = "最小"', where="最小.toml").dedup.mode
    'near'
    """
    if len(text.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        raise _too_large(where)
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError(
            f"{where} is not TOML: {error}.", remedy="See docs/recipes.md for the format."
        ) from error
    value.setdefault("name", Path(where).stem)
    return _build(value, where, folder)


def _build(value: dict[str, Any], where: str, folder: Path | None) -> Recipe:
    words = {
        name: _words(table, f"{where}: [words.{name}]", folder)
        for name, table in _tables(value, "words", where).items()
    }
    patterns = {
        name: _pattern(table, f"{where}: [patterns.{name}]")
        for name, table in _tables(value, "patterns", where).items()
    }
    rules = value.get("rules", [])
    if not isinstance(rules, (list, tuple)):
        raise RecipeError(f"{where}: rules is not a list.", remedy="Begin each with [[rules]].")
    recipe = Recipe(
        **_head(value, where),
        **{
            name: cls(**read_fields(cls, value.get(name, {}), f"{where}: [{name}]"))
            for name, cls in _SECTIONS.items()
        },
        rules=tuple(
            Rule(**read_fields(Rule, rule, f"{where}: [[rules]] {number}"))
            for number, rule in enumerate(rules, 1)
        ),
        words=words,
        patterns=patterns,
    )
    check(recipe, where)
    return recipe


def _head(value: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Name, titles and description; a mistyped table is found here too."""
    known = [one.name for one in fields(Recipe)]
    for key in value:
        if key not in known:
            raise RecipeError(f'{where} has an unknown key "{key}".', remedy=meant(key, known))
    prose = {key: given for key, given in value.items() if key not in _NESTED}
    return read_fields(Recipe, prose, where)


def _tables(value: Mapping[str, Any], kind: str, where: str) -> Mapping[str, Any]:
    tables = value.get(kind, {})
    if not isinstance(tables, Mapping):
        raise RecipeError(f"{where}: {kind} is not a table.", remedy=f"Write [{kind}.NAME].")
    return tables


def _words(table: object, place: str, folder: Path | None) -> tuple[str, ...]:
    given = WordList(**read_fields(WordList, table, place))
    if bool(given.file) == bool(given.list):
        raise RecipeError(f"{place} needs either file or list.", remedy='E.g. list = ["激安"].')
    lines = list(given.list)
    if given.file:
        if folder is None:
            raise RecipeError(
                f'{place} names the file "{given.file}", which a recipe from elsewhere cannot.',
                remedy="Give the words themselves: list = [...].",
            )
        path = folder / given.file
        if not path.is_file():
            raise RecipeError(f"{place}: there is no file {path}.", remedy="Check file = …")
        lines = read_file(path).splitlines()
    found = read_words(lines)
    if not found:
        raise RecipeError(f"{place} has no word in it.", remedy="Write one word a line.")
    return found


def _pattern(table: object, place: str) -> str:
    given = Pattern(**read_fields(Pattern, table, place))
    try:
        compile_pattern(given.regex)
    except RecipeError as error:
        raise RecipeError(f"{place}: {error.message}", remedy=error.remedy) from error
    return given.regex


def dumps(recipe: Recipe) -> str:
    """The recipe as TOML, which ``parse`` reads back to an equal recipe.

    >>> parse(dumps(load("default")), where="写し.toml") == load("default")
    True
    """
    value = asdict(recipe)
    tables = [toml_table("", {name: value[name] for name in value if name not in _NESTED})]
    tables += [toml_table(f"[{name}]", value[name]) for name in _SECTIONS]
    tables += [toml_table("[[rules]]", rule) for rule in value["rules"]]
    tables += [toml_table("words", {"list": words}, name) for name, words in recipe.words.items()]
    tables += [
        toml_table("patterns", {"regex": one}, name) for name, one in recipe.patterns.items()
    ]
    return "\n".join(tables)


_NESTED = (*_SECTIONS, *_LISTS)
