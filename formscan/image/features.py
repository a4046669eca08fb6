"""A scan matched with the picture of the blank form by features: any way up, any scale.

SIFT (Lowe 2004) at low resolution on both sides, the ratio test, and MAGSAC (Barath et al.
2020) for the plane. It is a first guess for forms that carry no tags, or whose tags are lost:
the printed structure still has to confirm it.
"""

from __future__ import annotations

import base64
import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Homography, Points
from formscan.image.fit import fit_homography
from formscan.image.kept import once_per_layout
from formscan.page import Picture
from formscan.templates.model import PageLayout

__all__ = ["FeatureMatch", "FeatureOptions", "match_features"]

_PX_PER_MM = 4.0
_FEATURES = 2500


@dataclass(frozen=True, slots=True)
class FeatureOptions:
    """When a match counts.

    Attributes:
        long_side_px: The scan is reduced to this size.
        ratio: A feature's best match must be so much nearer than its second.
        off_mm: A match so far off the plane is none.
        min_matches: Fewest matches that agree.
    """

    long_side_px: int = 1400
    ratio: float = 0.8
    off_mm: float = 0.8
    min_matches: int = 16


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMatch:
    """The plane that most matches agree on, and those matches.

    Attributes:
        homography: px from mm.
        points_mm: (n, 2) on the sheet.
        points_px: (n, 2) in the scan.
    """

    homography: Homography
    points_mm: Points = dataclasses.field(repr=False)
    points_px: Points = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Features:
    points: Points = dataclasses.field(repr=False)
    descriptors: NDArray[np.float32] = dataclasses.field(repr=False)


def match_features(
    gray: Picture, layout: PageLayout, options: FeatureOptions | None = None
) -> FeatureMatch | None:
    """Where the blank form lies in the scan; None without a reference picture or agreement."""
    options = options or FeatureOptions()
    reference = _reference(layout)
    if reference is None or len(reference.points) < options.min_matches:
        return None
    scale = min(1.0, options.long_side_px / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    scan = _features(np.asarray(small, np.uint8))
    if len(scan.points) < options.min_matches:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(reference.descriptors, scan.descriptors, k=2)
    kept = [
        (pair[0].queryIdx, pair[0].trainIdx)
        for pair in pairs
        if len(pair) == 2 and pair[0].distance < options.ratio * pair[1].distance
    ]
    if len(kept) < options.min_matches:
        return None
    index = np.array(kept)
    mm = reference.points[index[:, 0]]
    px = (scan.points[index[:, 1]] + 0.5) / scale - 0.5
    return _plane(mm, px, options)


def _plane(mm: Points, px: Points, options: FeatureOptions) -> FeatureMatch | None:
    back, inside = cv2.findHomography(px, mm, cv2.USAC_MAGSAC, options.off_mm, maxIters=5000)
    if np.shape(back) != (3, 3) or np.count_nonzero(inside) < options.min_matches:
        return None
    used = inside.ravel().astype(bool)
    forth = fit_homography(mm[used], px[used])
    return None if forth is None else FeatureMatch(forth, mm[used], px[used])


@once_per_layout
def _reference(layout: PageLayout) -> _Features | None:
    if not layout.reference_png:
        return None
    data = np.frombuffer(base64.b64decode(layout.reference_png), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise ValueError("the reference picture of the template is no PNG")
    size = (round(layout.width_mm * _PX_PER_MM), round(layout.height_mm * _PX_PER_MM))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    found = _features(np.asarray(small, np.uint8))
    return _Features((found.points + 0.5) / _PX_PER_MM, found.descriptors)


def _features(gray: Picture) -> _Features:
    points, descriptors = cv2.SIFT.create(nfeatures=_FEATURES).detectAndCompute(gray, None)
    at = np.array([point.pt for point in points], np.float64).reshape(-1, 2)
    rows = np.asarray(descriptors, np.float32) if len(at) else np.zeros((0, 128), np.float32)
    return _Features(at, rows)
