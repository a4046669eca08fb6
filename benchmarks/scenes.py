"""One printed sheet and everything that happens to it before and in front of the camera."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import cv2
import numpy as np

from formscan.geometry import Homography
from formscan.simulate import light
from formscan.simulate.backdrop import busy_table
from formscan.simulate.bend import FLAT_PX_PER_MM, ScanMap, Shift, resample
from formscan.templates.model import PageLayout

Rng = np.random.Generator
Paint = Callable[["Scene", np.ndarray], None]
"""Changes the flat 300 dpi sheet in place."""


@dataclasses.dataclass
class Scene:
    """What happens to one sheet; the disturbances fill it in.

    Attributes:
        rng: Decides the rest.
        layout: The printed page.
        other: Another flat page of the form.
        paints: What is done to the flat sheet: copies, thumbs, stains.
        turn_deg: Clockwise turn.
        tilt: Perspective terms, 1/mm.
        scale: Of the print along x and y.
        shifts: What bends the paper.
        dpi: Resolution.
        margin_mm: What the picture shows around the sheet.
        background: Grey level there, or ``busy``.
        lost: Part of the picture cut off at (left, top, right, bottom).
        twice: How far below it the same sheet lies again, as a share of the picture's height.
        beside: A picture that lies to the right of the sheet.
    """

    rng: Rng
    layout: PageLayout
    other: np.ndarray
    paints: list[Paint] = dataclasses.field(default_factory=list)
    turn_deg: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    shifts: list[Shift] = dataclasses.field(default_factory=list)
    dpi: float = 300.0
    margin_mm: float = 0.0
    background: int = 245
    busy: bool = False
    lost: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    blur_px: float = 0.6
    noise: float = 4.0
    jpeg: int = 85
    shadow: float = 0.0
    contrast: float = 1.0
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    one_bit: int = 0
    gray: bool = False
    inverted: bool = False
    mirrored: bool = False
    twice: float = 0.0
    beside: np.ndarray | None = None
    long_side: int = 0


def take(flat: np.ndarray, scene: Scene) -> tuple[np.ndarray, ScanMap]:
    """The picture, grey or BGR, and where it shows each millimetre."""
    for paint in scene.paints:
        paint(scene, flat)
    scan_map = _camera(scene)
    backdrop = busy_table(scan_map.size_px, scene.rng) if scene.busy else scene.background
    picture, _ = resample(flat, scan_map, backdrop)
    picture = _lit(picture, scene)
    if scene.long_side:
        factor = scene.long_side / max(picture.shape)
        size = (round(picture.shape[1] * factor), round(picture.shape[0] * factor))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        scan_map = scan_map.scaled(factor, size)
    return _as_file(picture, scene), scan_map


def _lit(picture: np.ndarray, scene: Scene) -> np.ndarray:
    """Blur, light, paper colour and grain."""
    picture = cv2.GaussianBlur(picture, (0, 0), scene.blur_px * scene.dpi / 300)
    light.shade(picture, scene.shadow, scene.rng)
    levels = np.arange(256)[:, None] * np.array(scene.tint)[None]
    levels = 255 * max(scene.tint) - scene.contrast * (255 * max(scene.tint) - levels)
    picture = cv2.LUT(picture, levels.clip(0, 255).astype(np.uint8)[None].transpose(1, 0, 2))
    if scene.twice:
        picture = _second_sheet(picture, scene.twice)
    if scene.beside is not None:
        other = cv2.resize(scene.beside, None, fx=scene.dpi / 300, fy=scene.dpi / 300)
        rows = min(len(picture), len(other))
        picture = np.hstack([picture[:rows], other[:rows]])
    return light.add_noise(picture, scene.noise, scene.rng)


def _second_sheet(picture: np.ndarray, share: float) -> np.ndarray:
    """Another sheet of the same form beside or half under the first one."""
    height, width = picture.shape[:2]
    step = round(share * height)
    both = np.full((height + step, width, 3), 245, np.uint8)
    both[step:] = picture
    both[:height] = picture
    return both


def _as_file(picture: np.ndarray, scene: Scene) -> np.ndarray:
    if scene.mirrored:
        picture = picture[:, ::-1]
    if scene.one_bit:
        gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        return np.where(gray < scene.one_bit, 0, 255).astype(np.uint8)
    if scene.gray:
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    if scene.inverted:
        picture = cv2.bitwise_not(picture)
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, scene.jpeg])[1]
    return cv2.imdecode(data, cv2.IMREAD_UNCHANGED)


def _camera(scene: Scene) -> ScanMap:
    layout, angle = scene.layout, np.radians(scene.turn_deg)
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [*scene.tilt, 1]]
    )
    centre = np.array([[1, 0, -layout.width_mm / 2], [0, 1, -layout.height_mm / 2], [0, 0, 1]])
    scale = scene.dpi / 25.4
    matrix = np.diag([scale, scale, 1.0]) @ turn @ np.diag([*scene.scale, 1.0]) @ centre
    sheet = np.array([(0.0, 0.0), (1, 0), (1, 1), (0, 1)]) * (layout.width_mm, layout.height_mm)
    seen = Homography(matrix)(sheet)
    low, high = seen.min(axis=0), seen.max(axis=0)
    spread = high - low
    low = low + spread * scene.lost[:2] - scene.margin_mm * scale
    high = high - spread * scene.lost[2:] + scene.margin_mm * scale
    moved = np.array([[1, 0, -low[0] - 0.5], [0, 1, -low[1] - 0.5], [0, 0, 1]]) @ matrix
    size = (int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1])))
    return ScanMap(Homography(moved / moved[2, 2]), tuple(scene.shifts), size)


def write_on(flat: np.ndarray, layout: PageLayout, rng: Rng) -> np.ndarray:
    """Pen strokes in two thirds of the fields, some over their lines."""
    inked = flat.copy()
    colour = [(60, 20, 20), (30, 30, 30), (120, 40, 20)][int(rng.integers(3))]
    for one in layout.fields:
        if rng.random() < 0.33:
            continue
        for box in [*one.cells, *(mark.box for mark in one.marks[:1])]:
            points = rng.normal(box.center, [0.27 * box.width, 0.3 * box.height], (4, 2))
            stroke = (points * FLAT_PX_PER_MM * 8).astype(np.int32)
            width = int(rng.integers(4, 7))
            cv2.polylines(inked, [stroke], False, colour, width, cv2.LINE_AA, shift=3)
    return inked
