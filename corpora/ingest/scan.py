"""The scan: which files there are, what they hash to, and which are read together.

Nothing is skipped: a file that cannot be a source (a link out of the folder, a
device) refuses the scan with its name, because a silently smaller corpus is worse.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from corpora.errors import SourceError
from corpora.ingest.encodings import UndecodableError, decode
from corpora.ingest.patterns import Pattern, pattern_of
from corpora.ingest.shares import shares
from corpora.stages import Progress, UnitResult, UnitSpec
from corpora.storage import Store

#: Files read by one unit: consecutive ones up to this many bytes, a larger one alone …
GROUP_BYTES = 16 << 20
#: … and never more than this many.
GROUP_FILES = 4_096
_CHUNK = 1 << 20
_RAW = "bytes:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedFile:
    #: Where it lies on this machine; see ``local_path``.
    path: str
    #: Namespace and name below the folder given: what document ids are made of.
    name: str
    #: The path as given, for people.
    source: str
    bytes: int
    sha256: str
    #: 0 for an uploaded blob, which cannot change.
    mtime_ns: int
    #: The last component of the path given: what people know the source by.
    origin: str
    #: What the server that it was fetched from says to robots of it.
    robots: tuple[str, ...] = ()


def run(unit: UnitSpec, store: Store, progress: Progress) -> UnitResult:
    """Stage "scan". counts: {"groups": [[ScannedFile, …], …], "files": n, "bytes": n}.

    Raises SourceError for a missing path, an empty folder, a link that leads out of its
    folder, and for what is neither file nor folder.
    """
    namespace = unit.params["namespace"]
    found = [
        scanned
        for path in unit.params["paths"]
        for scanned in _scan_path(path, namespace, progress)
    ]
    found += [_scan_upload(upload, namespace, store) for upload in unit.inputs["uploads"]]
    if not found:
        raise SourceError(
            "ingest", None, "no file and no folder was given.", remedy="Give at least one path."
        )
    files = [_told(scanned) for scanned in _distinct(found)]
    format = unit.params.get("format", "auto")  # runs of older versions do not say
    pieces = [one for file in files for one in shares(file, local_path(file, store), format)]
    return UnitResult(
        counts={
            "groups": groups(pieces),
            "files": len(files),
            "bytes": sum(file["bytes"] for file in files),
        }
    )


def _told(scanned: ScannedFile) -> dict[str, Any]:
    """What is not there takes no place: there may be millions."""
    value = asdict(scanned)
    if not scanned.robots:
        del value["robots"]
    return value


def groups(files: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Consecutive files of one path given, up to 16 MiB together.

    >>> sizes = [9 << 20, 9 << 20, 40 << 20, 1]
    >>> [len(group) for group in groups([{"bytes": size, "origin": "a"} for size in sizes])]
    [1, 1, 1, 1]
    """
    grouped: list[list[dict[str, Any]]] = []
    size = 0
    for file in files:
        begin, end = file.get("share", (0, file["bytes"]))
        size += end - begin
        full = size > GROUP_BYTES or (grouped and len(grouped[-1]) >= GROUP_FILES)
        if full or not grouped or grouped[-1][0]["origin"] != file["origin"]:
            grouped.append([])
            size = end - begin
        grouped[-1].append(file)
    return grouped


def local_path(file: Mapping[str, Any], store: Store) -> Path:
    """Where a scanned file lies: an upload in the store, the rest where it was found."""
    if not file["mtime_ns"]:
        return store.path(file["sha256"])
    path: str = file["path"]
    if path.startswith(_RAW):
        return Path(os.fsdecode(unquote_to_bytes(path.removeprefix(_RAW))))
    return Path(path)


