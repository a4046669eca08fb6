"""How page pictures are looked at: turned, in small, and grouped by likeness."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from formscan.image.addresses import is_there
from formscan.image.likely import Likely, likely_page
from formscan.page_decision import page_subject
from formscan.review.likeness import Look, grouped, look_of
from formscan.review.pictures import Album, Shown, decoded, scan_file
from formscan.settle import SettledPage
from formscan.templates.model import Template

__all__ = ["Face", "Looks"]


@dataclass(frozen=True, slots=True)
class Face:
    """A picture as a page names it.

    Attributes:
        name: See ``page_subject``.
        chosen: ``form|version|page``, "" where nobody knows.
        upright_deg: Turn that shows it upright as far as it is known.
        seen: There is something to see: it could be decoded, and its scan is still there.
    """

    name: str
    scan: str
    frame: int
    status: str
    reason: str
    record: str
    chosen: str
    page: int
    serial: str
    width_px: int
    height_px: int
    upright_deg: int
    seen: bool


class Looks:
    """Pictures of one batch. Safe to use from several threads."""

    def __init__(self, out: Path, album: Album) -> None:
        self._out = out
        self._album = album
        self._lock = threading.Lock()
        self._seen: dict[str, Look | None] = {}
        self._likely: dict[str, Likely | None] = {}

    def faces(self, pages: Iterable[SettledPage]) -> list[Face]:
        """The pictures of settled pages."""
        return [self.face(one) for one in pages]

    def face(self, page: SettledPage) -> Face:
        """The picture of a settled page."""
        outcome, identity = page.outcome, page.outcome.identity
        return Face(
            name=page_subject(outcome.ref),
            scan=outcome.ref.scan,
            frame=outcome.ref.frame,
            status=page.status,
            reason=page.reason,
            record=page.record,
            chosen=f"{identity.form}|{identity.version}|{identity.page}" if identity else "",
            page=identity.page if identity else 0,
            serial=identity.serial if identity else "",
            width_px=outcome.width_px,
            height_px=outcome.height_px,
            upright_deg=outcome.orientation_deg,
            seen=outcome.width_px > 0 and is_there(scan_file(self._out, outcome.ref)),
        )

    def picture(self, page: SettledPage, turn_deg: int | None, side_px: int) -> Shown | None:
        """A page turned clockwise, by default upright; None where its scan is gone or changed."""
        turn = page.outcome.orientation_deg if turn_deg is None else turn_deg
        return self._album.page(replace(page.outcome, orientation_deg=turn), side_px)

    def likely(self, page: SettledPage, templates: Iterable[Template]) -> Likely | None:
        """What the corner marks or the print of a page let expect that nobody knows yet."""
        if page.outcome.identity is not None or not page.outcome.width_px:
            return None
        name = page_subject(page.outcome.ref)
        if name not in self._likely:
            picture = decoded(self._out, page.outcome)
            found = likely_page(picture, templates) if picture is not None else None
            self._likely[name] = found
        return self._likely[name]

    def alike(self, pages: Sequence[SettledPage]) -> list[list[SettledPage]]:
        """The pages in groups of those that look alike, the largest first."""
        looks = [self._look(one) for one in pages]
        return [[pages[at] for at in group] for group in grouped(looks)]

    def _look(self, page: SettledPage) -> Look | None:
        name = page_subject(page.outcome.ref)
        with self._lock:
            if name in self._seen:
                return self._seen[name]
        shown = self._album.small(replace(page.outcome, orientation_deg=0))
        look = look_of(shown) if shown is not None else None
        with self._lock:
            self._seen[name] = look
        return look
