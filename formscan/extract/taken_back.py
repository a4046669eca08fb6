"""Was a character struck out, or another written over it? A small network's answer.

A 1 written over a 4 looks like a 4 with a thick stem: a reader of characters, which sees every
glyph at the same size and full contrast, reads it surely and wrongly. This network sees the ink
at the size that it has in its box, knows how wide this page's pen is, and what the reader of
characters saw. It was trained on boxes that were corrected, by ``training/taken_back.py``.

A measure, not a verdict: the confidence curves are fitted on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.cells import CellInk
from formscan.extract.engines.onnx import load_model
from formscan.extract.glyphs import GlyphReadings

__all__ = ["INPUT_PX", "MODEL", "NUMBERS", "inputs_of", "taken_back"]

MODEL: Final = Path(__file__).parent / "models" / "taken_back.onnx"

INPUT_PX: Final = 40
"""Side of the picture that the network sees of a box."""

NUMBERS: Final = 9 + 37 + 128
"""What it is told beside the picture: pen and place, the reader's classes, its features."""

_BOX_PX = 30.0
"""Height of a printed box in that picture."""

_LEAST_LOG = -10.0


def inputs_of(cells: Sequence[CellInk], seen: GlyphReadings, pen_px: float) -> NDArray[np.float32]:
    """What the network is shown.

    Args:
        cells: Boxes with ink.
        seen: What the reader of characters made of the same boxes.
        pen_px: Width of the page's pen, pixels at 300 dpi.

    Returns:
        (n, INPUT_PX² + NUMBERS) float32.
    """
    if not cells:
        return np.zeros((0, INPUT_PX**2 + NUMBERS), dtype=np.float32)
    pictures = np.stack([_picture(cell) for cell in cells]).reshape(len(cells), -1)
    told = np.array([_told(cell, max(pen_px, 1.0)) for cell in cells], dtype=np.float32)
    shifted = seen.logits - seen.logits.max(axis=1, keepdims=True)
    classes = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    classes = np.maximum(classes, _LEAST_LOG) / np.float32(-_LEAST_LOG)
    length = np.linalg.norm(seen.embeddings, axis=1, keepdims=True)
    features = seen.embeddings / np.maximum(length, np.float32(1e-6))
    return np.hstack([pictures, told, classes, features]).astype(np.float32)


def taken_back(cells: Sequence[CellInk], seen: GlyphReadings, pen_px: float) -> NDArray[np.float32]:
    """Log-odds that a box holds a character that was struck out or written over.

    Args:
        cells: Boxes with ink, n of them.
        seen: What the reader of characters made of the same boxes.
        pen_px: Width of the page's pen, pixels at 300 dpi.

    Returns:
        (n,) float32, within ±12.
    """
    if not cells:
        return np.zeros(0, dtype=np.float32)
    (odds,) = load_model(MODEL).run(inputs_of(cells, seen, pen_px), ("log_odds",))
    return np.clip(odds[:, 0], -12.0, 12.0)


def _picture(cell: CellInk) -> NDArray[np.float32]:
    """The ink at the size that it has in its box, in the middle of the picture; 1 = darkest."""
    height, width = cell.ink.shape
    scale = min(_BOX_PX * cell.box[3] / height, INPUT_PX / max(height, width))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(cell.ink, size, interpolation=cv2.INTER_AREA)
    picture = np.zeros((INPUT_PX, INPUT_PX), dtype=np.float32)
    top, left = (INPUT_PX - size[1]) // 2, (INPUT_PX - size[0]) // 2
    picture[top : top + size[1], left : left + size[0]] = small
    return picture / np.float32(255)


def _told(cell: CellInk, pen_px: float) -> tuple[float, ...]:
    x, y, width, height = cell.box
    box_px = cell.ink.shape[0] / max(height, 1e-3)
    wide = min(cell.stroke_px / pen_px, 3.0)
    return (wide, 10 * pen_px / box_px, cell.share, cell.touch, cell.strike, x, y, width, height)
