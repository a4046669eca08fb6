"""PP-OCRv6's recogniser of text lines: what it makes of a picture, step by step.

The network lies in the wheel of ``rapidocr`` (Apache-2.0) and is loaded by its path; the package
itself is never imported. Its input is as wide as the line is, 48 px high; every 8 px of it give
one step of a CTC output (Graves et al. 2006).
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formscan.extract.engines.onnx import load_model
from formscan.page import Picture

__all__ = ["HEIGHT_PX", "STEP_PX", "columns_of", "model_path", "steps_of"]

HEIGHT_PX: Final = 48
"""Height of the pictures that it reads."""

STEP_PX: Final = 8
"""Width of one step of its output."""

_OUTPUT = "fetch_name_0"


@functools.cache
def model_path() -> Path | None:
    """The recogniser inside the installed ``rapidocr``, None without it."""
    found = importlib.util.find_spec("rapidocr")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "models" / "PP-OCRv6_rec_small.onnx"
        if path.exists():
            return path
    return None


@functools.cache
def columns_of(characters: str) -> tuple[NDArray[np.intp], str]:
    """Columns of the output that stand for some of ``characters``, and those characters in order.

    Column 0, the blank of CTC, is not among them.

    Raises:
        FileNotFoundError: The recogniser is not installed.
    """
    listed = ["", *load_model(_path()).metadata("character").split("\n"), " "]
    kept = [at for at, character in enumerate(listed) if at and character in characters]
    return np.array(kept, dtype=np.intp), "".join(listed[at] for at in kept)


def steps_of(picture: Picture) -> NDArray[np.float32]:
    """Probabilities of every character at every step.

    Args:
        picture: (48, w) uint8 grey, dark on light, w at least 48.

    Returns:
        (w / 8, characters) float32; each row sums to 1.

    Raises:
        FileNotFoundError: The recogniser is not installed (``pip install formscan[handwriting]``).
    """
    plane = picture.astype(np.float32) / 127.5 - 1.0
    batch = np.ascontiguousarray(np.broadcast_to(plane, (1, 3, *plane.shape)))
    (steps,) = load_model(_path()).run(batch, (_OUTPUT,))
    found: NDArray[np.float32] = steps[0]
    return found


def _path() -> Path:
    path = model_path()
    if path is None:
        message = "rapidocr is missing: pip install formscan[handwriting]"
        raise FileNotFoundError(message)
    return path
