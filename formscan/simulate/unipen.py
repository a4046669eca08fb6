"""Real pen strokes: the UNIPEN characters, and who may learn from which writer.

The file is a repacked part of UNIPEN train_r01_v07 (International Unipen Foundation,
CC BY 4.0): digits and capitals as pen positions. Split by writer, never by sample.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formscan.errors import SettingsError

__all__ = ["CHARACTERS", "Split", "StrokeFile", "load_strokes", "split_of"]

Split = Literal["train", "validation", "test"]

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What a label of the file means: ``CHARACTERS[label]``."""

UNIT = 4096.0
_VALIDATION_CONTRIBUTORS = frozenset({"ced", "aga", "gmd"})
_VALIDATION_FILES = frozenset({"syn/syn1/jab-dig9.dat", "syn/syn1/rkt-dig19.dat"})
_TEST_CONTRIBUTORS = frozenset({"art", "cea", "ceb"})
_TEST_ONE_IN = 12
_ARRAYS = ("points", "stroke_off", "item_off", "y", "contributor", "writer_file")


def split_of(contributor: str, writer_file: str) -> Split:
    """Which split a writer belongs to; the whole project holds to it.

    Args:
        contributor: Laboratory, e.g. ``ced``.
        writer_file: The writer's file within UNIPEN, e.g. ``syn/syn1/jab-dig9.dat``.
    """
    if contributor in _VALIDATION_CONTRIBUTORS or writer_file in _VALIDATION_FILES:
        return "validation"
    if contributor in _TEST_CONTRIBUTORS:
        return "test"
    digest = int(hashlib.sha256(writer_file.encode()).hexdigest(), 16)
    return "test" if digest % _TEST_ONE_IN == 0 else "train"


@dataclass(frozen=True, slots=True, eq=False)
class StrokeFile:
    """All characters of one stroke file.

    Attributes:
        points: (p, 2) int16 pen positions, unit box times 4096, y down.
        stroke_off: (s + 1,) where strokes start in ``points``.
        item_off: (n + 1,) where characters start in ``stroke_off``.
        labels: (n,) uint8, index into ``CHARACTERS``.
        contributors: (n,) laboratory of each character.
        writers: (n,) writer file of each character.
        splits: (n,) "train", "validation" or "test".
    """

    points: NDArray[np.int16] = dataclasses.field(repr=False)
    stroke_off: NDArray[np.int32] = dataclasses.field(repr=False)
    item_off: NDArray[np.int32] = dataclasses.field(repr=False)
    labels: NDArray[np.uint8] = dataclasses.field(repr=False)
    contributors: NDArray[np.str_] = dataclasses.field(repr=False)
    writers: NDArray[np.str_] = dataclasses.field(repr=False)
    splits: NDArray[np.str_] = dataclasses.field(repr=False)

    def __len__(self) -> int:
        return len(self.labels)

    def strokes(self, item: int) -> list[NDArray[np.float32]]:
        """The pen strokes of a character: (k, 2) float32 each, longest side 0..1, y down.

        The character's bounding box is moved to the origin; its aspect is kept.
        """
        first, last = self.item_off[item], self.item_off[item + 1]
        bounds = self.stroke_off[first : last + 1]
        all_points = self.points[bounds[0] : bounds[-1]].astype(np.float32) / np.float32(UNIT)
        low = all_points.min(axis=0)
        side = max(float((all_points.max(axis=0) - low).max()), 1e-3)
        return [
            (self.points[a:b].astype(np.float32) / np.float32(UNIT) - low) / np.float32(side)
            for a, b in itertools.pairwise(bounds)
            if b > a
        ]

    def select(self, split: Split) -> NDArray[np.int64]:
        """Indices of the characters of a split, ascending."""
        return np.flatnonzero(self.splits == split)


def load_strokes(path: Path) -> StrokeFile:
    """Read a stroke file.

    Raises:
        SettingsError: The file is missing or is not such a file.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in _ARRAYS}
    except (OSError, KeyError, ValueError) as error:
        message = f"{path}: not a stroke file ({error}); give the .npz of UNIPEN strokes"
        raise SettingsError(message) from error
    by_writer = {
        (c, w): split_of(c, w)
        for c, w in set(
            zip(arrays["contributor"].tolist(), arrays["writer_file"].tolist(), strict=True)
        )
    }
    splits = [
        by_writer[key]
        for key in zip(arrays["contributor"].tolist(), arrays["writer_file"].tolist(), strict=True)
    ]
    return StrokeFile(
        points=arrays["points"],
        stroke_off=arrays["stroke_off"],
        item_off=arrays["item_off"],
        labels=arrays["y"],
        contributors=arrays["contributor"],
        writers=arrays["writer_file"],
        splits=np.array(splits, dtype=np.str_),
    )
