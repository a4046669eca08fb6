"""Which page pictures a batch has met: one line each, however often a file is met again."""

from __future__ import annotations

from sqlalchemy import Connection, exists

from formscan.page import PageRef
from formscan.store.grouping import bytes_key
from formscan.store.schema import outcomes, pages

__all__ = ["note_page"]


def note_page(connection: Connection, ref: PageRef) -> None:
    """A page that was once noted without bytes, or with the same, is not noted twice.

    One whose file was changed before it could be read is noted without bytes from then on.
    """
    frame = pages.c.frame == ref.frame
    here = (pages.c.scan == ref.scan) & pages.c.sha256.in_(("", ref.sha256))
    unread = (pages.c.path == ref.path) & (pages.c.sha256 == "")
    if not ref.sha256:
        same = (outcomes.c.bytes_key == pages.c.bytes_key) & (outcomes.c.frame == pages.c.frame)
        unread = (pages.c.path == ref.path) & ~exists().where(same)
    connection.execute(pages.delete().where(frame & (here | unread)))
    connection.execute(
        pages.insert().values(
            scan=ref.scan,
            frame=ref.frame,
            sha256=ref.sha256,
            bytes_key=bytes_key(ref),
            path=ref.path,
        )
    )
