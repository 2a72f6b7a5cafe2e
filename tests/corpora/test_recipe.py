"""Recipes: read strictly, written back equal, shipped ones sound, documented."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import MISSING, fields, replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import recipe as recipes
from corpora.errors import RecipeError
from corpora.recipe import Recipe, Rule, dumps, load, parse, shipped
from tests.corpora.trusted import TRUSTED, passes

DOCS = Path(__file__).parents[2] / "docs"
RULE = '[[rules]]\nname = "a"\nsignal = "hiragana_share"\n'

MISTAKES = [
    pytest.param("[dedup", "is not TOML", "docs/recipes.md", id="not TOML"),
    pytest.param("[[[" * 400, "is not TOML", "", id="not TOML, deep"),
    pytest.param("[dedupe]", 'unknown key "dedupe"', '"dedup"', id="mistyped table"),
    pytest.param("[dedup]\nband = 3", r'\[dedup\] has an unknown key "band"', '"bands"', id="key"),
    pytest.param("dedup = 3", r"\[dedup\] is not a table", "", id="no table"),
    pytest.param('[dedup]\nmode = "nearly"', 'mode is "nearly"', '"near"', id="choice"),
    pytest.param('[dedup]\nbands = "3"', "not a whole number", "", id="text for a number"),
    pytest.param("[dedup]\nbands = true", "not a whole number", "", id="true for a number"),
    pytest.param("[dedup]\nbands = 2.5", "not a whole number", "", id="fraction of a band"),
    pytest.param("[dedup]\nbands = 0", "bands is 0", "from 1", id="no bands"),
    pytest.param("[dedup]\nbands = 900\nrows = 900", "permutations", "16", id="bands × rows"),
    pytest.param("[dedup]\nthreshold = 1.5", "threshold is 1.5", "from 0 to 1", id="threshold"),
    pytest.param("[dedup]\nthreshold = 0", "threshold is 0", "above 0", id="threshold 0"),
    pytest.param('[dedup]\nmode = "exact"\ncontainment = 0.9', "needs mode", "near", id="inside"),
    pytest.param("[dedup]\ncontainment = 1.1", "containment is 1.1", "from 0 to 1", id="share"),
    pytest.param('[dedup]\nprefer = ["法令", " "]', "without a name", "Leave", id="no corpus"),
    pytest.param('[dedup]\nprefer = ["a", "a"]', 'names "a" twice', "Leave", id="a corpus twice"),
    pytest.param('[dedup]\nprefer = "法令"', "not a list of texts", "", id="one corpus alone"),
    pytest.param("[dedup]\nthreshold = nan", "no threshold", "", id="threshold nan"),
    pytest.param("[footers]\nmin_share = -1", "min_share is -1", "", id="negative share"),
    pytest.param('[passages]\nunit = "word"', '"word"', '"line|line, para', id="unit"),
    pytest.param("[passages]\nmin_documents = 1", "min_documents is 1", "at least 2", id="one"),
    pytest.param("[passages]\nmin_characters = 0", "min_characters is 0", "", id="no length"),
    pytest.param('[passages]\nkeep = "last"', '"last"', "first, none", id="keep last"),
    pytest.param('[passages]\nwithin = "part"', '"part"', "corpus, host", id="within a part"),
    pytest.param("[passages]\nlines = 3", 'unknown key "lines"', "", id="a key of footers"),
    pytest.param('[export]\nformats = ["jsnl"]', '"jsnl"', '"jsonl"', id="unknown format"),
    pytest.param('[export]\nformats = "jsonl"', "not a list of texts", "", id="not a list"),
    pytest.param('[tokenization]\ntokenizer = "x"', 'tokenizer is "x"', "model", id="tokenizer"),
    pytest.param("rules = 3", "rules is not a list", r"\[\[rules\]\]", id="rules is no list"),
    pytest.param(RULE, "neither min nor max", "", id="a rule without limits"),
    pytest.param(RULE + "min = 0.5\nmax = 0.2", "min 0.5 is above max 0.2", "", id="min > max"),
    pytest.param(RULE + "max = 20", "a share from 0 to 1", "", id="share above 1"),
    pytest.param(RULE + "min = -0.1", "a share from 0 to 1", "", id="share below 0"),
    pytest.param(RULE + "max = inf", "no threshold", "", id="infinite limit"),
    pytest.param(RULE + 'max = "2"', "not a number", "", id="text for a limit"),
    pytest.param(
        (RULE + "max = 1\n") * 2, "two rules have this name", "", id="the same name twice"
    ),
    pytest.param(
        RULE.replace("hiragana", "hirgana") + "max = 1",
        'no signal "hirgana_share"',
        '"hiragana_share"',
        id="unknown signal",
    ),
    pytest.param(
        RULE.replace('"a"', '"opt_out"') + "max = 1", "taken by the program", "", id="reserved"
    ),
    pytest.param(RULE.replace('"a"', '""') + "max = 1", "cannot name a rule", "", id="no name"),
    pytest.param(RULE.replace('name = "a"\n', "") + "max = 1", 'no "name"', "", id="without name"),
    pytest.param('[words."a b"]\nlist = ["x"]', "cannot name a list", "", id="name of a list"),
    pytest.param("[words.a]", "either file or list", "", id="no words"),
    pytest.param('[words.a]\nlist = ["# x"]', "no word in it", "", id="only comments"),
    pytest.param('[words.a]\nfile = "/etc/passwd"', "cannot", "list", id="file from elsewhere"),
    pytest.param('[patterns.a]\nregex = "(?=x)"', r"\[patterns.a\]", "linear time", id="pattern"),
    pytest.param("words = 3", "words is not a table", "", id="words is no table"),
    pytest.param("title = 3", "title is 3", "", id="title is no text"),
    pytest.param("#" * 1_000_001, "larger than", "", id="too large"),
]


@pytest.mark.parametrize(("toml", "message", "remedy"), MISTAKES)
def test_a_mistake_is_named_with_its_file_and_what_to_do(
    toml: str, message: str, remedy: str
) -> None:
    with pytest.raises(RecipeError, match=message) as caught:
        parse(toml, where="私の.toml")
    assert str(caught.value).startswith("私の.toml")
    if remedy:
        assert re.search(remedy, caught.value.remedy)


def test_an_unknown_recipe_lists_the_shipped_ones() -> None:
    with pytest.raises(RecipeError, match='no recipe "swalow"') as caught:
        load("swalow")
    assert all(name in caught.value.remedy for name in shipped())


def test_a_file_that_is_not_utf8_or_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes('name = "日本"'.encode("cp932"))
    with pytest.raises(RecipeError, match=r"a\.toml, byte 8: not UTF-8"):
        load(tmp_path / "a.toml")
    with pytest.raises(RecipeError, match="no such file"):
        load(tmp_path)


def test_word_lists_lie_beside_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "茶.txt").write_text("# 茶\n煎茶\n番茶\n", "utf-8")
    toml = (
        '[words.tea]\nfile = "茶.txt"\n[[rules]]\nname = "茶"\nsignal = "words.tea"\nmax = 3\n'
        '[patterns.unused]\nregex = "x"\n'
    )
    (tmp_path / "茶.toml").write_text(toml, "utf-8")
    recipe = load(tmp_path / "茶.toml")
    assert recipe.name == "茶"
    assert recipe.lists == {"words": {"tea": ("煎茶", "番茶")}}
    assert recipe.signals == ("characters", "words.tea")
    assert parse(dumps(recipe), where="x.toml") == recipe
    with pytest.raises(RecipeError, match="no file"):
        parse(toml, where="x.toml", folder=tmp_path / "none")


def test_the_shipped_recipes_are_those_of_the_design() -> None:
    assert shipped() == ["default", "fineweb2-ja", "hojichar", "keep-all", "llm-jp", "swallow"]


@pytest.mark.parametrize("name", shipped())
def test_shipped_recipes_are_sound_and_round_trip(name: str) -> None:
    recipe = load(name)
    assert recipe.name == name
    assert recipe.title
    assert recipe.title_ja
    assert recipe.description
    assert all(rule.source for rule in recipe.rules)
    assert parse(dumps(recipe), where="copy.toml") == recipe
    stored = orjson.loads(orjson.dumps(recipe.to_json()))
    assert Recipe.from_json(stored) == recipe


def test_a_stored_recipe_is_checked_as_strictly_as_a_file() -> None:
    stored = load("default").to_json()
    stored["dedup"]["bands"] = 0
    with pytest.raises(RecipeError, match="bands is 0"):
        Recipe.from_json(stored)


def test_prose_does_not_change_the_hash_and_limits_do() -> None:
    recipe = load("default")
    first, *rest = recipe.rules
    renamed = replace(recipe, title="別", rules=(replace(first, source="別"), *rest))
    stricter = replace(recipe, rules=(replace(first, max=0.01), *rest))
    listed = replace(recipe, words={"a": ("b",)})
    assert renamed.sha256 == recipe.sha256
    assert len({recipe.sha256, stricter.sha256, listed.sha256}) == 3


@given(
    title=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    low=st.one_of(st.none(), st.floats(0, 0.5)),
    high=st.floats(0.5, 1),
    words=st.dictionaries(
        st.from_regex(r"[\w.-]{1,8}", fullmatch=True),
        st.lists(
            st.from_regex(r"[ぁ-ん\"\\\\|]{0,3}[ぁ-ん]", fullmatch=True), min_size=1, unique=True
        ),
        max_size=2,
    ),
)
def test_any_recipe_comes_back_from_toml_as_it_was(
    title: str, low: float | None, high: float, words: dict[str, list[str]]
) -> None:
    rule = Rule(name="規則.1", signal="hiragana_share", min=low, max=high, source=title)
    lists = {name: tuple(some) for name, some in words.items()}
    recipe = Recipe(name="名前", title=title, rules=(rule,), words=lists)
    assert parse(dumps(recipe), where="x.toml") == recipe


@given(text=st.text(max_size=60))
def test_no_text_makes_the_parser_fail_otherwise_than_with_a_sentence(text: str) -> None:
    # Anything else than a RecipeError is a failure of this test.
    with suppress(RecipeError):
        parse(text, where="x.toml")


def documented() -> str:
    return (DOCS / "recipes.md").read_text("utf-8")


TABLES = {
    "": Recipe,
    "rules": Rule,
    "normalization": recipes.Normalization,
    "dedup": recipes.Dedup,
    "footers": recipes.FooterEdit,
    "passages": recipes.PassageEdit,
    "tokenization": recipes.Tokenization,
    "export": recipes.ExportSettings,
    "words": recipes.WordList,
    "patterns": recipes.Pattern,
}


@pytest.mark.parametrize(
    ("table", "key"), [(table, one.name) for table, cls in TABLES.items() for one in fields(cls)]
)
def test_every_key_is_documented(table: str, key: str) -> None:
    if not table and key in TABLES:
        assert f"[{key}" in documented()
        return
    heading = {"": "Head", "rules": "`[[rules"}.get(table, f"`[{table}")
    _, found, section = documented().partition(f"## {heading}")
    assert found, f"docs/recipes.md has no section for [{table}]"
    (row,) = [
        row for row in section.partition("\n## ")[0].splitlines() if row.startswith(f"| `{key}` |")
    ]
    (default,) = (one.default for one in fields(TABLES[table]) if one.name == key)
    if table and default is not MISSING:
        stated = "none" if default is None else json.dumps(default)
        assert row.split("|")[2].strip().strip("`") == stated


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_recipe_is_documented(name: str) -> None:
    assert f"| `{name}` |" in documented()


@pytest.mark.parametrize("corpus", ["livedoor_news", "finance_chabsa", "medical_jmed", "law"])
def test_the_default_recipe_keeps_real_articles(corpus: str, shared_corpora: Path) -> None:
    texts = TRUSTED[corpus](shared_corpora)
    assert len(texts) >= 100
    recipe = load("default")
    kept = sum(passes(text, recipe) for text in texts)
    assert kept >= 0.9 * len(texts)


JUNK = [
    pytest.param(
        "財布 激安 通販 ブランド 人気 新作 バッグ 時計 限定 財布 格安 本物 正規品 " * 3,
        id="key words",
    ),
    pytest.param(
        "送料無料で激安!今すぐ購入!期間限定セール、在庫あり、お申し込みはこちら。" * 2,
        id="advertising",
    ),
    pytest.param(
        "続きを読みたい方は次のページに進んでください。\n" * 30, id="one line again and again"
    ),
    pytest.param(
        "とても面白い話だったのでまた聞きたいと思います。" * 30, id="one sentence again and again"
    ),
    pytest.param(
        "これは文字化けしたページです。読めませんね。とても残念です。".encode().decode(
            "cp932", "ignore"
        )
        * 2,
        id="UTF-8 read as CP932",
    ),
    pytest.param(
        "これは読めない\ufffd\ufffdページです。とても残念なことだと思いますよね。" * 2,
        id="undecodable",
    ),
    pytest.param("This page is about green tea and how to brew it at home. " * 10, id="English"),
    pytest.param("本网站提供最新的中国新闻和信息服务，欢迎您来访问我们的网站。" * 10, id="Chinese"),
    pytest.param(
        "巨乳でエロい素人のエロ動画が無料エロサイトで見放題になっていますよ。今夜も。" * 2,
        id="adult",
    ),
    pytest.param("はい。そうです。", id="too short"),
    pytest.param(
        "★☆★☆♪♪♪◆◇◆◇■□■□●○●○" * 4 + "これは本当にすごいと思うのでぜひ見てくださいね。" * 2,
        id="symbols",
    ),
    pytest.param(
        "03 120 4 5 66 710 8 9 112 45 67 88\n" * 20 + "これは表の数字です。" * 5, id="numbers"
    ),
    pytest.param("ホーム\n会社の概要\n製品\nお問い合わせ\n採用\n" * 8, id="menu"),
    pytest.param(
        "うわ" + "ー" * 400 + "というこえがきこえてきて、とてもびっくりしてしまったのでした。",
        id="run",
    ),
]


@pytest.mark.parametrize("text", JUNK)
def test_the_default_recipe_drops_junk(text: str) -> None:
    assert not passes(text, load("default"))
