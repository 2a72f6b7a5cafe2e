"""Character references of HTML and XML, whatever number they give."""

from __future__ import annotations

import html
import re

#: Far beyond Unicode. Python makes no number of more than 4,300 digits.
_ENDLESS = re.compile(r"&#[0-9]{9,}")
_BEYOND = "&#1114112"


def unescape(text: str) -> str:
    """As a browser shows it: U+FFFD for what is no character.

    >>> unescape("&lt;猫&#x732B;&#xD800;"), unescape("&#" + "1" * 5_000 + ";猫")
    ('<猫猫�', '�猫')
    """
    try:
        return html.unescape(text)
    except ValueError:
        return html.unescape(_ENDLESS.sub(_BEYOND, text))
