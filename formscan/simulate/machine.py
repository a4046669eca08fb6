"""What machines put on a form: typed lines and barcode labels, drawn straight onto the page."""

from __future__ import annotations

import io
from importlib import resources

import cv2
import numpy as np
import zxingcpp
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from formscan.geometry import BoxMm
from formscan.page import Picture
from formscan.simulate.chance import pick, uniform
from formscan.templates.model import BarcodeFormat

__all__ = ["stick_barcode", "type_line"]

_FACES = (
    ("formscan.templates", "fonts/RobotoCondensed-Regular.ttf"),
    ("reportlab", "fonts/Vera.ttf"),
    ("reportlab", "fonts/VeraBd.ttf"),
)
_MODULE_MM = (0.28, 0.42)
_MATRIX_MODULE_MM = (0.4, 0.6)
_MATRIX = frozenset({"DataMatrix", "QRCode"})


def type_line(picture: Picture, px_per_mm: float, text: str, box: BoxMm, rng: Generator) -> str:
    """Type ``text`` into ``box``, small enough to fit.

    Args:
        picture: (h, w, 3) uint8 BGR, changed in place.
        px_per_mm: Its scale.
        text: One line.
        box: The field, mm.
        rng: Chooses face, height, ink and place.

    Returns:
        What now stands there.
    """
    package, file = pick(rng, _FACES)
    face = (resources.files(package) / file).read_bytes()
    height_mm = min(box.height * 0.55, uniform(rng, (2.6, 3.8)))
    room = (box.width - 2.4) * px_per_mm
    font = _font(face, height_mm * px_per_mm / 0.72)
    if (wide := font.getlength(text)) > room:
        font = _font(face, font.size * room / wide)
    area = _area(picture, px_per_mm, box)
    x = 1.2 * px_per_mm + rng.random() * max(0.0, min(room - font.getlength(text), 60.0))
    y = area.shape[0] / 2 + uniform(rng, (-0.3, 0.3)) * px_per_mm
    layer = Image.new("L", (area.shape[1], area.shape[0]), 0)
    ImageDraw.Draw(layer).text((x, y), text, font=font, fill=255, anchor="lm")
    ink = np.asarray(layer, np.float32)[..., None] / 255 * uniform(rng, (0.75, 0.97))
    area[:] = (area * (1 - ink)).astype(np.uint8)
    return text


def _area(picture: Picture, px_per_mm: float, box: BoxMm) -> Picture:
    """The part of the page inside ``box``, itself and not a copy."""
    left, top, right, bottom = (
        round(edge * px_per_mm) for edge in (box.x, box.y, box.right, box.bottom)
    )
    return picture[top:bottom, left:right]


def _font(face: bytes, size_px: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(face), size_px)


def stick_barcode(
    picture: Picture,
    px_per_mm: float,
    text: str,
    box: BoxMm,
    formats: tuple[BarcodeFormat, ...],
    rng: Generator,
) -> str:
    """Stick a white label with a barcode into ``box``.

    Args:
        picture: (h, w, 3) uint8 BGR, changed in place.
        px_per_mm: Its scale.
        text: What the code says.
        box: The field, mm.
        formats: Of which the first is used that can say it.
        rng: Chooses size and lean.

    Returns:
        ``text``, or "" where no format can say it in that room.
    """
    for name in formats:
        try:
            symbol = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name))
        except ValueError:
            continue
        modules = np.array(zxingcpp.write_barcode_to_image(symbol, scale=1), np.uint8)
        label = _label(modules, name in _MATRIX, (box.width - 2, box.height - 2), px_per_mm, rng)
        if label is not None:
            _stick(_area(picture, px_per_mm, box), label, rng)
            return text
    return ""


def _label(
    modules: Picture,
    matrix: bool,
    room_mm: tuple[float, float],
    px_per_mm: float,
    rng: Generator,
) -> Picture | None:
    """The symbol at a size that labels have, None where it is too large for the room."""
    module_mm = uniform(rng, _MATRIX_MODULE_MM if matrix else _MODULE_MM)
    module_mm = min(module_mm, room_mm[0] / modules.shape[1])
    if matrix:
        module_mm = min(module_mm, room_mm[1] / modules.shape[0])
    if module_mm < 0.8 * _MODULE_MM[0]:
        return None
    width = round(modules.shape[1] * module_mm * px_per_mm)
    tall_mm = modules.shape[0] * module_mm if matrix else room_mm[1] * uniform(rng, (0.7, 1.0))
    size = (width, round(tall_mm * px_per_mm))
    crisp = np.kron(modules, np.full((8, 8), 1, np.uint8))
    return np.asarray(cv2.resize(crisp, size, interpolation=cv2.INTER_AREA), np.uint8)


def _stick(area: Picture, label: Picture, rng: Generator) -> None:
    """Cover part of ``area`` with ``label``, leaning a little."""
    height, width = label.shape
    slack = np.array([area.shape[1] - width, area.shape[0] - height])
    left, top = slack * uniform(rng, (0.3, 0.7))
    lean = np.radians(uniform(rng, (-1.5, 1.5)))
    cos, sin = np.cos(lean), np.sin(lean)
    middle = np.array([width / 2, height / 2])
    turn = np.array([[cos, -sin], [sin, cos]])
    move = np.array([left, top]) + middle - turn @ middle
    matrix = np.column_stack([turn, move])
    size = (area.shape[1], area.shape[0])
    over = cv2.warpAffine(label, matrix, size, flags=cv2.INTER_LINEAR, borderValue=255)
    cover = cv2.warpAffine(np.ones_like(label), matrix, size, flags=cv2.INTER_NEAREST)
    there = cover.astype(bool)
    area[there] = over[there][:, None]
