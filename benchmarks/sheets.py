"""What is done to a sheet of paper: it is bent, copied, covered, torn and written over."""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.scenes import Paint, Scene
from formscan.geometry import BoxMm
from formscan.simulate.bend import FLAT_PX_PER_MM, Shift

SKIN = (130, 160, 205)
INK = (110, 40, 30)


def wave(scene: Scene, amount_mm: float) -> Shift:
    phase, length = scene.rng.uniform(0, 6.28, 2), scene.rng.uniform(90, 260, 2)

    def shift(mm: np.ndarray) -> np.ndarray:
        x = 0.5 * amount_mm * np.sin(6.28 * mm[:, 1] / length[0] + phase[0])
        y = amount_mm * np.sin(6.28 * mm[:, 0] / length[1] + phase[1])
        return np.column_stack([x, y])

    return shift


def stretch(scene: Scene, share: float) -> Shift:
    """Uneven feed: the scale along x changes over the page."""
    width = scene.layout.width_mm

    def shift(mm: np.ndarray) -> np.ndarray:
        along = mm[:, 0] / width
        return np.column_stack([share * width * (along**2 - 0.5 * along), np.zeros(len(mm))])

    return shift


def fold(scene: Scene, amount_mm: float) -> Shift:
    at = scene.rng.uniform(0.25, 0.75) * scene.layout.width_mm
    wide = scene.rng.uniform(6, 18)

    def shift(mm: np.ndarray) -> np.ndarray:
        bump = np.exp(-(((mm[:, 0] - at) / wide) ** 2))
        return np.column_stack([0.4 * amount_mm * bump, amount_mm * bump])

    return shift


def curl(scene: Scene, amount_mm: float) -> Shift:
    start = scene.rng.uniform(0.3, 0.6) * scene.layout.width_mm
    rest = scene.layout.width_mm - start

    def shift(mm: np.ndarray) -> np.ndarray:
        away = np.clip(mm[:, 0] - start, 0, None) / rest
        return np.column_stack([-0.5 * amount_mm * away**2, amount_mm * away**2])

    return shift


def curled_corner(scene: Scene, amount_mm: float) -> Shift:
    """One corner of 60 mm lifts off the glass."""
    sheet = np.array([scene.layout.width_mm, scene.layout.height_mm])
    corner = scene.rng.integers(0, 2, 2) * sheet
    inwards = np.sign(sheet / 2 - corner) / np.sqrt(2)

    def shift(mm: np.ndarray) -> np.ndarray:
        depth = np.clip(60 - (mm - corner) @ inwards * np.sqrt(2), 0, 60) / 60
        return amount_mm * (depth**2)[:, None] * inwards[None]

    return shift


def photocopied(generations: int) -> Paint:
    """Grey, contrast up, light tints lost or turned to dots, specks and black borders."""

    def paint(scene: Scene, flat: np.ndarray) -> None:
        for _ in range(generations):
            _photocopy(scene, flat)

    return paint


