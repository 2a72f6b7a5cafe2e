"""What is done to a file: small damage, words of its format, other encodings, containers."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
from collections.abc import Callable
from random import Random

import zstandard

from tests.fuzz.forms import Form, forms

#: A mutant that grew beyond this is cut: what counts is what it says, not its size.
LARGEST = 1 << 18
_BYTES = b"\x00\x01\x1b\x7f\x80\x8e\x8f\xa0\xed\xf4\xfe\xff\n\r\t \"'<>&\\{}[]|=#%"
_NUMBERS = (
    b"0", b"-1", b"1", b"255", b"65536", b"2147483648", b"4294967295", b"9223372036854775808",
    b"18446744073709551616", b"1" + b"0" * 40, b"9" * 5_000, b"1e9", b"0x10",
    "３".encode(), "٣".encode(),
)  # fmt: skip
_ENCODINGS = ("cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-be", "utf-8-sig", "gb18030")
_DIGITS = re.compile(rb"\d+")
#: What may stand in a list: a string that is no key, a number.
_VALUE = re.compile(rb"\"[^\"\n]*\"(?!\s*:)|\d+")
#: How often something is said within itself: deeper than any recursion limit.
_DEEP = 3_000

_Mutation = Callable[[bytearray, Form, Random], bytes | bytearray]


def mutant(form: Form, seed: int, number: int) -> tuple[str, bytes]:
    """The name and the bytes of a case; the same three always give the same."""
    random = Random(f"{form.name}/{seed}/{number}")
    data: bytes | bytearray = random.choice(form.seeds)
    for _ in range(min(8, 1 + int(random.expovariate(0.8)))):
        chosen = random.choices(_MUTATIONS, _WEIGHTS)[0]
        data = chosen(bytearray(data), form, random)[:LARGEST]
    if form.mend is not None and random.random() < 0.5:
        data = form.mend(bytes(data))
    suffix = form.suffix
    if random.random() < 0.02:
        suffix = random.choice([other.suffix for other in forms().values()] + [".gz", ""])
    return f"{number}{suffix}", bytes(data)


def _flip(data: bytearray, form: Form, random: Random) -> bytearray:
    for _ in range(random.choice((1, 1, 1, 2, 8))):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return data


def _replace(data: bytearray, form: Form, random: Random) -> bytearray:
    if data:
        data[random.randrange(len(data))] = random.choice(_BYTES)
    return data


def _insert(data: bytearray, form: Form, random: Random) -> bytearray:
    at = random.randint(0, len(data))
    word = random.choice(form.tokens) if form.tokens and random.random() < 0.9 else b"\0"
    # Over what is there as often as between it: offsets behind it stay.
    data[at : at + (len(word) if random.random() < 0.5 else 0)] = word
    return data


def _cut(data: bytearray, form: Form, random: Random) -> bytearray:
    return data[: random.randint(0, len(data))]


def _remove(data: bytearray, form: Form, random: Random) -> bytearray:
    low, high = _span(data, random)
    del data[low:high]
    return data


def _repeat(data: bytearray, form: Form, random: Random) -> bytearray:
    low, high = _span(data, random)
    data[low:low] = data[low:high] * random.choice((1, 1, 2, 40))
    return data


def _splice(data: bytearray, form: Form, random: Random) -> bytearray:
    """The beginning of one file and the end of another, now and then of another format."""
    other = random.choice(list(forms().values())) if random.random() < 0.3 else form
    tail = random.choice(other.seeds)
    return data[: random.randint(0, len(data))] + tail[random.randint(0, len(tail)) :]


def _number(data: bytearray, form: Form, random: Random) -> bytearray:
    if found := list(_DIGITS.finditer(data)):
        low, high = random.choice(found).span()
        data[low:high] = random.choice(_NUMBERS)
    return data


def _encode(data: bytearray, form: Form, random: Random) -> bytes:
    return data.decode("utf-8", "ignore").encode(random.choice(_ENCODINGS), "ignore")


def _nest(data: bytearray, form: Form, random: Random) -> bytearray:
    """A word very often, or something within itself, closed again."""
    many = random.choice((9, 99, 300, _DEEP))
    if not form.pairs or random.random() < 0.2:
        at = random.randint(0, len(data))
        data[at:at] = (random.choice(form.tokens) if form.tokens else b"[") * many
        return data
    begin, end = random.choice(form.pairs)
    values = [found.span() for found in _VALUE.finditer(data)]
    low, high = random.choice(values or [_span(data, random)])
    data[low:high] = begin * many + data[low:high] + end * many
    return data


def _wrap(data: bytearray, form: Form, random: Random) -> bytes:
    """In a container, or in several."""
    return random.choice(_CONTAINERS)(bytes(data))


def _zipped(data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a"), data)
    return target.getvalue()


_CONTAINERS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: gzip.compress(data, 1, mtime=0),
    zstandard.compress,
    bz2.compress,
    lambda data: lzma.compress(data, preset=0),
    _zipped,
)
_MUTATIONS: tuple[_Mutation, ...] = (
    _flip, _replace, _insert, _cut, _remove, _repeat, _splice, _number, _encode, _nest, _wrap,
)  # fmt: skip
_WEIGHTS = (20, 12, 24, 6, 8, 8, 6, 8, 4, 1, 1)


def _span(data: bytearray, random: Random) -> tuple[int, int]:
    """A stretch, mostly a short one."""
    low = random.randint(0, len(data))
    return low, min(len(data), low + int(random.expovariate(1 / 20)) + 1)
