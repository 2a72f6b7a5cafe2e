"""What a page's markup says of its parts: which are navigation, which are the text itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

#: Never read: no text, or text that no reader sees.
UNREAD = frozenset(
    "head script style noscript template svg canvas object embed applet audio video map datalist "
    "select option button input textarea iframe noembed noframes xmp rt rp rtc dialog".split()
)
#: Elements that hold others; a class or a role means something on these.
_HOLDERS = frozenset(
    "div section article main aside nav header footer ul ol dl table tbody tr td th p form span "
    "center menu details".split()
)
_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar"}
_NAVIGATION = re.compile(
    r"""(?x)
    (?: ^ | [\s_-] )
    (?: nav | navi | navigation | nav(?:bar|header|footer|menu|list|links?) | [glsf]navi?
      | global-?navi? | local-?navi? | site-?(?:navi?|header|footer|menu|map) | bread-?crumbs?
      | topic-?path | pankuzu | side-?(?:bar|menu|navi?|column) | sphinxsidebar | sub-?(?:menu|navi?)
      | foot | footer | header | head | menu | pager | pagination | paging | page-?navi?
      | page-?top | to-?top | back-?to-?top | sns | share | social | related(?:posts?)? | recommend
      | ranking | banner | bnr | ad | ads | adsense | advert\w* | sponsor\w* | cookie\w* | toolbar
      | copyright | widget | calendar | tag-?cloud | login | search(?:box|form)? | skip | sitemap
      | track-?backs? | headerlink )
    (?: $ | [\s_-] )
    """
)
# As a whole word only: "table-contents" is none.
_MAIN = re.compile(
    r"""(?x)
    (?: ^ | \s )
    (?: (?: article | entry | post | main | blog | news | page )? [_-]?
        (?: body | text | content | contents | column | article | entry | honbun ) | main )
    (?: $ | \s )
    """
)
_CONTENTS = re.compile(r"(?:^|[\s_-])(?:toc|toctree\w*|mokuji|table-?of-?contents|index)(?:$|[\s_-])")
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


def part_of(name: str, attributes: Mapping[str, str], within: int) -> int:
    """What an element adds to what it stands in."""
    if name in UNREAD or "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")):
        return Part.UNSEEN
    if name in ("pre", "listing", "plaintext"):
        return Part.PREFORMATTED
    if len(name) == 2 and name[0] == "h" and name[1] in "123456":
        return Part.HEADING
    found = 0
    if name in ("main", "article"):
        found |= Part.MAIN
    elif name in ("nav", "footer", "aside"):
        found |= Part.NAVIGATION
    elif name == "header" and not within & Part.MAIN:
        found |= Part.NAVIGATION
    if not attributes or name not in _HOLDERS:
        return found
    role = attributes.get("role", "").lower()
    if role in _ROLES:
        return found | Part.NAVIGATION
    if role == "main" or attributes.get("itemprop", "").lower() == "articlebody":
        return found | Part.MAIN
    return found | _by_words(attributes.get("class", ""), attributes.get("id", ""))


@lru_cache(maxsize=4_096)
def _by_words(classes: str, name: str) -> int:
    """What classes and an id say. A chapter's id may hold any word, so an id counts as a whole."""
    classes, name = classes.lower(), name.lower()
    if _CONTENTS.search(classes) or _CONTENTS.fullmatch(name):
        return Part.CONTENTS
    if _NAVIGATION.search(classes) or _NAVIGATION.fullmatch(name):
        return Part.NAVIGATION
    if _MAIN.search(classes) or _MAIN.fullmatch(name):
        return Part.MAIN
    return 0
