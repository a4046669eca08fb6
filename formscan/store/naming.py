"""One name per scan in all runs of a batch.

Outputs call a page picture by its scan's name and its frame. Across runs one name can come to
mean other bytes: a scanner starts again at SCAN0001.pdf, or two folders of one name are given in
another order. The first file keeps the name; a later one of other bytes is told apart as the
second argument of one name is within a run, by ``~2`` behind the first part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from formscan.page import PageRef

__all__ = ["name_apart"]


def name_apart(refs: Iterable[PageRef], noted: Iterable[tuple[str, str, str]]) -> list[PageRef]:
    """The refs under names that mean one file each, in the order given.

    Args:
        refs: Page pictures of a run, under the names that the run gives them.
        noted: (scan, sha256, path) of the files of earlier runs.
    """
    owner: dict[str, tuple[str, str]] = {}
    names: dict[tuple[str, str], str] = {}
    for scan, sha256, path in sorted(noted):
        owner[scan] = path, sha256
        names[path, sha256] = scan
    named = []
    for ref in refs:
        file = ref.path, ref.sha256
        name = names.get(file)
        if name is None:
            name = next(one for one in _names(ref.scan) if _is_free(owner.get(one), ref))
            owner[name], names[file] = file, name
        named.append(replace(ref, scan=name))
    return named


def _is_free(owner: tuple[str, str] | None, ref: PageRef) -> bool:
    """Nobody's name, that of the same bytes, or of this file before it could be read."""
    return owner is None or owner[1] == ref.sha256 != "" or owner == (ref.path, "")


def _names(scan: str) -> Iterable[str]:
    yield scan
    first, slash, rest = scan.partition("/")
    first = re.sub(r"~\d+$", "", first)
    for number in count(2):
        yield f"{first}~{number}{slash}{rest}"
