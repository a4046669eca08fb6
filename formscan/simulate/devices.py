"""Scanner, photocopier and phone: a flat page becomes a picture with exact geometry."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from formscan.geometry import Homography
from formscan.page import Picture
from formscan.simulate import light
from formscan.simulate.backdrop import busy_table
from formscan.simulate.bend import FLAT_PX_PER_MM, ScanMap, Shift, affine_map, resample
from formscan.simulate.chance import chance, pick, uniform
from formscan.simulate.files import Shot
from formscan.simulate.severity import Severity
from formscan.simulate.shape import CAMERA_MM, draw_shifts

__all__ = ["take_picture"]


def take_picture(
    flat: Picture, size_mm: tuple[float, float], severity: Severity, rng: Generator
) -> tuple[Shot, ScanMap]:
    """One picture of a written page.

    Args:
        flat: (h, w, 3) uint8 at ``FLAT_PX_PER_MM``; may be changed.
        size_mm: Width and height of the sheet.
        severity: What may happen.
        rng: What does.

    Returns:
        The picture before compression with what its file will say, and where it shows each
        millimetre.
    """
    if chance(rng, severity.stains):
        light.stain(flat, rng)
    if chance(rng, severity.fold):
        light.fold_shadow(flat, int(rng.uniform(0.25, 0.75) * flat.shape[1]), rng)
    for _ in range(int(rng.integers(severity.copies[0], severity.copies[1] + 1))):
        flat = _photocopy(flat, rng)
    dpi = uniform(rng, severity.dpi)
    if severity.device == "phone":
        scan_map = _in_hand(size_mm, severity, dpi, rng)
        backdrop: Picture | int = busy_table(scan_map.size_px, rng)
    else:
        scan_map = _on_glass(size_mm, severity, dpi, rng)
        dark_lid = severity.device == "copier" or chance(rng, 0.08)
        backdrop = int(rng.integers(8, 50)) if dark_lid else int(rng.integers(238, 254))
    picture, _ = resample(flat, scan_map, backdrop)
    light.shade(picture, uniform(rng, (0.0, severity.falloff)), rng)
    picture = light.blur(picture, uniform(rng, severity.blur_px) * dpi / 300)
    grey = severity.device == "copier" or (severity.device == "scanner" and chance(rng, 0.25))
    if grey and severity.name != "clean":
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    picture = light.add_noise(picture, uniform(rng, severity.noise), rng)
    quality = round(uniform(rng, severity.jpeg))
    exif = 0
    if severity.long_side_px:
        picture, scan_map = _messenger(picture, scan_map, severity.long_side_px)
    elif severity.device == "phone":
        exif = pick(rng, (1, 1, 1, 3, 6, 8))
    one_bit = chance(rng, severity.one_bit)
    if one_bit:
        level = float(rng.integers(120, 170))
        picture = np.asarray(
            cv2.threshold(_grey(picture), level, 255, cv2.THRESH_BINARY)[1], np.uint8
        )
    return Shot(picture, quality, _dpi(scan_map, size_mm), exif, one_bit), scan_map


def _dpi(scan_map: ScanMap, size_mm: tuple[float, float]) -> float:
    centre = np.array([size_mm]) / 2
    along = scan_map(np.vstack([centre, centre + np.array([1.0, 0.0])]))
    return float(np.hypot(*(along[1] - along[0]))) * 25.4


def _on_glass(
    size_mm: tuple[float, float], severity: Severity, dpi: float, rng: Generator
) -> ScanMap:
    """A sheet on a scanner's glass or in its feeder."""
    turn_deg = uniform(rng, (-severity.skew_deg, severity.skew_deg))
    turn_deg += 180.0 * chance(rng, severity.upside_down)
    scale = uniform(rng, severity.scale)
    stretch = np.array([1.0, 1.0])
    if not severity.wave:
        stretch[int(rng.integers(2))] += uniform(rng, (-severity.stretch, severity.stretch))
    about = (size_mm[0] / 2, size_mm[1] / 2)
    sheet = affine_map(turn_deg, scale * stretch[0], scale * stretch[1], about)
    margin_mm = 0.0 if severity.name == "clean" else uniform(rng, (0.0, 4.0))
    shifts = draw_shifts(severity, size_mm, rng)
    scan_map = _framed(sheet, size_mm, dpi, margin_mm, shifts)
    return _cropped(scan_map, uniform(rng, (0.0, severity.crop)), rng)


