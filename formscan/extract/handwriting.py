"""Lines of handwriting: what the PP-OCRv6 recogniser makes of them. A suggestion, no more.

The network lies in the wheel of ``rapidocr`` (Apache-2.0) and is loaded by its path; the package
itself is never imported. Its input is as wide as the line is, 48 px high; its outputs are decoded
greedily (CTC, Graves et al. 2006) among the characters that Indonesian is written with.
"""

from __future__ import annotations

import functools
import importlib.util
import string
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.engines.onnx import load_model
from formscan.page import Picture

__all__ = ["SuggestedLine", "model_path", "recognise"]

_HEIGHT_PX = 48
_LEAST_WIDTH_PX = 48
_MOST_WIDTH_PX = 3200
_OUTPUT = "fetch_name_0"
_ALPHABET = frozenset(string.ascii_letters + string.digits + " .,'/-()&:+")


@dataclass(frozen=True, slots=True)
class SuggestedLine:
    """What stands in a line, perhaps.

    Attributes:
        text: "" where nothing is seen.
        mean: Mean probability of its characters, 0 to 1.
        weakest: That of the least sure one.
    """

    text: str = ""
    mean: float = 0.0
    weakest: float = 0.0


@functools.cache
def model_path() -> Path | None:
    """The recogniser inside the installed ``rapidocr``, None without it."""
    found = importlib.util.find_spec("rapidocr")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "models" / "PP-OCRv6_rec_small.onnx"
        if path.exists():
            return path
    return None


def recognise(picture: Picture) -> SuggestedLine:
    """Read one line.

    Args:
        picture: (h, w) uint8 grey, dark on light, cut close around the writing.

    Raises:
        FileNotFoundError: The recogniser is not installed (``pip install formscan[handwriting]``).
    """
    path = model_path()
    if path is None:
        message = "rapidocr is missing: pip install formscan[handwriting]"
        raise FileNotFoundError(message)
    columns, characters = _alphabet(path)
    (steps,) = load_model(path).run(_input(picture), (_OUTPUT,))
    return _greedy(steps[0][:, columns], characters)


def _input(picture: Picture) -> NDArray[np.float32]:
    """(1, 3, 48, width) float32 in -1 to 1."""
    height, width = picture.shape
    wanted = round(width * _HEIGHT_PX / height)
    size = (min(max(wanted, _LEAST_WIDTH_PX), _MOST_WIDTH_PX), _HEIGHT_PX)
    shrunk = size[1] < height
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if shrunk else cv2.INTER_LINEAR)
    plane = scaled.astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(np.broadcast_to(plane, (1, 3, *plane.shape)))


@functools.cache
def _alphabet(path: Path) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Columns of the output that may win, the blank first, and their characters."""
    listed = ["", *load_model(path).metadata("character").split("\n"), " "]
    kept = [0, *(at for at, character in enumerate(listed) if character in _ALPHABET)]
    return np.array(kept, dtype=np.intp), tuple(listed[at] for at in kept)


def _greedy(steps: NDArray[np.float32], characters: tuple[str, ...]) -> SuggestedLine:
    best = steps.argmax(axis=1)
    sure = steps.max(axis=1) / np.maximum(steps.sum(axis=1), 1e-6)
    text: list[str] = []
    chances: list[float] = []
    before = 0
    for winner, chance in zip(best.tolist(), sure.tolist(), strict=True):
        if winner and winner != before:
            text.append(characters[winner])
            chances.append(chance)
        elif winner and chance > chances[-1]:
            chances[-1] = chance
        before = winner
    if not chances:
        return SuggestedLine()
    return SuggestedLine(" ".join("".join(text).split()), float(np.mean(chances)), min(chances))
