"""Where printed lines really lie: brightness profiles across them, read in one call."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import PxFromMm
from formscan.image.structure import Channel, Segments

__all__ = ["LineVotes", "line_votes"]

Levels = NDArray[np.uint8]

_STEP_MM = 0.1
_SIDE_MM = 0.5
_ALONG = np.linspace(-1.0, 1.0, 5)


@dataclass(frozen=True, slots=True, eq=False)
class LineVotes:
    """How much each offset across each line looks like the line.

    Attributes:
        offsets_mm: (t,) offsets from where the line should be.
        votes: (n, t) depth of the valley at that offset, grey levels, >= 0.
    """

    offsets_mm: NDArray[np.float64] = dataclasses.field(repr=False)
    votes: NDArray[np.float32] = dataclasses.field(repr=False)


def line_votes(
    channel: Channel, segments: Segments, px_from_mm: PxFromMm, reach_mm: float
) -> LineVotes:
    """Profiles across all segments, as valley depths.

    The profile of a line is the median of five parallel ones, so that a pen stroke across it
    does not count; a valley is darker than what is 0.5 mm to both of its sides, so that the
    edge of a tinted area does not count.
    """
    reach = reach_mm + _SIDE_MM
    offsets = np.arange(-round(reach / _STEP_MM), round(reach / _STEP_MM) + 1) * _STEP_MM
    origin, across, along = _frame(channel, segments, px_from_mm)
    reach_along = along * segments.half_mm[:, None]
    shape = (len(segments), len(_ALONG), len(offsets))
    maps = [
        (
            origin[:, None, None, axis]
            + reach_along[:, None, None, axis] * _ALONG[None, :, None]
            + across[:, None, None, axis] * offsets[None, None, :]
        )
        .astype(np.float32)
        .reshape(len(segments), -1)
        for axis in (0, 1)
    ]
    sampled = cv2.remap(
        channel.gray, maps[0], maps[1], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=255.0,
    ).reshape(shape)  # fmt: skip
    levels = np.asarray(sampled, np.uint8)
    profile = _median_of_five(*(levels[:, place] for place in range(5))).astype(np.float32)
    side = round(_SIDE_MM / _STEP_MM)
    beside = np.minimum(profile[:, : -2 * side], profile[:, 2 * side :])
    depth = np.maximum(beside - profile[:, side:-side], 0.0).astype(np.float32)
    return LineVotes(np.asarray(offsets[side:-side], np.float64), depth)


def _median_of_five(a: Levels, b: Levels, c: Levels, d: Levels, e: Levels) -> Levels:
    """Elementwise, by exchanges (Devillard 1998): ten times faster than sorting."""
    a, b = np.minimum(a, b), np.maximum(a, b)
    c, d = np.minimum(c, d), np.maximum(c, d)
    low, high = np.maximum(a, c), np.minimum(b, d)
    low, high = np.minimum(low, high), np.maximum(low, high)
    return np.maximum(low, np.minimum(high, e))


def _frame(
    channel: Channel, segments: Segments, px_from_mm: PxFromMm
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(n, 2) origins in channel px, and the px of one mm across and along each line."""
    middle = segments.middle_mm
    step = np.eye(2)
    origin = channel.from_scan_px(px_from_mm(middle))
    right = channel.from_scan_px(px_from_mm(middle + step[0])) - origin
    down = channel.from_scan_px(px_from_mm(middle + step[1])) - origin
    return (origin, right, down) if segments.axis == 0 else (origin, down, right)
