"""What happens to the light: shadows, stains, blur, noise. In place where it can be."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from formscan.page import Picture
from formscan.simulate.bend import FLAT_PX_PER_MM
from formscan.simulate.chance import chance, uniform

__all__ = ["add_noise", "blur", "fold_shadow", "shade", "stain"]


_NOISE_LENGTH = 1 << 20


def shade(picture: Picture, falloff: float, rng: Generator) -> None:
    """Darken by up to ``falloff`` (part of full light), from a side or a corner, in place."""
    if falloff <= 0:
        return
    height, width = 24, 32
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    turn = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(turn) + y * np.sin(turn)
    steep = uniform(rng, (1.0, 5.0))
    dark = 1 / (1 + np.exp(-(along - rng.uniform(-0.4, 0.6)) * steep))
    light = (1 - falloff * dark / dark.max()).astype(np.float32)
    _multiply(picture, light)


def fold_shadow(flat: Picture, at_px: int, rng: Generator) -> None:
    """A crease: one side a little darker, and a thin line, on the flat page, in place."""
    strength = uniform(rng, (0.06, 0.2))
    columns = np.arange(flat.shape[1], dtype=np.float32)
    away = (columns - at_px) / (uniform(rng, (2, 6)) * FLAT_PX_PER_MM)
    dark = strength * np.exp(-np.abs(away)) * (away > 0) + 0.15 * np.exp(-((away * 12) ** 2))
    _multiply(flat, (1 - dark)[None, :].astype(np.float32))


def stain(flat: Picture, rng: Generator) -> None:
    """Rings and drops of coffee, and fingerprints, on the flat page, in place."""
    for _ in range(int(rng.integers(1, 4))):
        radius = int(uniform(rng, (4, 22)) * FLAT_PX_PER_MM)
        x = int(rng.integers(0, flat.shape[1]))
        y = int(rng.integers(0, flat.shape[0]))
        left, top = max(x - radius, 0), max(y - radius, 0)
        part = flat[top : y + radius, left : x + radius]
        small = rng.normal(0.5, 0.25, (9, 9)).astype(np.float32)
        blotch = cv2.resize(small, part.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        yy, xx = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
        away = np.hypot(xx - x, yy - y) / radius
        edge = np.clip((1 - away) * 6, 0, 1) * (1.4 if chance(rng, 0.4) else 0.9)
        amount = np.clip(edge * blotch, 0, 1)[..., None] * uniform(rng, (0.08, 0.3))
        colour = np.array((0.55, 0.72, 0.85), np.float32)
        part[...] = (part * (1 - amount * (1 - colour))).astype(np.uint8)


def blur(picture: Picture, sigma_px: float) -> Picture:
    """Gaussian blur with the standard deviation in pixels."""
    if sigma_px < 0.15:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), np.uint8)


def add_noise(picture: Picture, sigma: float, rng: Generator) -> Picture:
    """Sensor noise of standard deviation ``sigma`` grey levels, apart in each channel.

    Each line of the picture is a random piece of one long draw: as good, and ten times faster.
    """
    height = len(picture)
    line = picture.size // height
    long = rng.standard_normal(_NOISE_LENGTH + line, np.float32) * np.float32(sigma)
    values = np.clip(np.rint(long), -127, 127).astype(np.int8)
    grain: NDArray[np.int8] = np.empty((height, line), np.int8)
    for y, start in enumerate(rng.integers(0, _NOISE_LENGTH, height).tolist()):
        grain[y] = values[start : start + line]
    return np.asarray(cv2.add(picture, grain.reshape(picture.shape), dtype=cv2.CV_8U), np.uint8)


def _multiply(picture: Picture, light: NDArray[np.float32]) -> None:
    full = cv2.resize(light, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    levels = (np.clip(full, 0, 1) * 255).astype(np.uint8)
    if picture.ndim == 3:
        levels = np.asarray(cv2.merge([levels] * 3), np.uint8)
    cv2.multiply(picture, levels, dst=picture, scale=1 / 255)
