"""What a source's name says about where its documents come from."""

from __future__ import annotations


def folder_of(source: str) -> str:
    """What the documents of a source have in common: the archive, else the folder.

    >>> folder_of("新聞/2011/a.txt"), folder_of("青空.zip#a.txt"), folder_of("a.jsonl")
    ('新聞/2011', '青空.zip', 'a.jsonl')
    """
    archive, mark, _ = source.partition("#")
    if mark:
        return archive
    folder, slash, _ = source.rpartition("/")
    return folder if slash else source
