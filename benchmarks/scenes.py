"""Disturbances of one printed sheet: what happens to it before and in front of the camera."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import cv2
import numpy as np

from formscan.geometry import Homography
from formscan.simulate.bend import FLAT_PX_PER_MM, ScanMap, resample
from formscan.templates.model import PageLayout

Rng = np.random.Generator


@dataclasses.dataclass
class Scene:
    """Everything that happens to one sheet; the disturbances fill it in."""

    rng: Rng
    layout: PageLayout
    turn_deg: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    shifts: list[Callable] = dataclasses.field(default_factory=list)
    dpi: float = 300.0
    margin_mm: float = 0.0
    background: int = 255
    blur_px: float = 0.6
    noise: float = 4.0
    jpeg: int = 85
    shadow: float = 0.0
    one_bit: bool = False
    gray: bool = False
    copies: int = 0
    hidden_tags: int = 0
    long_side: int = 0
    crop: float = 0.0


def wave(scene: Scene, amount_mm: float) -> None:
    phase, length = scene.rng.uniform(0, 6.28, 2), scene.rng.uniform(90, 260, 2)

    def shift(mm: np.ndarray) -> np.ndarray:
        x = 0.5 * amount_mm * np.sin(6.28 * mm[:, 1] / length[0] + phase[0])
        y = amount_mm * np.sin(6.28 * mm[:, 0] / length[1] + phase[1])
        return np.column_stack([x, y])

    scene.shifts.append(shift)


def stretch(scene: Scene, share: float) -> None:
    """Uneven feed: the scale along x changes over the page."""
    width = scene.layout.width_mm

    def shift(mm: np.ndarray) -> np.ndarray:
        along = mm[:, 0] / width
        return np.column_stack([share * width * (along**2 - 0.5 * along), np.zeros(len(mm))])

    scene.shifts.append(shift)


def fold(scene: Scene, amount_mm: float) -> None:
    at = scene.rng.uniform(0.25, 0.75) * scene.layout.width_mm
    wide = scene.rng.uniform(6, 18)

    def shift(mm: np.ndarray) -> np.ndarray:
        bump = np.exp(-(((mm[:, 0] - at) / wide) ** 2))
        return np.column_stack([0.4 * amount_mm * bump, amount_mm * bump])

    scene.shifts.append(shift)


def curl(scene: Scene, amount_mm: float) -> None:
    start = scene.rng.uniform(0.3, 0.6) * scene.layout.width_mm
    rest = scene.layout.width_mm - start

    def shift(mm: np.ndarray) -> np.ndarray:
        away = np.clip(mm[:, 0] - start, 0, None) / rest
        return np.column_stack([-0.5 * amount_mm * away**2, amount_mm * away**2])

    scene.shifts.append(shift)


def office(scene: Scene) -> None:
    rng = scene.rng
    scene.turn_deg = rng.uniform(-2, 2)
    scene.scale = (1 + rng.uniform(-0.005, 0.005), 1.0)
    scene.jpeg, scene.noise = int(rng.integers(75, 91)), rng.uniform(3, 8)
    scene.blur_px, scene.shadow = rng.uniform(0.5, 0.9), 0.1


def field(scene: Scene) -> None:
    rng = scene.rng
    scene.turn_deg = rng.uniform(-5, 5) + 180 * (rng.random() < 0.1)
    stretch(scene, rng.uniform(-0.01, 0.01))
    wave(scene, rng.uniform(0, 0.004) * scene.layout.width_mm)
    if rng.random() < 0.3:
        fold(scene, rng.uniform(0.3, 1.0))
    scene.dpi, scene.jpeg = rng.uniform(200, 300), int(rng.integers(50, 81))
    scene.noise, scene.blur_px = rng.uniform(5, 15), rng.uniform(0.7, 1.4)
    scene.shadow, scene.crop = rng.uniform(0, 0.35), 0.01


def phone(scene: Scene) -> None:
    rng = scene.rng
    scene.turn_deg = rng.uniform(-4, 4)
    scene.tilt = tuple(rng.uniform(-8e-4, 8e-4, 2))
    curl(scene, rng.uniform(-2, 2))
    scene.dpi, scene.jpeg = rng.uniform(130, 300), int(rng.integers(60, 86))
    scene.noise, scene.blur_px = rng.uniform(5, 12), rng.uniform(0.8, 1.8)
    scene.shadow, scene.margin_mm, scene.background = rng.uniform(0, 0.5), 20, 90


def copy(scene: Scene) -> None:
    rng = scene.rng
    scene.turn_deg = rng.uniform(-3, 3)
    scale = rng.uniform(0.95, 1.03)
    scene.scale, scene.copies = (scale, scale), int(rng.integers(1, 4))
    scene.dpi, scene.one_bit = rng.uniform(200, 300), bool(rng.random() < 0.25)
    scene.jpeg, scene.noise = int(rng.integers(70, 91)), rng.uniform(5, 15)
    scene.blur_px, scene.background = rng.uniform(0.8, 1.4), 20


def chat(scene: Scene) -> None:
    phone(scene)
    scene.long_side = 1600


def _set(**values: object) -> Callable[[Scene], None]:
    def apply(scene: Scene) -> None:
        for name, value in values.items():
            setattr(scene, name, value)

    return apply


def _amount(what: Callable[[Scene, float], None], value: float) -> Callable[[Scene], None]:
    return lambda scene: what(scene, value)


DISTURBANCES: dict[str, Callable[[Scene], None]] = {
    "clean": _set(),
    "office": office,
    "field": field,
    "phone": phone,
    "copy": copy,
    "chat": chat,
    **{f"turn {v}": _set(turn_deg=float(v), margin_mm=2) for v in (3, 8, 20, 45, 90, 137, 180)},
    **{f"wave {v} mm": _amount(wave, v) for v in (0.6, 1.2, 1.8)},
    **{f"fold {v} mm": _amount(fold, v) for v in (0.6, 1.2, 1.8)},
    **{f"curl {v} mm": _amount(curl, v) for v in (1.0, 2.0, 3.0)},
    **{f"stretch {100 * v:g} %": _amount(stretch, v) for v in (0.003, 0.01, 0.02)},
    **{f"blur {v} px": _set(blur_px=v) for v in (1.5, 2.5, 4.0)},
    **{f"noise {v}": _set(noise=float(v)) for v in (15, 25, 40)},
    **{f"jpeg {v}": _set(jpeg=v) for v in (40, 20, 10)},
    **{f"{v} dpi": _set(dpi=float(v)) for v in (600, 200, 150, 100)},
    **{f"shadow {v}": _set(shadow=v) for v in (0.3, 0.5, 0.7)},
    **{f"{v} tags lost": _set(hidden_tags=v, turn_deg=1.5) for v in (1, 2, 3)},
    **{f"printed at {v}": _set(scale=(v, v), margin_mm=5) for v in (0.9, 0.95, 1.05)},
    "gray": _set(gray=True),
    "1 bit": _set(one_bit=True),
    **{f"{v} copies": _set(copies=v) for v in (1, 2, 3)},
}


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


def take(flat: np.ndarray, scene: Scene) -> tuple[np.ndarray, ScanMap]:
    """The picture, grey or BGR, and the exact transform."""
    rng = scene.rng
    _hide_tags(flat, scene)
    for _ in range(scene.copies):
        flat = _photocopy(flat, rng)
    scan_map = _camera(scene)
    picture, _ = resample(flat, scan_map, scene.background)
    picture = cv2.GaussianBlur(picture, (0, 0), scene.blur_px * scene.dpi / 300)
    if scene.shadow:
        across = np.linspace(-1, 1, picture.shape[1], dtype=np.float32)
        light = 1 - scene.shadow / (1 + np.exp(-(across - rng.uniform(-0.5, 0.5)) * 5))
        picture = (picture * light[None, :, None]).astype(np.uint8)
    grain = rng.standard_normal(picture.shape[:2], dtype=np.float32) * scene.noise
    picture = np.clip(picture + grain[..., None], 0, 255).astype(np.uint8)
    if scene.long_side:
        factor = scene.long_side / max(picture.shape)
        size = (round(picture.shape[1] * factor), round(picture.shape[0] * factor))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        scan_map = scan_map.scaled(factor, size)
    if scene.one_bit:
        gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        return np.where(gray < 150, 0, 255).astype(np.uint8), scan_map
    if scene.gray or scene.copies:
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, scene.jpeg])[1]
    return cv2.imdecode(data, cv2.IMREAD_UNCHANGED), scan_map


def _hide_tags(flat: np.ndarray, scene: Scene) -> None:
    tags = [anchor for anchor in scene.layout.anchors if anchor.kind == "tag"]
    for index in scene.rng.permutation(len(tags))[: scene.hidden_tags]:
        box = tags[index].box.grow(1.5)
        left, top, right, bottom = (
            int(value * FLAT_PX_PER_MM) for value in (box.x, box.y, box.right, box.bottom)
        )
        flat[top:bottom, left:right] = (70, 90, 130)


def _photocopy(flat: np.ndarray, rng: Rng) -> np.ndarray:
    """Contrast up, light tints gone, a little blur."""
    gray = cv2.GaussianBlur(cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY), (0, 0), 0.9).astype(np.float32)
    dark = np.clip((gray - rng.uniform(60, 90)) * 255 / rng.uniform(90, 120), 0, 255)
    return cv2.cvtColor(dark.astype(np.uint8), cv2.COLOR_GRAY2BGR)


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
    inset = scene.crop * (high - low) * scene.rng.uniform(0, 1, 2)
    low, high = low + inset - scene.margin_mm * scale, high + scene.margin_mm * scale
    moved = np.array([[1, 0, -low[0] - 0.5], [0, 1, -low[1] - 0.5], [0, 0, 1]]) @ matrix
    size = (int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1])))
    return ScanMap(Homography(moved / moved[2, 2]), tuple(scene.shifts), size)
