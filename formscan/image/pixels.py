"""Decoded pixels in the form that every later step expects."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from formscan.page import Picture

__all__ = ["Pixels", "dpi_of", "from_array", "from_pillow", "has_colour"]

_COLOUR_STEP = 18
_COLOUR_SHARE = 5e-4


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """One picture, upright as its file says.

    Attributes:
        gray: (h, w) uint8, 0 = ink, 255 = paper.
        bgr: (h, w, 3) uint8, None where the picture has no colour worth keeping.
        dpi: Claimed by the file.
    """

    gray: Picture = dataclasses.field(repr=False)
    bgr: Picture | None = dataclasses.field(repr=False)
    dpi: float | None


def from_array(picture: NDArray[np.uint8], dpi: float | None) -> Pixels:
    """Pixels of an (h, w) grey or (h, w, 3) BGR array."""
    if picture.ndim == 2:
        return Pixels(_ink_on_paper(picture), None, dpi)
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    if has_colour(picture):
        return Pixels(gray, np.ascontiguousarray(picture), dpi)
    return Pixels(_ink_on_paper(gray), None, dpi)


def from_pillow(picture: Image.Image, dpi: float | None) -> Pixels:
    """Pixels of a Pillow image of any mode: alpha over white, CMYK, palette, 16 bit, 1 bit."""
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I;16") or picture.mode in {"I", "F"}:
        return from_array(_from_deep(np.asarray(picture)), dpi)
    if picture.has_transparency_data:
        rgba = picture.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        picture = Image.alpha_composite(white, rgba).convert("RGB")
    if picture.mode in {"1", "L"}:
        return from_array(np.array(picture.convert("L")), dpi)
    return from_array(np.array(picture.convert("RGB"))[:, :, ::-1], dpi)


def dpi_of(picture: Image.Image) -> float | None:
    """Resolution that the file claims, None where it claims none or an absurd one."""
    try:
        claimed = float(picture.info.get("dpi", (0.0, 0.0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return claimed if 50 <= claimed <= 2400 else None


def has_colour(bgr: NDArray[np.uint8]) -> bool:
    """Whether anything differs in hue from the picture's own paper.

    A grey page saved as colour has none; a cast of the light over the whole page does not count.
    """
    height, width = bgr.shape[:2]
    size = (max(1, width // 8), max(1, height // 8))
    small = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA).astype(np.int16)
    blue = small[..., 0] - small[..., 1]
    red = small[..., 2] - small[..., 1]
    blue -= np.int16(np.median(blue))
    red -= np.int16(np.median(red))
    coloured = np.maximum(np.abs(blue), np.abs(red)) > _COLOUR_STEP
    return bool(coloured.mean() > _COLOUR_SHARE)


def _from_deep(deep: NDArray[np.generic]) -> NDArray[np.uint8]:
    """8 bits of 16-bit or float samples; 16-bit full scale unless the values stay below 256."""
    values = np.nan_to_num(deep.astype(np.float32))
    top = float(values.max(initial=0.0))
    if top <= 1.0:
        values = values * 255.0
    elif top > 255.0:
        values = values / 257.0
    return np.clip(values, 0, 255).astype(np.uint8)


def _ink_on_paper(gray: NDArray[np.uint8]) -> Picture:
    """Black on white: a picture of two levels that is mostly black is turned over.

    One that is nothing but black is left: that is no paper seen in the negative.
    """
    sample = gray[::7, ::7]
    extreme = (sample < 8) | (sample > 247)
    has_white = (sample > 247).mean() > 1e-4
    if extreme.mean() > 0.999 and sample.mean() < 100 and has_white:
        return np.asarray(cv2.bitwise_not(gray), dtype=np.uint8)
    return np.ascontiguousarray(gray)
