"""The values of a page on its way from a scan file to its crops."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formscan.geometry import BoxMm, PxFromMm
from formscan.templates.model import Field, PageLayout, Template

__all__ = [
    "BY_HAND",
    "PAGE_REASONS",
    "ByHand",
    "FieldCrop",
    "Identity",
    "Page",
    "PageRef",
    "PageStatus",
    "Picture",
    "RegisteredPage",
]

Picture = NDArray[np.uint8]
"""(h, w) grey, 0 = ink and 255 = paper, or (h, w, 3) BGR; uint8."""

PageStatus = Literal[
    "ok", "review", "rejected", "blank", "cover", "foreign", "duplicate", "superseded"
]

PAGE_REASONS: tuple[str, ...] = (
    "",
    "empty_file",
    "not_a_picture",
    "damaged_file",
    "encrypted_pdf",
    "too_large",
    "unreadable_file",
    "no_identity",
    "damaged_identity",
    "unknown_form",
    "unknown_version",
    "anchors_not_found",
    "residual_too_large",
    "cut_off",
    "mirrored",
    "serial_reused",
    "unproven",
    "loose_sheet",
    "sheet_count_differs",
    "discarded",
    "erased",
    "worker_died",
    "internal_error",
)
"""Every word that ``reason`` in ``pages.csv`` can hold; the sentences are in messages."""


@dataclass(frozen=True, slots=True)
class PageRef:
    """All that travels to a worker: where one page picture lies.

    Attributes:
        path: The file, absolute.
        frame: 1-based page of a multi-page file; 1 for a single picture.
        scan: Name of the file in every output: POSIX ``<argument name>/<relative path>``.
        sha256: Hex digest of the file's bytes.
    """

    path: str
    frame: int
    scan: str
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One decoded page picture, after EXIF orientation, never resampled.

    Attributes:
        ref: Where it came from.
        gray: (h, w) uint8, 0 = ink, 255 = paper.
        bgr: (h, w, 3) uint8 where the scan has colour, else None.
        dpi: Claimed by the file, else None; registration measures the true one.
    """

    ref: PageRef
    gray: Picture = dataclasses.field(repr=False)
    bgr: Picture | None = dataclasses.field(default=None, repr=False)
    dpi: float | None = None

    def negative(self) -> Page:
        """The same picture with black and white exchanged."""
        bgr = None if self.bgr is None else np.asarray(255 - self.bgr, np.uint8)
        return dataclasses.replace(self, gray=np.asarray(255 - self.gray, np.uint8), bgr=bgr)


@dataclass(frozen=True, slots=True)
class Identity:
    """Which form a page belongs to, which page of it, and which record it claims to be of.

    Attributes:
        form: Form id.
        version: Form version.
        page: 1-based page number of the template.
        serial: 8 digits, or "" where the form carries none.
        print_run: 6 base32 characters, or "".
        source: What told it: "qr", "barcode" (the bars in the margin), "option" (``--form``
            with a template that has no code), "person".
    """

    form: str
    version: str
    page: int
    serial: str = ""
    print_run: str = ""
    source: Literal["qr", "barcode", "reference", "option", "person"] = "qr"


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person said of one page picture: which page it is, and where it lies in it.

    Attributes:
        identity: Which page.
        corners_px: (x, y) of top-left, top-right, bottom-right and bottom-left, as printed, in
            pixels of the scan; () leaves finding the sheet to the machine.
        corners_of: Whether these are the corners of the sheet of paper or the middles of its
            four corner marks.
    """

    identity: Identity
    corners_px: tuple[tuple[float, float], ...] = ()
    corners_of: Literal["sheet", "marks"] = "marks"

    def mark(self) -> str:
        """What names exactly this at the end of the ``readers`` of an outcome."""
        text = json.dumps(dataclasses.astuple(self), separators=(",", ":"))
        return f"{BY_HAND}{hashlib.sha256(text.encode()).hexdigest()[:16]}"


BY_HAND = " by-hand-"
"""How ``ByHand.mark`` begins."""


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredPage:
    """A page whose every millimetre is known in pixels; its pixels are untouched.

    Attributes:
        page: The decoded picture.
        template: The form it belongs to.
        layout: The template's page.
        identity: What the page says it is.
        px_from_mm: The transform.
        residual_mm: RMS distance of the anchors used from where the transform puts them.
        orientation_deg: 0, 90, 180 or 270, clockwise turn that brings the page upright.
        skew_deg: What is left after that turn, within ±45.
        dpi: Measured from the transform.
        sharpness: 0 (nothing to see) to 1 (crisp); see ``formscan.image.quality``.
        doubtful_mm: Parts of the sheet whose print is not where the transform says, or not
            seen: what is read there is never sure.
    """

    page: Page
    template: Template
    layout: PageLayout
    identity: Identity
    px_from_mm: PxFromMm
    residual_mm: float
    orientation_deg: int = 0
    skew_deg: float = 0.0
    dpi: float = 0.0
    sharpness: float = 0.0
    doubtful_mm: tuple[BoxMm, ...] = ()

    def is_doubtful(self, box: BoxMm) -> bool:
        """Whether a box of the sheet touches one of the doubtful parts."""
        return any(part.touches(box) for part in self.doubtful_mm)


@dataclass(frozen=True, slots=True, eq=False)
class FieldCrop:
    """One field cut out upright, resampled once, straight from the scan.

    Crop pixel (u, v) shows the sheet point ``origin_mm + (u, v) / px_per_mm``.

    Attributes:
        field: What is printed there.
        gray: (h, w) uint8 in which the form's drop-out tint is as light as the scan allows.
        px_per_mm: Resolution of the crop.
        origin_mm: (x, y) of the centre of the crop's first pixel on the sheet.
        bgr: (h, w, 3) uint8 where the scan has colour, else None.
        paper: Grey level of blank paper around the field, 0 to 255.
        ink: Grey level of the page's own pen strokes, 0 to 255.
        scan_px_per_mm: Resolution of the scan itself at this place.
    """

    field: Field
    gray: Picture = dataclasses.field(repr=False)
    px_per_mm: float
    origin_mm: tuple[float, float]
    bgr: Picture | None = dataclasses.field(default=None, repr=False)
    paper: float = 255.0
    ink: float = 0.0
    scan_px_per_mm: float = 0.0

    def px_box(self, box: BoxMm) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of a sheet box in crop pixels."""
        left, top = self.origin_mm
        scale = self.px_per_mm
        return (
            (box.x - left) * scale,
            (box.y - top) * scale,
            (box.right - left) * scale,
            (box.bottom - top) * scale,
        )
