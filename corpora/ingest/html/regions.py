"""What a page's markup says of its parts: which are navigation, which are the text itself."""

from __future__ import annotations

import re
from functools import lru_cache

from corpora.ingest.html.elements import HEADINGS, PREFORMATTED, UNREAD
from corpora.ingest.html.markup import attributes

_ROLES = {"navigation", "contentinfo", "complementary", "search", "menu", "menubar"}
_NAVIGATION = re.compile(
    r"""(?x)
    (?: ^ | [\s_-] )
    (?: nav | navi | navigation | nav(?:bar|header|footer|menu|list|links?) | [glsf]navi?
      | global-?navi? | local-?navi? | site-?(?:navi?|header|footer|menu|map) | bread-?crumbs?
      | topic-?path | pankuzu | side-?(?:bar|menu|navi?|column) | sphinxsidebar
      | sub-?(?:menu|navi?)
      | foot | footer | menu | pager | pagination | paging | page-?navi?
      | page-?top | to-?top | back-?to-?top | sns | share | social | related(?:posts?)? | recommend
      | ranking | banner | bnr | ad | ads | adsense | advert\w* | sponsor\w* | cookie\w* | toolbar
      | copyright | widget | calendar | tag-?cloud | login | search(?:box|form)? | skip | sitemap
      | track-?backs? | headerlink )
    (?: $ | [\s_-] )
    """
)
#: Ids of a page's side, in the blogs of Seesaa and TypePad and elsewhere; as classes they say less.
_SIDES = {"links", "side", "hnavi"}
#: What a system of Japanese towns and prefectures puts before each of its ids.
_PREFIX = "tmp_"
_HEADER = re.compile(r"(?:^|[\s_-])(?:header|head)(?:$|[\s_-])")
# As a whole word only: "table-contents" is none.
_MAIN = re.compile(
    r"""(?x)
    (?: ^ | \s )
    (?: (?: article | entry | post | main | blog | news | page )? [_-]?
        (?: body | text | content | contents | column | article | entry | honbun ) | main )
    (?: $ | \s )
    """
)
# A post of WordPress: its other classes are its subjects, whatever they are called. Each class is
# looked into once, from where it begins.
_POST = re.compile(r"(?<![\w-])(?=[\w-]*?\btype-[\w-])[\w-]++\s++status-")
_CONTENTS = re.compile(
    r"(?:^|[\s_-])(?:toc|toctree\w*|mokuji|table-?of-?contents|index)(?:$|[\s_-])"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Part:
    """What the text inside an element is: bits, for enumerations take half of the time."""

    UNSEEN = 1
    NAVIGATION = 2
    MAIN = 4
    #: A table of contents: its links belong to the text.
    CONTENTS = 8
    PREFORMATTED = 16
    HEADING = 32
    #: A heading of the first order.
    TITLE = 64
    #: The head of a page or of a part of it: a banner, or the heading of the text.
    HEADER = 128


#: What an element says of its text by its name alone; nothing when it is not here.
PART_OF = {
    **dict.fromkeys(UNREAD, Part.UNSEEN),
    **dict.fromkeys(PREFORMATTED, Part.PREFORMATTED),
    **dict.fromkeys(HEADINGS, Part.HEADING),
    "h1": Part.HEADING | Part.TITLE,
    **dict.fromkeys(("main", "article"), Part.MAIN),
    **dict.fromkeys(("nav", "footer", "aside"), Part.NAVIGATION),
    "header": Part.HEADER,
}
#: Elements that hold no others' headings, whatever they are called.
NO_HEADERS = HEADINGS | {"p"}


@lru_cache(maxsize=4_096)
def part_by(rest: str) -> int:
    """What a block's attributes say of it; the same come again and again."""
    said = attributes(rest)
    if "hidden" in said or _HIDDEN.search(said.get("style", "")):
        return Part.UNSEEN
    role = said.get("role", "").lower()
    if role in _ROLES:
        return Part.NAVIGATION
    if role == "banner":
        return Part.HEADER
    if role == "main" or said.get("itemprop", "").lower() == "articlebody":
        return Part.MAIN
    name = said.get("id", "").lower().removeprefix(_PREFIX)
    return _by_words(said.get("class", "").lower(), name)


def _by_words(classes: str, name: str) -> int:
    """What classes and an id say. A chapter's id may hold any word, so an id counts as a whole."""
    if _POST.search(classes):
        return Part.MAIN
    if _CONTENTS.search(classes) or _CONTENTS.fullmatch(name):
        return Part.CONTENTS
    if name in _SIDES or _NAVIGATION.search(classes) or _NAVIGATION.fullmatch(name):
        return Part.NAVIGATION
    if _HEADER.search(classes) or _HEADER.fullmatch(name):
        return Part.HEADER
    if _MAIN.search(classes) or _MAIN.fullmatch(name):
        return Part.MAIN
    return 0
