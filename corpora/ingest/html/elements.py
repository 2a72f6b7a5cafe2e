"""What the HTML standard says of elements, as far as reading text needs it."""

from __future__ import annotations


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


#: Never read: no text, or text that no reader sees.
UNREAD = _names(
    "head script style noscript template svg canvas object embed applet audio video map datalist "
    "select option button textarea iframe noembed noframes xmp rt rp rtc dialog title"
)
#: Begin and end a block.
BLOCKS = _names(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup legend li listing main "
    "menu nav ol p plaintext pre section summary table tbody td tfoot th thead tr ul"
)
#: Before and after these an empty line stands.
APART = _names("p h1 h2 h3 h4 h5 h6 pre listing blockquote table ul ol dl figure hr")
#: What stands in these is laid out by hand.
PREFORMATTED = frozenset(("pre", "listing", "plaintext"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
#: Held open while what follows is read: all others mean nothing here.
HELD = UNREAD | BLOCKS | {"a", "ruby"}
#: Say something of the whole page.
TELLING = frozenset(("html", "meta", "link", "time"))
#: A file that begins with one of these is a page, or a piece of one.
PAGES = (
    BLOCKS
    | UNREAD - _names("object map audio video svg")
    | _names("html meta base link a b br span font img")
)
#: An element of the first kind ends those of the second that were left open.
ENDS = {
    **dict.fromkeys(BLOCKS, frozenset({"p"})),
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "option": frozenset({"option"}),
}
