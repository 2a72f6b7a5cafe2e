"""Decoders that Python lacks: EUC-JP with the NEC and IBM rows, ISO-2022-JP as it is met.

Microsoft's CP51932 and eucJP-ms put the NEC special characters (row 13: ① ㈱ №)
and the NEC selection of IBM's extensions (rows 89-92: 髙 﨑) into EUC-JP, and mail
programs (CP50220/50221) put them and half-width kana (ESC ( I) into ISO-2022-JP.
Python's ``euc_jp`` and ``iso2022_jp`` refuse both; ``cp932`` knows the characters.
"""

from __future__ import annotations

import codecs
import re

_EUC_ERRORS = "kotogura-eucjp-ms"

#: Escape sequence -> (bytes of a character, what to put before them in EUC, EUC codec).
#: ISO/IEC 2022 registrations; ESC $ ( O/Q/P are JIS X 0213:2000, 2004 and plane 2.
_DESIGNATIONS: dict[bytes, tuple[int, bytes, str]] = {
    b"\x1b(B": (0, b"", "ascii"),
    b"\x1b(J": (0, b"", "ascii"),  # JIS X 0201 Roman: ¥ is meant as a backslash in practice
    b"\x1b(H": (0, b"", "ascii"),  # a registration for Swedish that old programs write for Roman
    b"\x1b(I": (1, b"\x8e", "euc_jp"),
    b"\x1b$@": (2, b"", "euc_jp"),
    b"\x1b$B": (2, b"", "euc_jp"),
    b"\x1b&@\x1b$B": (2, b"", "euc_jp"),
    b"\x1b$(D": (2, b"\x8f", "euc_jp"),
    b"\x1b$(O": (2, b"", "euc_jis_2004"),
    b"\x1b$(Q": (2, b"", "euc_jis_2004"),
    b"\x1b$(P": (2, b"\x8f", "euc_jis_2004"),
}
_ESCAPE = re.compile(b"|".join(re.escape(escape) for escape in sorted(_DESIGNATIONS, reverse=True)))
_BREAK = re.compile(rb"([\x00-\x20\x7f]+)")


def decode_eucjp(data: bytes) -> str:
    """Strict EUC-JP with NEC row 13 and the IBM extensions. Raises UnicodeDecodeError.

    >>> decode_eucjp(b"\\xad\\xa1\\xb4\\xc1\\xbb\\xfa\\x8e\\xb6")
    '①漢字ｶ'
    """
    return data.decode("euc_jp", _EUC_ERRORS)


def is_iso2022jp(data: bytes) -> bool:
    """Seven-bit bytes with at least one Japanese designation."""
    return b"\x1b" in data and data.isascii() and _ESCAPE.search(data) is not None


def decode_iso2022jp(data: bytes) -> str:
    """Strict ISO-2022-JP with half-width kana, NEC row 13, JIS X 0212 and 0213.

    A missing return to ASCII at the end is accepted. Raises UnicodeDecodeError.

    >>> decode_iso2022jp(b"\\x1b$BF|K\\\\\\x1b(I6E\\x1b(B!")
    '日本ｶﾅ!'
    """
    pieces: list[str] = []
    state, start = (0, b"", "ascii"), 0
    for escape in _ESCAPE.finditer(data):
        pieces.append(_segment(data[start : escape.start()], state))
        state, start = _DESIGNATIONS[escape.group()], escape.end()
    pieces.append(_segment(data[start:], state))
    return "".join(pieces)


def _segment(data: bytes, state: tuple[int, bytes, str]) -> str:
    width, lead, codec = state
    if not data or codec == "ascii":
        return data.decode("ascii")
    return "".join(
        run.decode("ascii") if index % 2 else _high(run, width, lead).decode(codec, _EUC_ERRORS)
        for index, run in enumerate(_BREAK.split(data))
    )


def _high(data: bytes, width: int, lead: bytes) -> bytes:
    """The 7-bit characters as EUC bytes."""
    high = bytes(byte | 0x80 for byte in data)
    if not lead:
        return high
    return b"".join(lead + high[at : at + width] for at in range(0, len(high), width))


def _nec_and_ibm_rows(error: UnicodeError) -> tuple[str, int]:
    """Decode the two EUC bytes that ``euc_jp`` refuses by way of cp932."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    row, cell = _row_and_cell(error)
    lead = (row + 1) // 2 + (0x80 if row <= 62 else 0xC0)
    trail = cell + 0x9E if row % 2 == 0 else cell + 0x3F + (cell > 63)
    try:
        return bytes([lead, trail]).decode("cp932"), error.start + 2
    except UnicodeDecodeError:
        raise error from None


def _row_and_cell(error: UnicodeDecodeError) -> tuple[int, int]:
    pair = error.object[error.start : error.start + 2]
    if error.encoding.lower() != "euc_jp" or len(pair) < 2:
        raise error
    row, cell = pair[0] - 0xA0, pair[1] - 0xA0
    if not (row == 13 or 89 <= row <= 92) or not 1 <= cell <= 94:
        raise error
    return row, cell


codecs.register_error(_EUC_ERRORS, _nec_and_ibm_rows)
