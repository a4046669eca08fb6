"""A page of which a person says what it is, and perhaps where its corners lie."""

from __future__ import annotations

import numpy as np

from formscan.errors import RegistrationError, UnidentifiedPageError
from formscan.geometry import Points
from formscan.image.identify import Sighting
from formscan.page import ByHand
from formscan.templates.model import PageLayout, Template

__all__ = ["sighting_by_hand"]


def sighting_by_hand(told: ByHand, templates: tuple[Template, ...]) -> Sighting:
    """What a person says in place of the printed page code.

    Corners are only where to begin: the printed structure must confirm them as on any page, so
    they are taken for forms that have such a structure.

    Raises:
        UnidentifiedPageError: ``unknown_form`` or ``unknown_version``: the form is not loaded.
        RegistrationError: ``anchors_not_found``: the form prints nothing that could confirm
            corners that somebody points at.
    """
    said = told.identity
    of_form = [one for one in templates if one.form == said.form]
    template = next((one for one in of_form if one.version == said.version), None)
    if template is None:
        reason = "unknown_version" if of_form else "unknown_form"
        detail = f"form {said.form} {said.version} is not loaded; add its template with --form"
        raise UnidentifiedPageError(reason, detail)
    layout = next((one for one in template.pages if one.page == said.page), None)
    if layout is None:
        detail = f"form {said.form} {said.version} has no page {said.page}"
        raise UnidentifiedPageError("unknown_form", detail)
    if not told.corners_px:
        return Sighting(said, template, layout)
    if not any(anchor.kind == "tag" for anchor in layout.anchors):
        detail = "this form prints no corner marks that could confirm corners told by hand"
        raise RegistrationError("anchors_not_found", detail)
    corners_mm = _marks_mm(layout) if told.corners_of == "marks" else _sheet_mm(layout)
    return Sighting(
        said, template, layout, by_hand=(corners_mm, np.array(told.corners_px, dtype=np.float64))
    )


def _sheet_mm(layout: PageLayout) -> Points:
    """(4, 2) corners of the sheet, from the top left clockwise."""
    width, height = layout.width_mm, layout.height_mm
    return np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])


def _marks_mm(layout: PageLayout) -> Points:
    """(4, 2) middles of the corner marks: of each corner of the sheet the nearest."""
    middles = np.array([one.box.center for one in layout.anchors if one.kind == "tag"])
    away = np.linalg.norm(middles[None] - _sheet_mm(layout)[:, None], axis=2)
    return np.asarray(middles[away.argmin(axis=1)], dtype=np.float64)
