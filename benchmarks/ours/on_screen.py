"""From an empty data folder to documents on a page, by the commands that people give."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import orjson

from benchmarks.environments import ROOT, warm_kernels
from benchmarks.protocol import Task, main
from benchmarks.serving import free_port, page, served

#: Reads, normalises and indexes: what the page needs and no more.
PLAIN = '[dedup]\nmode = "none"\n\n[footers]\nenabled = false\n\n[export]\nformats = ["jsonl"]\n'
_FIRST = '{"text": "読み込みの前に一度だけ動かす文書です。"}\n'


def read(task: Task) -> None:
    """Documents are read, and shown as they are: what Datasette does."""
    _measured(task, "")


def plain(task: Task) -> None:
    """Documents are read, normalised, measured, and can be searched."""
    _measured(task, PLAIN)


def keep_all(task: Task) -> None:
    """Exact and near duplicates are found besides."""
    _measured(task, "keep-all")


def _measured(task: Task, recipe: str) -> None:
    task.texts()
    with tempfile.TemporaryDirectory(dir=task.input.parent) as name:
        folder = Path(name)
        # Kernels are compiled once a machine, not once a data folder.
        (folder / "first.jsonl").write_text(_FIRST)
        _on_screen(folder / "warm", folder / "first.jsonl", recipe)
        with task.measured():
            shown = _on_screen(folder / "data", task.input, recipe)
    task.counts["shown"] = shown


def _on_screen(data: Path, file: Path, recipe: str) -> int:
    """How many documents the page says there are."""
    with shown(data, file, recipe) as bench:
        if "data-item" not in bench.get("documents/"):
            raise RuntimeError("the page shows no documents")
        return bench.documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A snapshot, or what was read, in a workbench that is served."""

    process: subprocess.Popen[bytes]
    base: str
    #: The snapshot's address, or the corpus'.
    place: str
    documents: int
    opener: OpenerDirector

    def get(self, address: str) -> str:
        """A page: below the place, or from the root on."""
        path = address if address.startswith("/") else self.place + address
        return page(self.opener, self.base + path)


@contextmanager
def shown(data: Path, file: Path, recipe: str) -> Iterator[Shown]:
    """An empty folder, a file read and curated by single commands, the web server, a login.

    ``recipe``: a name, or TOML in several lines; "" curates nothing.
    """
    said = {"KOTOGURA_DATA_DIR": str(data), "NUMBA_CACHE_DIR": warm_kernels()}
    environment = {**os.environ, **said}
    data.mkdir()
    place = "/corpora/bench/"
    documents = orjson.loads(_verb(environment, "ingest", "bench", str(file), "--json"))
    if recipe:
        made = orjson.loads(_curate(environment, data, recipe))
        place = f"/snapshots/{made['snapshot']}/"
    port = free_port()
    serve = [sys.executable, "-m", "gunicorn", "curation.wsgi:application"]
    serve += ["-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "16"]
    with served(serve, environment) as process:
        base = f"http://127.0.0.1:{port}"
        yield Shown(
            process=process,
            base=base,
            place=place,
            documents=int(documents["documents"]),
            opener=_logged_in(base, *(data / "login").read_text().split()),
        )


def _curate(environment: Mapping[str, str], data: Path, recipe: str) -> str:
    if "\n" in recipe:
        (data / "plain.toml").write_text(recipe)
        recipe = str(data / "plain.toml")
    return _verb(environment, "curate", "bench", "--recipe", recipe, "--json")


def _logged_in(base: str, name: str, password: str) -> OpenerDirector:
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    form = page(opener, f"{base}/login/")
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    filled = {"csrfmiddlewaretoken": token[1], "username": name, "password": password}
    # To a small page: what is measured is asked for afterwards.
    filled["next"] = "/help/"
    opener.open(f"{base}/login/", urlencode(filled).encode()).close()
    return opener


def _verb(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return done.stdout


WORKS = {"on_screen": plain, "on_screen.read": read, "on_screen.keep_all": keep_all}

if __name__ == "__main__":
    main(WORKS, packages=("django", "pyarrow"))
