"""A glyph's ink as the network sees it, and the network itself.

The normalisation here is also the one that the training pictures go through
(``training/``), so that what is learnt is what is read.
"""

from __future__ import annotations

import base64
import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.engines.onnx import load_model
from formscan.extract.order import percentile

__all__ = ["GLYPH_PX", "MODEL", "GlyphReadings", "Ink", "normalise", "packed", "read_glyphs"]

MODEL: Final = Path(__file__).parent / "models" / "glyphs.onnx"
"""The network that comes with the package; its model card lies beside it."""

Ink = NDArray[np.uint8]
"""(h, w) uint8, 0 = paper and 255 = the pen at its darkest; 300 dpi."""

GLYPH_PX: Final = 28
"""Side of the picture that the network reads."""

_BODY_PX: Final = 24
_MIN_SIDE_PX: Final = 12


def normalise(ink: Ink) -> NDArray[np.uint8]:
    """Crop tight, keep the aspect, scale the longest side to 24 and centre in 28 by 28.

    Ink smaller than 1 mm is not blown up further, so that a dot stays a dot. Full contrast:
    the 90th percentile of the ink becomes 255.

    Args:
        ink: One glyph; everything that is not 0 belongs to it.

    Returns:
        (28, 28) uint8, 255 = ink; all 0 where there is no ink.
    """
    result = np.zeros((GLYPH_PX, GLYPH_PX), dtype=np.uint8)
    x, y, width, height = cv2.boundingRect(ink)
    if width == 0 or height == 0:
        return result
    body = ink[y : y + height, x : x + width]
    scale = _BODY_PX / max(width, height, _MIN_SIDE_PX)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(body, size, interpolation=method).astype(np.float32)
    level = percentile(small[small > 0], 90) if (small > 0).any() else 255.0
    small = np.clip(small * (255.0 / max(level, 1.0)), 0, 255)
    left, top = (GLYPH_PX - size[0]) // 2, (GLYPH_PX - size[1]) // 2
    result[top : top + size[1], left : left + size[0]] = small.astype(np.uint8)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class GlyphReadings:
    """What the network says of a batch of glyphs.

    Attributes:
        logits: (n, 37) float32, classes 0-9, A-Z, junk; not normalised.
        embeddings: (n, 128) float32, not negative.
    """

    logits: NDArray[np.float32] = dataclasses.field(repr=False)
    embeddings: NDArray[np.float32] = dataclasses.field(repr=False)


def read_glyphs(glyphs: NDArray[np.uint8], model: Path = MODEL) -> GlyphReadings:
    """Run the network on all glyphs of a page in one go.

    Args:
        glyphs: (n, 28, 28) uint8 of ``normalise``; n may be 0.
        model: The network.
    """
    if len(glyphs) == 0:
        empty = np.zeros((0, 37), dtype=np.float32), np.zeros((0, 128), dtype=np.float32)
        return GlyphReadings(*empty)
    batch = glyphs.astype(np.float32)[:, None] / np.float32(255)
    logits, embeddings = load_model(model).run(batch, ("logits", "emb"))
    return GlyphReadings(logits, embeddings)


def packed(embedding: NDArray[np.float32]) -> tuple[str, float]:
    """An embedding as base64 of int8 and the scale that takes it back."""
    peak = float(np.abs(embedding).max())
    scale = peak / 127 if peak > 0 else 1.0
    whole = np.round(embedding / scale).astype(np.int8)
    return base64.b64encode(whole.tobytes()).decode("ascii"), round(scale, 6)
