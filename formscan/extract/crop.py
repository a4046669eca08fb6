"""Field box → crop: resampled once, straight from the scan, with the form's tint lightened."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.ink import drop_out_gray, page_levels
from formscan.geometry import BoxMm, PxFromMm
from formscan.page import FieldCrop, Picture, RegisteredPage
from formscan.templates.model import Field

__all__ = ["crop_field"]

_KNOT_MM = 4.0
_MAX_SIDE_PX = 8000


def crop_field(
    registered: RegisteredPage, field: Field, px_per_mm: float, margin_mm: float
) -> FieldCrop:
    """Cut one field out of a registered page.

    The transform is evaluated on knots at most 4 mm apart and interpolated between them, which
    keeps within 0.02 px of the exact one. A scan finer than the crop is averaged, not skipped.

    Args:
        registered: The page; its pixels are not touched.
        field: What to cut out; its ``drop_out`` tint is lightened where the scan has colour.
        px_per_mm: Resolution wanted; 0 = that of the scan at this place.
        margin_mm: Paper around the field's box.

    Returns:
        The crop, upright; parts that lie outside the scan are blank paper.
    """
    box = field.box.grow(margin_mm)
    scan_px_per_mm = registered.px_from_mm.px_per_mm(box.center)
    wanted = px_per_mm or scan_px_per_mm
    wanted = min(wanted, _MAX_SIDE_PX / max(box.width, box.height))
    page = registered.page
    center_px = registered.px_from_mm(np.array([box.center], dtype=np.float64))[0]
    levels = page_levels(page, field.drop_out)
    paper = levels.paper_at(float(center_px[0]), float(center_px[1]))
    picture = page.gray if page.bgr is None else page.bgr
    cut = _resample(picture, registered.px_from_mm, box, wanted, scan_px_per_mm, paper)
    return FieldCrop(
        field=field,
        gray=drop_out_gray(cut, field.drop_out),
        px_per_mm=wanted,
        origin_mm=(box.x + 0.5 / wanted, box.y + 0.5 / wanted),
        bgr=cut if cut.ndim == 3 else None,
        paper=paper,
        ink=levels.ink_ratio * paper,
        scan_px_per_mm=scan_px_per_mm,
    )


def _resample(
    picture: Picture,
    px_from_mm: PxFromMm,
    box: BoxMm,
    px_per_mm: float,
    scan_px_per_mm: float,
    paper: float,
) -> Picture:
    width = max(1, round(box.width * px_per_mm))
    height = max(1, round(box.height * px_per_mm))
    times = max(1, round(scan_px_per_mm / px_per_mm))
    x_px, y_px = _map(px_from_mm, box, px_per_mm * times, width * times, height * times)
    finer = scan_px_per_mm < 0.8 * px_per_mm
    cut = cv2.remap(
        picture,
        x_px,
        y_px,
        cv2.INTER_CUBIC if finer else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(paper, paper, paper),
    )
    if times > 1:
        cut = cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cut, dtype=np.uint8)


def _map(
    px_from_mm: PxFromMm, box: BoxMm, px_per_mm: float, width: int, height: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Scan x and y of each crop pixel, (height, width) float32 each."""
    across, knots_x = _weights(width, box.x, px_per_mm)
    down, knots_y = _weights(height, box.y, px_per_mm)
    grid = np.stack(np.meshgrid(knots_x, knots_y), axis=-1).reshape(-1, 2)
    at_px = px_from_mm(grid).reshape(len(knots_y), len(knots_x), 2)
    x_px = (down @ at_px[:, :, 0] @ across.T).astype(np.float32)
    y_px = (down @ at_px[:, :, 1] @ across.T).astype(np.float32)
    return x_px, y_px


def _weights(
    count: int, start_mm: float, px_per_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(count, knots) bilinear weights of pixel centres, and the knots in mm."""
    centers_mm = start_mm + (np.arange(count) + 0.5) / px_per_mm
    pieces = max(1, int(np.ceil(count / px_per_mm / _KNOT_MM)))
    knots = np.linspace(start_mm, start_mm + count / px_per_mm, pieces + 1)
    position = (centers_mm - start_mm) * px_per_mm / count * pieces
    index = np.minimum(position.astype(np.intp), pieces - 1)
    weights = np.zeros((count, pieces + 1))
    weights[np.arange(count), index] = 1 - (position - index)
    weights[np.arange(count), index + 1] = position - index
    return weights, knots
