"""Which blocks of a page are its text: navigation, link lists, and what stands at the edges go."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from corpora.ingest.html.blocks import Block
from corpora.ingest.html.regions import Part

#: A region called navigation that holds more of the page than this, with few links, is none.
_MOST_OF_A_PAGE = 0.5
_FEW_LINKS = 0.3
#: What is marked as the text counts when it is so much: characters, or a share of what is left.
_ENOUGH, _ENOUGH_SHARE = 400, 0.4
#: Share of a block's characters from which it is a link, and how many of them are a list.
_A_LINK, _A_LIST = 0.7, 4
#: Blocks at either end that are looked at, and how long such lines are at most.
_EDGE, _EDGE_SIZE = 6, 120
_SENTENCE_END = re.compile(r"[。！？!?]\s*$|[。！？].")
_EDGES = re.compile(
    r"(?i)copyright|©|\(c\)\s*\d{4}|all rights reserved|無断(?:転載|複製)|著作権は"
    r"|ページの?(?:先頭|トップ|上部?)[へに]|(?:トップ|ホーム|前の?ページ|次の?ページ|目次|一覧)[へに]?(?:戻る|もどる)"
    r"|^(?:トップ|ホーム|home|top|menu|メニュー|戻る|back|next|prev|前へ|次へ|印刷)$"
    r"|^(?:現在位置|現在地|you are here)\s*[:：]|^(?:シェア|ツイート|tweet|share|いいね)"
    r"|本文(?:へ|に)(?:移動|スキップ|ジャンプ)|skip to (?:main )?content|javascript.{0,20}有効"
)


def chosen(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of the main text in order; all of them rather than none."""
    kept = _without_navigation(blocks)
    kept = _marked_as_text(kept)
    kept = _without_lists(kept)
    kept = _without_edges(kept)
    return kept or [block for block in blocks if not block.region] or list(blocks)


def _size(blocks: Sequence[Block]) -> int:
    return sum(block.size for block in blocks)


def _without_navigation(blocks: Sequence[Block]) -> list[Block]:
    """Without the regions that the markup calls navigation, unless one is most of the page."""
    regions: defaultdict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        regions[block.region].append(block)
    whole = _size(blocks)
    misnamed = {
        region
        for region, found in regions.items()
        if _size(found) > _MOST_OF_A_PAGE * whole
        and sum(block.linked for block in found) < _FEW_LINKS * _size(found)
    }
    return [block for block in blocks if not block.region or block.region in misnamed]


def _marked_as_text(blocks: list[Block]) -> list[Block]:
    """Those in what the markup calls the main text, where that is enough to be it."""
    marked = [block for block in blocks if block.part & Part.MAIN]
    size = _size(marked)
    return marked if size >= max(_ENOUGH, _ENOUGH_SHARE * _size(blocks)) else blocks


def _is_link(block: Block) -> bool:
    return (
        block.links > 0
        and block.linked >= _A_LINK * block.size
        and not block.part & (Part.HEADING | Part.CONTENTS)
        and not _SENTENCE_END.search(block.text)
    )


def _without_lists(blocks: list[Block]) -> list[Block]:
    """Without runs of links."""
    kept: list[Block] = []
    for are_links, run in groupby(blocks, _is_link):
        found = list(run)
        if not are_links or sum(block.links for block in found) < _A_LIST:
            kept += found
    # A page that is nothing but a list of links is that.
    return kept if _size(kept) * 5 > _size(blocks) else blocks


def _without_edges(blocks: list[Block]) -> list[Block]:
    """Without the lines around a text that are the same on every page."""
    last = len(blocks) - _EDGE
    return [
        block
        for place, block in enumerate(blocks)
        if _EDGE <= place < last or block.size > _EDGE_SIZE or not _EDGES.search(block.text)
    ]
