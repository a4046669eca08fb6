"""What a reader says of a field, and what one page yields.

Everything here is plain data: it pickles from worker to parent and is stored as JSON. A page holds
some 8,000 candidates and measures, so these are tuples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from formscan.page import Identity, PageRef, PageStatus

__all__ = ["Candidate", "Cell", "FieldReading", "Measure", "PageOutcome", "Px"]

Px = tuple[int, int, int, int]
"""x, y, width, height of an upright box in the scan, pixels after EXIF orientation."""


class Candidate(NamedTuple):
    """One thing a field may say.

    Attributes:
        text: As written (``raw``); "" means blank.
        probability: 0 to 1, not yet calibrated; the candidates of a field need not sum to 1.
    """

    text: str
    probability: float


class Measure(NamedTuple):
    """A number behind a reading, kept so that thresholds can be set again without rescanning."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of a comb.

    Attributes:
        candidates: Best first; text "" is an empty box.
        measures: e.g. ``ink`` (share), ``touch`` (ink that crosses the outline), ``junk``.
        embedding: Base64 of int8 (128,) features of the glyph, "" for an empty box.
        embedding_scale: Multiply the int8 values by this.
    """

    candidates: tuple[Candidate, ...]
    measures: tuple[Measure, ...] = ()
    embedding: str = ""
    embedding_scale: float = 0.0


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What one reader says of one printed field.

    Attributes:
        name: Field name.
        row: Printed row number of a repeat, else None.
        reader: Name and version, e.g. ``comb-1``.
        candidates: Whole-field readings, best first; empty = cannot read.
        confidence: Calibrated probability that the best candidate is right as a whole.
        cells: Per box, for combs.
        measures: Per field.
        box_px: Where it was read.
    """

    name: str
    row: int | None
    reader: str
    candidates: tuple[Candidate, ...]
    confidence: float
    cells: tuple[Cell, ...] = ()
    measures: tuple[Measure, ...] = ()
    box_px: Px = (0, 0, 0, 0)

    @property
    def raw(self) -> str:
        """The best candidate as written, "" where blank or unreadable."""
        return self.candidates[0].text if self.candidates else ""


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """Everything pass 1 learns from one page picture: one row of ``pages.csv`` and its readings.

    Attributes:
        ref: The page picture.
        status: See ``PageStatus``.
        reason: A word of ``PAGE_REASONS``.
        detail: The sentence behind the reason, in English, without personal data.
        identity: None where the page could not be identified.
        readings: In template order.
        stage_ms: Wall milliseconds per stage (``load``, ``identify``, ``register``, ``read`` ...).
        width_px: Picture width.
        height_px: Picture height.
        cover: What the code of a cover sheet says, else "".
    """

    ref: PageRef
    status: PageStatus
    reason: str = ""
    detail: str = ""
    identity: Identity | None = None
    readings: tuple[FieldReading, ...] = ()
    orientation_deg: int = 0
    skew_deg: float = 0.0
    residual_mm: float = 0.0
    dpi: float = 0.0
    sharpness: float = 0.0
    width_px: int = 0
    height_px: int = 0
    template_sha256: str = ""
    readers: str = ""
    stage_ms: tuple[Measure, ...] = ()
    peak_mb: float = 0.0
    cover: str = ""
