"""Which blocks of a page are its text: navigation, link lists, and what stands at the edges go."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, groupby

from corpora.ingest.html.blocks import Block
from corpora.ingest.html.regions import Part

#: A region called navigation that holds more of the page than this, with few links, is none.
_MOST_OF_A_PAGE = 0.5
_FEW_LINKS = 0.3
#: What is marked as the text counts when it is so much: characters, or a share of what is left.
_ENOUGH, _ENOUGH_SHARE = 200, 0.4
#: Share of a block's characters from which it is a link, and how many of them are a list.
_A_LINK, _A_LIST = 0.7, 4
#: Links to a heading that stand behind it.
_ANCHORS = "#¶§ "
#: Characters of a text that is more than a label, of a label at most, and of each link of a list
#: that stands amid the text and belongs to it.
_PROSE, _LABEL, _SAYS = 40, 30, 20
_OTHER_PAGES = re.compile(
    r"(?i)関連|おすすめ|オススメ|人気|ランキング|最新|新着|最近|アーカイブ|カテゴリ|タグ|リンク集"
    r"|\b(?:related|recent|popular|recommended|latest|archives?|categories|tags|more|see also)\b"
)
#: Blocks at either end that are looked at, and how long such lines are at most.
_EDGE, _EDGE_SIZE = 6, 120
_SENTENCE_END = re.compile(r"[。！？!?]\s*$|[。！？].")
_PROSE_END = re.compile(r"[。！？!?.][」』）)]?\s*$|[。！？].")
_EDGES = re.compile(
    r"(?i)copyright\W{0,3}(?:\(c\)|©|&copy|\d|by\b)|©|\(c\)\s*\d{4}|all rights reserved"
    r"|無断(?:転載|複製)|著作権は"
    r"|ページの?(?:先頭|トップ|上部?)[へに]|(?:トップ|ホーム|前の?ページ|次の?ページ|目次|一覧)[へに]?(?:戻る|もどる)"
    r"|^(?:トップ|ホーム|home|top|menu|メニュー|戻る|back|next|prev|前へ|次へ|印刷)$"
    r"|^(?:現在位置|現在地|you are here)\s*[:：]|^(?:シェア|ツイート|tweet|share|いいね)"
    r"|本文(?:へ|に)(?:移動|スキップ|ジャンプ)|skip to (?:main )?content|javascript.{0,20}有効"
)


def chosen(blocks: Sequence[Block], title: str = "") -> list[Block]:
    """The blocks of the main text in order; all of them rather than none.

    ``title`` is what the page's head calls it.
    """
    kept = _without_navigation(blocks)
    kept = _marked_as_text(kept)
    kept = _with_headings(blocks, kept, title)
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


def _with_headings(blocks: Sequence[Block], kept: list[Block], title: str) -> list[Block]:
    """With the headings that stand in headers: those of the main text's parts, and its own."""
    taken = {id(block) for block in kept}
    first = next((place for place, block in enumerate(blocks) if id(block) in taken), 0)
    found = _under_headings(blocks) + _before_text(blocks[:first], kept, title)
    if not found:
        return kept
    taken.update(map(id, found))
    return [block for block in blocks if id(block) in taken]


def _under_headings(blocks: Sequence[Block]) -> list[Block]:
    """In the headers of parts of the main text: the heading, and what is no link behind it."""
    inside = Part.MAIN | Part.HEADER
    found: list[Block] = []
    headers = (block for block in blocks if block.part & (inside | Part.NAVIGATION) == inside)
    for _, header in groupby(headers, lambda block: block.region):
        found += _up_to_a_list(dropwhile(lambda block: not block.part & Part.HEADING, header))
    return found


def _up_to_a_list(blocks: Iterable[Block]) -> Iterator[Block]:
    """What is no link, as far as no list of links stands before it."""
    links = 0
    for block in blocks:
        if not _is_link(block):
            yield block
        elif (links := links + block.links) >= _A_LIST:
            return


def _before_text(before: Sequence[Block], kept: Sequence[Block], title: str) -> list[Block]:
    """The page's heading where it stands before its text, and what is no link between them."""
    if any(_names_the_page(block, title) for block in kept):
        return []
    able = [block for block in before if not block.part & Part.NAVIGATION]
    for place in reversed(range(len(able))):
        block = able[place]
        named = block.part & Part.HEADING and title.startswith(block.text)
        if named or (block.part & Part.TITLE and block.linked < _A_LINK * block.size):
            return [block, *_up_to_a_list(able[place + 1 :])]
    return []


def _names_the_page(block: Block, title: str) -> bool:
    if block.part & Part.TITLE:
        return True
    return bool(block.part & Part.HEADING and block.text.rstrip(_ANCHORS) in title)


def _is_link(block: Block) -> bool:
    return (
        block.links > 0
        and block.linked >= _A_LINK * block.size
        and not block.part & (Part.HEADING | Part.CONTENTS)
        and not _SENTENCE_END.search(block.text)
    )


def _without_lists(blocks: list[Block]) -> list[Block]:
    """Without runs of links, and what they are called."""
    first = next((place for place, block in enumerate(blocks) if block.part & Part.HEADING), 0)
    behind = (place for place in reversed(range(len(blocks))) if _is_prose(blocks[place]))
    last = next(behind, 0)
    kept: list[Block] = []
    place = 0
    for are_links, run in groupby(blocks, _is_link):
        found = list(run)
        label = kept[-1] if kept else None
        if (
            not are_links
            or sum(block.links for block in found) < _A_LIST
            or (first < place < last and _is_of_the_text(found, label))
        ):
            kept += found
        elif label and _is_label(label, blocks[place + len(found) : place + len(found) + 1]):
            kept.pop()
        place += len(found)
    # A page that is nothing but a list of links is that.
    return kept if _size(kept) * 5 > _size(blocks) else blocks


def _is_prose(block: Block) -> bool:
    return (
        block.size >= _PROSE
        and block.linked < _FEW_LINKS * block.size
        and bool(_PROSE_END.search(block.text))
    )


def _is_of_the_text(links: Sequence[Block], label: Block | None) -> bool:
    """Whether a list that stands amid the text is a part of it: what it says is long."""
    return _size(links) >= _SAYS * len(links) and not (label and _OTHER_PAGES.search(label.text))


def _is_label(block: Block, behind: Sequence[Block]) -> bool:
    """Whether a heading says no more than how a list of links is called."""
    if not block.part & Part.HEADING or block.part & Part.TITLE or len(block.text) > _LABEL:
        return False
    return not any(map(_is_prose, behind))


def _without_edges(blocks: list[Block]) -> list[Block]:
    """Without the lines around a text that are the same on every page."""
    last = len(blocks) - _EDGE
    return [
        block
        for place, block in enumerate(blocks)
        if _EDGE <= place < last
        or block.size > _EDGE_SIZE
        or block.part & Part.TITLE
        or not _EDGES.search(block.text)
    ]
