"""How page pictures are looked at: turned, in small, and grouped by likeness."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from formscan.image.likely import Likely, likely_page
from formscan.page_decision import page_subject
from formscan.review.likeness import Look, grouped, look_of
from formscan.review.pictures import Album, decoded
from formscan.review.pictures import Shown as Picture
from formscan.settle import SettledPage
from formscan.templates.model import Template

__all__ = ["Looks", "Shown", "faces_of"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a page names it.

    Attributes:
        name: See ``page_subject``.
        chosen: ``form|version|page``, "" where nobody knows.
        upright_deg: Turn that shows it upright as far as it is known.
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

    @classmethod
    def of(cls, page: SettledPage) -> Shown:
        """The picture of a settled page."""
        outcome, identity = page.outcome, page.outcome.identity
        return cls(
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
        )


def faces_of(pages: Iterable[SettledPage]) -> list[Shown]:
    """``Shown.of`` each."""
    return [Shown.of(one) for one in pages]


class Looks:
    """Pictures of one batch. Safe to use from several threads."""

    def __init__(self, out: Path, album: Album) -> None:
        self._out = out
        self._album = album
        self._lock = threading.Lock()
        self._seen: dict[str, Look | None] = {}
        self._likely: dict[str, Likely | None] = {}

    def picture(self, page: SettledPage, turn_deg: int | None, side_px: int) -> Picture | None:
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
