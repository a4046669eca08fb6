"""Whether the picture shows all the fields, and if not, where it ends."""

from __future__ import annotations

import numpy as np

from formscan.errors import RegistrationError
from formscan.geometry import BoxMm, Points, PxFromMm
from formscan.page import Picture
from formscan.templates.model import PageLayout

__all__ = ["check_inside"]


def check_inside(
    px_from_mm: PxFromMm, layout: PageLayout, gray: Picture, allowed_mm: float
) -> None:
    """Refuse a picture that ends before the fields do.

    Args:
        px_from_mm: Where the sheet lies.
        layout: Its page.
        gray: The scan.
        allowed_mm: How far a field may reach beyond the picture.

    Raises:
        RegistrationError: ``cut_off``: which side is lost, and from which millimetre on.
    """
    if not layout.fields:
        return
    boxes = [_shrunk(field.box, allowed_mm) for field in layout.fields]
    corners = px_from_mm(np.concatenate([box.corners() for box in boxes]))
    outside = _outside(corners, gray).reshape(-1, 4).any(axis=1)
    if outside.any():
        names = [layout.fields[place].name for place in np.flatnonzero(outside)]
        detail = (
            f"{_lost_sides(px_from_mm, layout, gray)}: {len(names)} of {len(layout.fields)} "
            f"fields lie outside the picture ({', '.join(names[:3])}); scan the whole sheet"
        )
        raise RegistrationError("cut_off", detail)


def _lost_sides(px_from_mm: PxFromMm, layout: PageLayout, gray: Picture) -> str:
    """E.g. "the left edge is cut off at 31 mm", for each side that the picture does not reach."""
    width, height = layout.width_mm, layout.height_mm
    across, down = np.linspace(0.0, width, 400), np.linspace(0.0, height, 400)
    seen_x = ~_outside(px_from_mm(np.column_stack([across, np.full(400, height / 2)])), gray)
    seen_y = ~_outside(px_from_mm(np.column_stack([np.full(400, width / 2), down])), gray)
    found = []
    for seen, at, names in (
        (seen_x, across, ("left", "right")),
        (seen_y, down, ("upper", "lower")),
    ):
        shown = at[seen]
        if not len(shown):
            continue
        if not seen[0]:
            found.append(f"the {names[0]} edge is cut off at {shown[0]:.0f} mm")
        if not seen[-1]:
            found.append(f"the {names[1]} edge is cut off at {shown[-1]:.0f} mm")
    return ", ".join(found) or "a corner is cut off"


def _outside(points: Points, gray: Picture) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    height, width = gray.shape
    x, y = points[:, 0], points[:, 1]
    return np.array((x < -0.5) | (y < -0.5) | (x > width - 0.5) | (y > height - 0.5))


def _shrunk(box: BoxMm, by_mm: float) -> BoxMm:
    return box.grow(-min(by_mm, 0.4 * box.width, 0.4 * box.height))
