"""How quickly a fresh web process shows a large snapshot; no test, a person's measurement.

    PYTHONPATH=. python -m tests.curation.first_pages FOLDER

FOLDER is the data folder of a workbench; its largest snapshot is asked for. Prints for each page
what its first answer and later ones (the median of several) take, in milliseconds of wall and of
processor, and the memory that is this process's own by then. The whole of a request is measured
but the wire.
"""

# It prints, and the settings come from the environment, before Django is set up.
# ruff: noqa: T201

from __future__ import annotations

import os
import re
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

if __name__ == "__main__":
    os.environ["KOTOGURA_DATA_DIR"] = str(Path(sys.argv[1]).resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "curation.settings"

    import django

    django.setup()

from django.test import Client
from django.urls import reverse

from curation.models import Snapshot, User

TRIES = 7


def private_megabytes() -> int:
    """Memory of this process that is no mapped file."""
    text = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(kb) for kb in re.findall(r"^Anonymous: +(\d+) kB", text, re.M)) // 1024


def asked(client: Client, address: str) -> tuple[float, float, str]:
    """Milliseconds of wall and of processor, and the page."""
    wall, processor = time.perf_counter(), time.process_time()
    answer = client.get(address)
    took = (time.perf_counter() - wall) * 1e3, (time.process_time() - processor) * 1e3
    assert answer.status_code == 200, (address, answer.status_code)
    return *took, answer.content.decode()


def main() -> None:
    snapshot = Snapshot.objects.order_by("-counts__documents_in").first()
    assert snapshot
    client = Client()
    client.force_login(User.objects.filter(role="administrator").first())
    wall, processor, _ = asked(client, reverse("help"))
    print(f"{snapshot.counts['documents_in']:,} documents; process up {private_megabytes()} MB")
    print(f"{'any page':40} first {wall:7.0f} {processor:7.0f} ms")
    listed, facets = (reverse(name, args=[snapshot.pk]) for name in ("documents", "explore-facets"))
    brush = reverse("explore-brush", args=[snapshot.pk, "characters"])
    some = urlencode({"verdict": "keep", "domain": next(iter(snapshot.counts["by_domain"]))})
    html = ""
    pages = {
        "list": listed,
        "facets": facets,
        "brush": brush,
        "document": "",
        "list, a domain kept": f"{listed}?{some}",
        "facets, a domain kept": f"{facets}?{some}",
        "brush, a domain kept": f"{brush}?{some}",
        "overview": reverse("snapshot", args=[snapshot.pk]),
        "duplicates": reverse("duplicates", args=[snapshot.pk]),
    }
    for name, address in pages.items():
        if not address:
            address = re.findall(rf'href="({listed}[0-9a-f]{{32}}/)', html)[7]
        wall, processor, page = asked(client, address)
        html = html or page
        later = [asked(client, address)[:2] for _ in range(TRIES)]
        again, busy = (statistics.median(some) for some in zip(*later, strict=True))
        print(
            f"{name:40} first {wall:7.0f} {processor:7.0f} ms   later {again:7.0f} {busy:7.0f} ms"
            f"   {private_megabytes()} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