def digest_of(path: Path, progress: Progress) -> str:
    """sha256 of a file, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            progress(bytes=len(chunk))
    return digest.hexdigest()


def files_of(paths: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """The files of some paths in reading order, each with how it is shown. Raises as the scan
    does, once it comes to it."""
    for given in paths:
        pattern = pattern_of(given)
        for path, relative in _found(given, pattern):
            yield path, _shown(str(pattern.root / relative))


def _scan_path(given: str, namespace: str, progress: Progress) -> Iterator[ScannedFile]:
    pattern = pattern_of(given)
    root = pattern.root
    base = _shown(root.name or root.resolve().name)
    for path, relative in _found(given, pattern):
        tail = [_shown(part) for part in relative.parts]
        yield _scan_file(
            path,
            name=_name(namespace, "/".join([base, *tail])),
            source=_shown(str(root / relative)) if relative.parts else _shown(given),
            origin=base,
            progress=progress,
        )


def _found(given: str, pattern: Pattern) -> Iterator[tuple[Path, Path]]:
    """(file, path below the root) of all that fits; raises SourceError where nothing does."""
    shown = _shown(given)
    if "\0" in given or not pattern.root.exists():
        raise SourceError(
            shown, None, "there is no such file or folder.", remedy="Check the path's spelling."
        )
    empty = True
    for found in _walk(pattern, shown):
        empty = False
        yield found
    if empty and pattern.names:
        raise SourceError(shown, None, "no file fits this pattern.", remedy="Check its spelling.")
    if empty:
        raise SourceError(
            shown, None, "the folder has no files.", remedy="Put files there, or give another path."
        )


def _walk(pattern: Pattern, shown: str) -> Iterator[tuple[Path, Path]]:
    """(file, path below the root) in a fixed order: names sorted within each folder."""
    top = pattern.root.resolve()
    if not top.is_dir():
        if not pattern.names:
            yield _regular(top, shown), Path()
        return
    pending = [Path()]
    while pending:
        relative = pending.pop()
        try:
            paths = sorted((top / relative).iterdir(), key=os.fsencode)
        except PermissionError as error:
            raise _unreadable(top / relative) from error
        folders = []
        for path in paths:
            below = relative / path.name
            if path.is_dir() and not path.is_symlink():
                if pattern.leads_on(below.parts):
                    folders.append(below)
            elif pattern.fits(below.parts):
                yield _inside(path, top), below
        pending.extend(reversed(folders))


def _inside(path: Path, top: Path) -> Path:
    """The file, or the file in the same folder that a link leads to."""
    if not path.is_symlink():
        return _regular(path, _shown(str(path)))
    target = Path(os.path.realpath(path))
    if not target.is_file() or not target.is_relative_to(top):
        raise SourceError(
            _shown(str(path)),
            None,
            "this link leads out of the folder, to a folder, or nowhere.",
            remedy="Remove the link, or give its target as a path of its own.",
        )
    return target


def _regular(path: Path, shown: str) -> Path:
    if not stat.S_ISREG(path.stat().st_mode):
        raise SourceError(
            shown, None, "this is neither a file nor a folder.", remedy="Give files or folders."
        )
    return path


def _scan_file(
    path: Path, *, name: str, source: str, origin: str, progress: Progress
) -> ScannedFile:
    try:
        before = path.stat()
        sha256 = digest_of(path, progress)
        after = path.stat()
    except PermissionError as error:
        raise _unreadable(path) from error
    except FileNotFoundError as error:
        raise SourceError(
            source, None, "the file went away while it was scanned.", retryable=True
        ) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SourceError(
            source,
            None,
            "the file changed while it was scanned.",
            remedy="Wait until it is written, then ingest again.",
            retryable=True,
        )
    return ScannedFile(
        path=_stated(path),
        name=name,
        source=source,
        bytes=after.st_size,
        sha256=sha256,
        mtime_ns=after.st_mtime_ns,
        origin=origin,
    )


def _scan_upload(upload: Mapping[str, Any], namespace: str, store: Store) -> ScannedFile:
    """Of what was fetched, the source and the origin are known, too."""
    path = store.path(upload["blob"])
    shown = safe_name(upload["name"])
    return ScannedFile(
        path=str(path),
        name=_name(namespace, shown),
        source=upload.get("source", shown),
        bytes=path.stat().st_size,
        sha256=upload["blob"],
        mtime_ns=0,
        origin=upload.get("origin", shown),
        robots=tuple(upload.get("robots", ())),
    )


def safe_name(name: str) -> str:
    """A name that a browser sent, without what climbs, hides or hurts.

    >>> safe_name("../../etc/言葉\\0.txt"), safe_name("C:\\\\文書\\\\a.csv"), safe_name("..")
    ('etc/言葉.txt', 'C:/文書/a.csv', 'upload')
    """
    parts = [
        "".join(character for character in part if character.isprintable())[:200]
        for part in name.replace("\\", "/").split("/")
    ]
    return "/".join(part for part in parts[-16:] if part.strip(". ")) or "upload"


def _distinct(found: list[ScannedFile]) -> Iterator[ScannedFile]:
    """A second file of the same name gets "#2": their records may be the same, too."""
    seen: Counter[str] = Counter()
    for scanned in found:
        seen[scanned.name] += 1
        number = seen[scanned.name]
        name = scanned.name if number == 1 else f"{scanned.name}#{number}"
        yield ScannedFile(**{**asdict(scanned), "name": name})


def _name(namespace: str, path: str) -> str:
    """NFC: macOS decomposes names, and a corpus keeps its ids when it is moved."""
    return unicodedata.normalize("NFC", f"{namespace}/{path}" if namespace else path)


def _shown(name: str) -> str:
    """A file name as text: names in Shift_JIS or EUC-JP are decoded."""
    raw = os.fsencode(name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    try:
        return decode(raw).text
    except UndecodableError:
        return raw.decode("ascii", "backslashreplace")


def _stated(path: Path) -> str:
    """The path as JSON can hold it: bytes that are no UTF-8 are quoted."""
    raw = os.fsencode(path)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return _RAW + quote_from_bytes(raw)


def _unreadable(path: Path) -> SourceError:
    return SourceError(
        _shown(str(path)),
        None,
        "no permission to read it.",
        remedy="Give the user that runs the workers permission to read it.",
    )