def _photocopy(scene: Scene, flat: np.ndarray) -> None:
    rng = scene.rng
    soft = cv2.GaussianBlur(cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY), (0, 0), rng.uniform(0.7, 1.1))
    gray = soft.astype(np.float32)
    if rng.random() < 0.5:
        period = rng.uniform(4.5, 7.0)
        y, x = np.mgrid[: gray.shape[0], : gray.shape[1]].astype(np.float32)
        dots = np.cos(4 * np.pi / period * y) - np.cos(4 * np.pi / period * x)
        gray += 0.12 * (255 - gray) * dots
    black, white = rng.uniform(60, 110), rng.uniform(190, 225)
    copy = ((gray - black) * 255 / (white - black)).clip(0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(10, 60))):
        place = (int(rng.integers(copy.shape[1])), int(rng.integers(copy.shape[0])))
        cv2.circle(copy, place, int(rng.integers(1, 3)), int(rng.integers(0, 120)), -1)
    edge = int(rng.uniform(0, 3) * FLAT_PX_PER_MM)
    copy[:edge], copy[:, : edge // 2] = 25, 25
    flat[:] = copy[..., None]


def covered_tags(count: int, what: str) -> Paint:
    """Corner marks under a thumb, a staple or a scribble."""

    def paint(scene: Scene, flat: np.ndarray) -> None:
        tags = [anchor.box for anchor in scene.layout.anchors if anchor.kind == "tag"]
        for index in scene.rng.permutation(len(tags))[:count]:
            _cover(scene, flat, tags[index], what)

    return paint


def _cover(scene: Scene, flat: np.ndarray, box: BoxMm, what: str) -> None:
    centre = np.array(box.center) * FLAT_PX_PER_MM
    side = box.width * FLAT_PX_PER_MM
    at = tuple(int(value) for value in centre)
    if what == "thumb":
        cv2.ellipse(flat, at, (int(0.7 * side), int(1.0 * side)), 30, 0, 360, SKIN, -1, cv2.LINE_AA)
    elif what == "staple":
        along = np.array([np.cos(angle := scene.rng.uniform(0, 3.1)), np.sin(angle)]) * 0.8 * side
        ends = [tuple(int(value) for value in centre + sign * along) for sign in (-1, 1)]
        cv2.line(flat, ends[0], ends[1], (150, 150, 150), int(0.12 * side), cv2.LINE_AA)
    else:
        points = centre + scene.rng.normal(0, 0.4 * side, (14, 2))
        cv2.polylines(flat, [points.astype(np.int32)], False, INK, 8, cv2.LINE_AA)


def hurt_code(share: float) -> Paint:
    """A share of the page code scribbled over."""

    def paint(scene: Scene, flat: np.ndarray) -> None:
        box = scene.layout.qr_box
        if box is None:
            return
        left, top, side = (value * FLAT_PX_PER_MM for value in (box.x, box.y, box.width))
        points = scene.rng.uniform(0, 1, (int(60 * share) + 2, 2)) * (share, 1.0) * side
        points = (points + np.array([left, top])).astype(np.int32)
        cv2.polylines(flat, [points], False, INK, 5, cv2.LINE_AA)

    return paint


def torn_code(length_mm: float) -> Paint:
    """The upper right corner torn off, with the page code and a corner mark."""

    def paint(scene: Scene, flat: np.ndarray) -> None:
        right, reach = flat.shape[1], round(length_mm * FLAT_PX_PER_MM)
        corner = np.array([(right - reach, 0), (right, 0), (right, reach)])
        cv2.fillPoly(flat, [corner.astype(np.int32)], (scene.background,) * 3, cv2.LINE_AA)

    return paint


def dog_ear(length_mm: float) -> Paint:
    """A corner folded over: the blank back covers it, the table shows beyond."""

    def paint(scene: Scene, flat: np.ndarray) -> None:
        height, width = flat.shape[:2]
        reach = int(length_mm * FLAT_PX_PER_MM)
        x, y = (int(value) for value in scene.rng.integers(0, 2, 2))
        corner = np.array([x * (width - 1), y * (height - 1)])
        along, down = np.array([reach * (1 - 2 * x), 0]), np.array([0, reach * (1 - 2 * y)])
        beyond = np.array([corner, corner + along, corner + down])
        back = np.array([corner + along, corner + down, corner + along + down])
        cv2.fillPoly(flat, [back.astype(np.int32)], (225, 228, 230), cv2.LINE_AA)
        cv2.fillPoly(flat, [beyond.astype(np.int32)], (scene.background,) * 3, cv2.LINE_AA)

    return paint


def shining_through(strength: float) -> Paint:
    """Print and ink of the other side, mirrored."""

    def paint(scene: Scene, flat: np.ndarray) -> None:
        back = cv2.GaussianBlur(flat[:, ::-1], (0, 0), 2.5).astype(np.float32)
        darker = strength * (255 - back)
        flat[:] = (flat - np.minimum(flat, darker)).astype(np.uint8)

    return paint
