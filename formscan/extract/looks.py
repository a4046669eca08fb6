"""What each box of a page looks like: empty, marked, inked all over, or struck through.

A small network (``training/marks.py``; its card is ``models/marks.md``) sees a box with what is
printed and written around it, and how noisy the page and how dark its pen is.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formscan.extract.engines.onnx import load_model

__all__ = ["Looks", "box_looks"]


class Looks(NamedTuple):
    """Probabilities of n boxes, (n,) float64 each, summing to 1.

    Attributes:
        empty: Nothing that counts: blank, rubbed out, or a neighbour's ink.
        marked: Crossed, ticked, circled, touched in whatever way.
        solid: Filled or blacked out.
        struck: A mark that was scribbled over or struck through.
    """

    empty: NDArray[np.float64]
    marked: NDArray[np.float64]
    solid: NDArray[np.float64]
    struck: NDArray[np.float64]


def box_looks(inputs: NDArray[np.float32]) -> Looks:
    """Ask the network about all boxes of a page.

    Args:
        inputs: See ``SeenBoxes.inputs``.
    """
    if not len(inputs):
        nothing = np.zeros(0)
        return Looks(nothing, nothing, nothing, nothing)
    path = Path(str(resources.files("formscan.extract") / "models" / "marks.onnx"))
    (looks,) = load_model(path).run(inputs, ("looks",))
    return Looks(*np.asarray(looks, np.float64).T)
