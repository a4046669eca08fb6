"""What a browser says of page pictures, checked before anything is made of it."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from formscan.page import ByHand, Identity, PageRef
from formscan.reading import PageOutcome
from formscan.record import Record
from formscan.review.page_desk import Refused
from formscan.templates.model import PageLayout, Template
from formscan.templates.payload import BASE32, check_character

__all__ = ["apart_run", "by_hand", "corners_px", "layout_of", "print_runs", "serial_of"]

_SERIAL = re.compile(r"([0-9]{1,8})[ -]*([0-9A-Z])")
_RUN = 6
_APART = "U"
"""First character of the print run of a family that shares a serial with another: no printed one
has it."""


def layout_of(templates: Iterable[Template], chosen: str) -> tuple[Template, PageLayout]:
    """The page that was chosen, as ``form|version|page``.

    Raises:
        Refused: ``no_form``.
    """
    for template in templates:
        for layout in template.pages:
            if f"{template.form}|{template.version}|{layout.page}" == chosen:
                return template, layout
    raise Refused("no_form")


def print_runs(records: Iterable[Record], form: str) -> tuple[str, ...]:
    """The print runs of a form that the batch knows."""
    known = {one.print_run for one in records if one.form == form}
    return tuple(sorted(one for one in known if one and not one.startswith(_APART)))


def serial_of(typed: str, run: str, known: Sequence[str]) -> tuple[str, str]:
    """Serial and print run, as they stand on the sheet.

    Args:
        typed: Serial and check character, such as ``00000012-K``.
        run: The print run; "" takes the one of ``known`` to which the check character fits.
        known: The print runs of the batch.

    Raises:
        Refused: ``no_serial``, ``wrong_check``, ``wrong_run``, ``which_run``.
    """
    found = _SERIAL.fullmatch(typed.strip().upper())
    if found is None:
        raise Refused("no_serial")
    serial, check = found[1].zfill(8), found[2]
    run = run.strip().upper()
    if run and (len(run) != _RUN or set(run) - set(BASE32)):
        raise Refused("wrong_run")
    fits = [one for one in ([run] if run else known) if check_character(one + serial) == check]
    if len(fits) > 1:
        raise Refused("which_run")
    if not fits:
        raise Refused("wrong_check")
    return serial, fits[0]


def corners_px(given: Any, turn_deg: int, page: PageOutcome) -> tuple[tuple[float, float], ...]:
    """Corners in pixels of the scan; () where none were pointed at.

    Args:
        given: Four [across, down], as shares of the picture that was shown, from the top left
            clockwise; None for none.
        turn_deg: By which the picture was turned clockwise before it was shown.
        page: The picture.

    Raises:
        Refused: ``no_corners``: not four points near the picture.
    """
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) != 4 or turn_deg not in (0, 90, 180, 270):
        raise Refused("no_corners")
    found = []
    for point in given:
        fine = isinstance(point, list) and len(point) == 2 and all(_is_near(one) for one in point)
        if not fine:
            raise Refused("no_corners")
        found.append(_unturned(float(point[0]), float(point[1]), turn_deg, page))
    return tuple(found)


def _is_near(share: Any) -> bool:
    plain = isinstance(share, int | float) and not isinstance(share, bool)
    return plain and math.isfinite(share) and -0.25 <= share <= 1.25


def _unturned(across: float, down: float, turn_deg: int, page: PageOutcome) -> tuple[float, float]:
    u, v = {
        0: (across, down),
        90: (down, 1 - across),
        180: (1 - across, 1 - down),
        270: (1 - down, across),
    }[turn_deg]
    return round(u * page.width_px - 0.5, 2), round(v * page.height_px - 0.5, 2)


def apart_run(ref: PageRef) -> str:
    """The print run of a family whose sheets are photocopies of another family's."""
    digest = hashlib.sha256(f"{ref.sha256}|{ref.frame}".encode()).digest()
    return _APART + "".join(BASE32[one % 32] for one in digest[: _RUN - 1])


def by_hand(
    chosen: tuple[Template, PageLayout],
    serial: tuple[str, str],
    corners: tuple[tuple[float, float], ...] = (),
    of: Literal["sheet", "marks"] = "marks",
) -> ByHand:
    """What a person said, as it is kept."""
    template, layout = chosen
    identity = Identity(template.form, template.version, layout.page, *serial, "person")
    return ByHand(identity, corners, of)
