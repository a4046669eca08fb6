"""One picture of every disturbance at its worst, with the boxes where they are read.

python -m benchmarks.registration_pictures [-o docs/pictures/registration-boxes.jpg]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from benchmarks.disturbances import DISTURBANCES
from benchmarks.registration import Sheet, flat_pages, page_of, picture_of
from formscan.errors import PageError
from formscan.image.identify import identify
from formscan.image.register import register
from formscan.page import RegisteredPage
from formscan.templates.load import load_template
from formscan.templates.model import Template

TILE = (300, 230)
VIEW_MM = (66.0, 46.0)
COLUMNS = 6
GREEN = (60, 170, 30)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("-o", type=Path, default=Path("docs/pictures/registration-boxes.jpg"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    template = load_template("fk23")
    sheets = flat_pages(template)
    tiles = [tile(name, template, sheets) for name in DISTURBANCES]
    while len(tiles) % COLUMNS:
        tiles.append(np.full_like(tiles[0], 255))
    rows = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)]
    cv2.imwrite(str(options.o), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 70])
    return 0


def tile(name: str, template: Template, sheets: list[Sheet]) -> np.ndarray:
    """A part of the scan as it is, or the reason why it was refused."""
    picture, _, _ = picture_of(name, 2, 0, sheets)
    shown = picture if picture.ndim == 3 else cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    page = page_of(picture)
    try:
        found = _view(shown, register(page, identify(page, [template])))
        words = name
    except PageError as error:
        scale = min(TILE[0] / shown.shape[1], TILE[1] / shown.shape[0])
        small = cv2.resize(shown, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = np.full((TILE[1], TILE[0], 3), 255, np.uint8)
        found[: small.shape[0], : small.shape[1]] = small
        words = f"{name}: {error.reason}"
    cv2.rectangle(found, (0, 0), (TILE[0] - 1, 17), (255, 255, 255), -1)
    cv2.putText(found, words, (4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    cv2.rectangle(found, (0, 0), (TILE[0] - 1, TILE[1] - 1), (160, 160, 160), 1)
    return found


def _view(picture: np.ndarray, registered: RegisteredPage) -> np.ndarray:
    """The scan around the middle of the sheet, turned as it is, with the outlines of all boxes."""
    layout = registered.layout
    centre = registered.px_from_mm(np.array([(layout.width_mm * 0.3, layout.height_mm * 0.45)]))[0]
    scale = TILE[0] / VIEW_MM[0] / (registered.dpi / 25.4)
    matrix = np.array(
        [[scale, 0, TILE[0] / 2 - scale * centre[0]], [0, scale, TILE[1] / 2 - scale * centre[1]]]
    )
    fine = cv2.GaussianBlur(picture, (0, 0), 0.4 / scale) if scale < 0.7 else picture
    view = cv2.warpAffine(fine, matrix, TILE, borderValue=(255, 255, 255))
    for field in layout.fields:
        for box in [*field.cells, *(mark.box for mark in field.marks)] or [field.box]:
            at = cv2.transform(registered.px_from_mm(box.corners())[None], matrix)
            cv2.polylines(view, [(at * 16).astype(np.int32)], True, GREEN, 1, cv2.LINE_AA, 4)
    return view


if __name__ == "__main__":
    sys.exit(main())
