"""First fits of a picture that is turned before anchors are looked for, in the picture as it is."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from formscan.geometry import Homography
from formscan.image.first import Anchored, FirstOptions, first_fits
from formscan.page import Page
from formscan.templates.model import PageLayout

__all__ = ["deskewed_fits", "turned_fits"]


def deskewed_fits(
    page: Page, layout: PageLayout, options: FirstOptions, skew: float
) -> list[Anchored]:
    """``first_fits`` of the picture turned by ``-skew`` degrees, in the picture as it is.

    Raises:
        RegistrationError: ``anchors_not_found``.
    """
    height, width = page.gray.shape
    back = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -skew, 1.0)
    there = cv2.invertAffineTransform(back)
    turned = cv2.warpAffine(page.gray, there, (width, height), borderMode=cv2.BORDER_REPLICATE)
    upright = dataclasses.replace(page, gray=np.asarray(turned, np.uint8), bgr=None)
    again = Homography(np.vstack([back, [0.0, 0.0, 1.0]]))
    return [_moved(fit, again) for fit in first_fits(upright, layout, options)]


def turned_fits(
    page: Page, layout: PageLayout, options: FirstOptions, quarters: int, skew: float
) -> list[Anchored]:
    """``first_fits`` of the picture turned anticlockwise, in the picture as it is.

    Args:
        page: The picture.
        layout: The page of the template.
        options: How anchors are looked for.
        quarters: Quarter turns.
        skew: Degrees on top of them.

    Raises:
        RegistrationError: ``anchors_not_found``.
    """
    height, width = page.gray.shape
    turned = np.ascontiguousarray(np.rot90(page.gray, quarters))
    back = np.eye(3)
    for _ in range(quarters):
        back = back @ np.array([[0.0, -1.0, width - 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
        width, height = height, width
    upright = dataclasses.replace(page, gray=turned, bgr=None)
    fits = (
        deskewed_fits(upright, layout, options, skew)
        if skew
        else first_fits(upright, layout, options)
    )
    return [_moved(fit, Homography(back)) for fit in fits]


def _moved(anchored: Anchored, again: Homography) -> Anchored:
    """A fit of a moved picture, in the picture that it was made of."""
    matrix = again.matrix @ anchored.fit.homography.matrix
    plane = dataclasses.replace(anchored.fit, homography=Homography(matrix / matrix[2, 2]))
    points_px = again(anchored.points_px) if len(anchored.points_px) else anchored.points_px
    return dataclasses.replace(anchored, fit=plane, points_px=points_px)
