from __future__ import annotations

import random
from pathlib import Path

import pytest

from corpora.storage import Store
from corpora.tokenization.train import train

_VOCABULARY = """
春 夏 秋 冬 山 川 海 空 雨 雪 風 月 東京 京都 大学 研究 言葉 文章 新聞 電車 駅 町 村 人 子供
母 父 先生 学生 朝 昼 夜 今日 昨日 明日 美しい 静かな 新しい 古い 大きな 小さな 歩く 走る 読む
書く 話す 聞く 見る 思う 考える 生まれる
"""


def _sentence(draw: random.Random) -> str:
    first, second, third = draw.choices(_VOCABULARY.split(), k=3)
    return f"{first}の{second}は{third}と言われている。{draw.randint(1, 2030)}年のことだった。"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture(scope="session")
def sentences() -> list[str]:
    """600 sentences, always the same."""
    draw = random.Random(1)
    return [_sentence(draw) for _ in range(600)]


@pytest.fixture(scope="session")
def model(sentences: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of our own training."""
    path = tmp_path_factory.mktemp("model") / "small.model"
    path.write_bytes(train(sentences, 800))
    return path
