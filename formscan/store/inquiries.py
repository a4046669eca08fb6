"""Questions about a batch that need only a few of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.store.grouping import bytes_key
from formscan.store.repository import Store
from formscan.store.schema import outcomes, pages

__all__ = ["any_decoded", "covered_files"]


def any_decoded(store: Store, refs: Iterable[PageRef]) -> bool:
    """Whether at least one of the pictures could be decoded; it looks no further than that."""
    return any(one.width_px > 0 for ref in refs for one in store.load([(ref, bytes_key(ref))]))


def covered_files(store: Store) -> Iterator[list[PageOutcome]]:
    """The outcomes of every file with a cover sheet in it, under the first of its names."""
    covers = select(outcomes.c.bytes_key).where(outcomes.c.status == "cover")
    columns = (pages.c.bytes_key, pages.c.scan, pages.c.frame, pages.c.sha256, pages.c.path)
    query = select(*columns).where(pages.c.bytes_key.in_(covers))
    with store.transaction() as connection:
        rows = sorted(tuple(row) for row in connection.execute(query))
    files: dict[str, list[PageRef]] = {}
    for key, scan, frame, sha256, path in rows:
        refs = files.setdefault(key, [])
        if not refs or refs[0].scan == scan:
            refs.append(PageRef(path, frame, scan, sha256))
    for key, refs in files.items():
        yield store.load((ref, key) for ref in refs)
