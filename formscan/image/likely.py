"""Which page a picture without a readable page code is most likely of: a proposal, never a word.

Corner marks tell the page type, and where several forms print the same marks, or none are left,
the printed structure must confirm the guess. The serial stays for a person to type.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from formscan.errors import PageError
from formscan.image.identify import Sighting
from formscan.image.register import register
from formscan.image.tags import find_tags
from formscan.page import Identity, Page
from formscan.templates.model import PageLayout, Template

__all__ = ["Likely", "likely_page"]

_FEWEST_MARKS = 2


@dataclass(frozen=True, slots=True)
class Likely:
    """What the corner marks of a picture, or its print, let expect.

    Attributes:
        template: The form.
        layout: Its page.
        marks: How many of its corner marks were found; 0 where only its print was recognised.
        orientation_deg: Clockwise turn that brings the picture upright.
    """

    template: Template
    layout: PageLayout
    marks: int
    orientation_deg: int


def likely_page(page: Page, templates: Iterable[Template]) -> Likely | None:
    """The page type whose marks or print are found in a picture, None where neither are."""
    pages = [(template, layout) for template in templates for layout in template.pages]
    marked = list(_by_marks(page, pages))
    most = max((one.marks for one in marked), default=0)
    best = [one for one in marked if one.marks == most]
    if len(best) == 1:
        return best[0]
    asked = [(one.template, one.layout) for one in best] or pages
    confirmed = _by_print(page, asked, most)
    return confirmed or (best[0] if best else None)


def _by_marks(page: Page, pages: list[tuple[Template, PageLayout]]) -> Iterator[Likely]:
    for template, layout in pages:
        found = find_tags(page.gray, layout.anchors)
        if len(found.anchors) >= _FEWEST_MARKS:
            x, y = (found.corners_px[:, 1] - found.corners_px[:, 0]).sum(axis=0)
            turned = round(math.degrees(math.atan2(y, x)) / 90) * 90
            yield Likely(template, layout, len(found.anchors), -turned % 360)


def _by_print(page: Page, pages: list[tuple[Template, PageLayout]], marks: int) -> Likely | None:
    """The first page whose box outlines and texts are all where they should be."""
    for template, layout in pages:
        if not layout.reference_png:
            continue
        nameless = Identity(template.form, template.version, layout.page, source="reference")
        try:
            placed = register(page, Sighting(nameless, template, layout))
        except PageError:
            continue
        return Likely(template, layout, marks, placed.orientation_deg)
    return None