def _in_hand(
    size_mm: tuple[float, float], severity: Severity, dpi: float, rng: Generator
) -> ScanMap:
    """A sheet on a table under a phone held at an angle."""
    tilt = np.deg2rad(uniform(rng, (0.0, severity.tilt_deg)))
    towards = rng.uniform(0, 2 * np.pi)
    turn_deg = uniform(rng, (-severity.skew_deg, severity.skew_deg))
    turn_deg += pick(rng, (0.0,) * 12 + (90.0, 180.0, 270.0))
    centre = np.array(size_mm) / 2
    away = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, 1.0]])
    view = np.eye(3)
    along = np.array([np.cos(towards), np.sin(towards)])
    view[:2, :2] -= (1 - np.cos(tilt)) * np.outer(along, along)
    view[2, :2] = np.sin(tilt) / CAMERA_MM * along
    turned = affine_map(turn_deg, 1.0, 1.0, (0.0, 0.0)) @ view @ away
    shifts = draw_shifts(severity, size_mm, rng)
    return _framed(turned, size_mm, dpi, uniform(rng, (4.0, 25.0)), shifts)


def _framed(
    sheet: NDArray[np.float64],
    size_mm: tuple[float, float],
    dpi: float,
    margin_mm: float,
    shifts: tuple[Shift, ...],
) -> ScanMap:
    """The map whose picture holds the whole sheet and a margin around it."""
    width, height = size_mm
    corners = np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])
    seen = Homography(sheet)(corners)
    low, high = seen.min(axis=0) - margin_mm, seen.max(axis=0) + margin_mm
    scale = dpi / 25.4
    to_px = np.array(
        [[scale, 0, -low[0] * scale - 0.5], [0, scale, -low[1] * scale - 0.5], [0, 0, 1]]
    )
    matrix = to_px @ sheet
    size_px = (round(float(high[0] - low[0]) * scale), round(float(high[1] - low[1]) * scale))
    return ScanMap(Homography(matrix / matrix[2, 2]), shifts, size_px)


def _cropped(scan_map: ScanMap, part: float, rng: Generator) -> ScanMap:
    """The map with up to ``part`` of the picture lost at one edge."""
    width, height = scan_map.size_px
    lost = round(part * width)
    left, top = (lost if chance(rng, 0.25) else 0), (lost if chance(rng, 0.25) else 0)
    moved = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]]) @ scan_map.homography.matrix
    right, bottom = (0 if left else lost), (0 if top else round(part * height))
    size_px = (width - left - right, height - top - bottom)
    return ScanMap(Homography(moved / moved[2, 2]), scan_map.shifts, size_px)


def _messenger(picture: Picture, scan_map: ScanMap, long_side_px: int) -> tuple[Picture, ScanMap]:
    factor = long_side_px / max(picture.shape[:2])
    size_px = (round(picture.shape[1] * factor), round(picture.shape[0] * factor))
    smaller = cv2.resize(picture, size_px, interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.uint8), scan_map.scaled(factor, size_px)


def _photocopy(flat: Picture, rng: Generator) -> Picture:
    """One generation: grey, soft, contrast up, light tints lost or turned to dots, specks."""
    grey = cv2.GaussianBlur(_grey(flat), (0, 0), uniform(rng, (0.7, 1.1)))
    if chance(rng, 0.3):
        grey = cv2.add(grey, _screen(grey.shape[:2], rng), dtype=cv2.CV_8U)
    black, white = uniform(rng, (60, 110)), uniform(rng, (190, 225))
    curve = np.clip((np.arange(256) - black) * 255 / (white - black), 0, 255).astype(np.uint8)
    copy = np.asarray(cv2.LUT(grey, curve), np.uint8)
    for _ in range(int(rng.integers(10, 60))):
        centre = (int(rng.integers(copy.shape[1])), int(rng.integers(copy.shape[0])))
        cv2.circle(copy, centre, int(rng.integers(1, 3)), int(rng.integers(0, 120)), -1)
    edge = int(uniform(rng, (0.0, 3.0)) * FLAT_PX_PER_MM)
    if edge:
        copy[:edge], copy[:, :edge] = 25, 25
    return np.asarray(cv2.merge([copy] * 3), np.uint8)


def _screen(shape: tuple[int, ...], rng: Generator) -> NDArray[np.int8]:
    """The dots of a halftone at 45 degrees, about -14 to 14 grey levels."""
    period = uniform(rng, (4.5, 7.0))
    y = np.arange(shape[0], dtype=np.float32)[:, None]
    x = np.arange(shape[1], dtype=np.float32)[None, :]
    turn = np.float32(4 * np.pi / period)
    return np.asarray(np.rint(7 * (np.cos(turn * y) - np.cos(turn * x))), np.int8)


def _grey(picture: Picture) -> Picture:
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
