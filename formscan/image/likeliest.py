"""Pages of a form that carry no page code of ours: the one is taken whose print confirms it."""

from __future__ import annotations

import dataclasses

import numpy as np

from formscan.errors import PageError, RegistrationError
from formscan.image.identify import Sighting
from formscan.image.register import RegisterOptions, register
from formscan.image.structure import Segments, outline_segments
from formscan.page import Page, RegisteredPage
from formscan.templates.model import PageLayout

__all__ = ["register_likeliest"]

_LEAST_SEEN = 0.6
_SOME_SEEN = 0.1
"""Share of a page's outlines from which it may be that page, torn or bent; others show 0.02."""
_ALONG = np.linspace(-0.9, 0.9, 9)
_ACROSS_MM = np.arange(-1.6, 1.7, 0.2)
_NEAR_MM = 0.9
_DARKER, _OF_ITS_LENGTH = 0.88, 0.7
"""Light of a line as a share of the paper's beside it, and how much of it must be so dark."""


def register_likeliest(
    page: Page, sighting: Sighting, options: RegisterOptions | None = None
) -> RegisteredPage:
    """``register``, as the only page of the form that fits where nobody knows which it is.

    The right page must fit as a whole: parts of a wrong one may do so by chance. Pages without
    any box that could prove them are asked last, and only where hardly anything of another is
    printed there: that might be the torn one.

    Raises:
        RegistrationError: Of the first page where none fits, or ``anchors_not_found`` where
            several do.
    """
    if sighting.page_known:
        return register(page, sighting, options)
    provable = [layout for layout in sighting.template.pages if _can_be_proven(layout)]
    others = [layout for layout in sighting.template.pages if layout not in provable]
    reason: PageError | None = None
    perhaps = False
    for layouts in (provable, others):
        if perhaps:
            break
        fitting: list[RegisteredPage] = []
        for layout in layouts:
            try:
                found = register(page, _as_page(sighting, layout), options)
                seen = _outlines_seen(found)
                fitting += [found] if seen >= _LEAST_SEEN and not found.doubtful_mm else []
                perhaps |= seen >= _SOME_SEEN
            except RegistrationError as error:
                reason = reason or error
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            numbers = ", ".join(str(one.layout.page) for one in fitting)
            detail = f"pages {numbers} of the form fit alike; import each page by itself"
            raise RegistrationError("anchors_not_found", detail)
    detail = "no page of the form fits as a whole; scan it flat, or import each page by itself"
    raise reason or RegistrationError("anchors_not_found", detail)


def _can_be_proven(layout: PageLayout) -> bool:
    marked = any(field.shape != "box" and field.marks for field in layout.fields)
    return marked or all(len(part) for part in outline_segments(layout))


def _outlines_seen(registered: RegisteredPage) -> float:
    """Share of the page's box outlines that are printed there; 1 where it has none."""
    parts = [part for part in outline_segments(registered.layout) if len(part)]
    if not parts:
        return 1.0
    return float(np.concatenate([_seen(registered, part) for part in parts]).mean())


def _seen(registered: RegisteredPage, part: Segments) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(n,) whether each line is dark most of its way, within ``_NEAR_MM`` of its place."""
    gray = registered.page.gray
    along = part.half_mm[:, None] * _ALONG
    points = np.repeat(part.middle_mm[:, None, None], len(_ALONG), axis=1)
    points = np.repeat(points, len(_ACROSS_MM), axis=2)
    points[..., 1 - part.axis] += along[:, :, None]
    points[..., part.axis] += _ACROSS_MM
    px = registered.px_from_mm(points.reshape(-1, 2)).round().astype(np.intp)
    x, y = np.clip(px, 0, np.array(gray.shape[::-1]) - 1).T
    light = gray[y, x].reshape(points.shape[:3]).astype(np.float64)
    paper = np.percentile(light, 70, axis=(1, 2))
    dark = (light < _DARKER * paper[:, None, None]).mean(axis=1)
    near = np.abs(_ACROSS_MM) <= _NEAR_MM
    line, beside = dark[:, near].max(axis=1), np.median(dark, axis=1)
    return np.asarray((line >= _OF_ITS_LENGTH) & (beside < _OF_ITS_LENGTH))


def _as_page(sighting: Sighting, layout: PageLayout) -> Sighting:
    identity = dataclasses.replace(sighting.identity, page=layout.page)
    return dataclasses.replace(sighting, layout=layout, identity=identity, page_known=True)
