"""What no committed file may say: a package registry's host, a path of somebody's machine."""

from __future__ import annotations

import re
import sys

from tools.repository import files, short

# Written so that this file does not say them either. Where packages come from is
# the business of whoever installs (pip's own settings), not of the repository.
_HOSTS = re.compile(
    r"\b(py[p]i\.(org|python)|pythonhoste[d]|npmj[s]|ghcr\.i[o]|quay\.i[o]|docker\.i[o]"
    r"|crates\.i[o]|conda\.anacond[a]|deb\.debia[n]|archive\.ubunt[u]|proxy\.golan[g])"
)
_MACHINE = re.compile(r"(?<![\w.}])/(wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/")


def problems() -> list[str]:
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # sample data in other encodings, images
        for number, line in enumerate(text.splitlines(), 1):
            if said := _HOSTS.search(line) or _MACHINE.search(line):
                found.append(f"{short(path)}:{number}: says {said[0]!r}")
    return found


if __name__ == "__main__":
    found = problems()
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(bool(found))
