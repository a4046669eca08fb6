"""The life of one page, from its reference to its readings: a table of contents.

``read_page`` never raises on a bad page: a ``PageError`` becomes a rejected outcome with its
reason. Anything else that goes wrong is caught once, by the runner.
"""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources

from formscan.errors import PageError, UnidentifiedPageError
from formscan.extract.crop import crop_field
from formscan.extract.reader import load_readers
from formscan.image.bars import confirm_by_bars
from formscan.image.by_hand import sighting_by_hand
from formscan.image.identify import Sighting, find_cover, identify
from formscan.image.likeliest import register_likeliest
from formscan.image.load import load
from formscan.image.quality import is_blank
from formscan.page import ByHand, Page, PageRef, RegisteredPage
from formscan.reading import FieldReading, PageOutcome, Px
from formscan.stopwatch import Stopwatch, peak_mb
from formscan.templates.model import Field, Template

_DOUBTFUL = 0.5
"""Confidence, at most, of what is read where the paper may lie elsewhere."""

__all__ = ["PageSetup", "read_page", "readers_version", "template_sha256"]


@dataclass(frozen=True, slots=True)
class PageSetup:
    """What a worker is told once, before its first page; picklable.

    Attributes:
        templates: Every form that may be met.
        forced: The form of pages that carry no code (``--form`` of an imported template).
        by_hand: (sha256, frame) of a picture to what a person said it is.
    """

    templates: tuple[Template, ...]
    forced: Template | None = None
    by_hand: Mapping[tuple[str, int], ByHand] = field(default_factory=dict)

    def __call__(self, ref: PageRef) -> PageOutcome:
        """``read_page(ref, self)``: a setup is the job that the runner maps."""
        return read_page(ref, self)


def read_page(ref: PageRef, setup: PageSetup) -> PageOutcome:
    """Everything that one page picture says, without regard to any other page."""
    watch, told = Stopwatch(), setup.by_hand.get((ref.sha256, ref.frame))
    found = PageOutcome(ref=ref, status="rejected", readers=readers_version(told))
    page = None
    try:
        with watch.stage("load"):
            page = load(ref)
        found = replace(found, width_px=page.gray.shape[1], height_px=page.gray.shape[0])
        with watch.stage("identify"):
            sighting = _sighting(page, setup, told)
        found = replace(
            found,
            identity=sighting.identity,
            template_sha256=template_sha256(sighting.template),
        )
        with watch.stage("register"):
            registered = register_likeliest(page, sighting)
            confirm_by_bars(registered)
        found = replace(found, identity=registered.identity)
        with watch.stage("read"):
            readings = _readings(registered)
        found = replace(_with_quality(found, registered), status="ok", readings=readings)
    except UnidentifiedPageError as error:
        found = replace(found, reason=error.reason, detail=error.detail)
        cover = find_cover(page) if page is not None and told is None else ""
        if cover:
            found = replace(found, status="cover", reason="", detail="", cover=cover)
        elif page is not None and error.reason == "no_identity" and is_blank(page.gray):
            found = replace(found, status="blank", reason="", detail="")
    except PageError as error:
        found = replace(found, reason=error.reason, detail=error.detail)
    return replace(found, stage_ms=watch.measures(), peak_mb=peak_mb())


def _sighting(page: Page, setup: PageSetup, told: ByHand | None) -> Sighting:
    if told is not None:
        return sighting_by_hand(told, setup.templates)
    return identify(page, setup.templates, setup.forced)


def _with_quality(found: PageOutcome, registered: RegisteredPage) -> PageOutcome:
    return replace(
        found,
        orientation_deg=registered.orientation_deg,
        skew_deg=registered.skew_deg,
        residual_mm=registered.residual_mm,
        dpi=registered.dpi,
        sharpness=registered.sharpness,
    )


def _readings(registered: RegisteredPage) -> tuple[FieldReading, ...]:
    """Every field of the page, in template order, each kind by its own reader in one call."""
    fields = registered.layout.fields
    readings: dict[tuple[str, int | None], FieldReading] = {}
    for reader in load_readers():
        crops = [
            crop_field(registered, field, reader.px_per_mm, reader.margin_mm)
            for field in fields
            if field.kind in reader.kinds
        ]
        for reading in reader.read(crops, registered.template) if crops else ():
            readings[reading.name, reading.row] = reading
    return tuple(
        _in_place(readings[key], field, registered)
        for field in fields
        if (key := (field.name, field.row)) in readings
    )


def _in_place(reading: FieldReading, field: Field, registered: RegisteredPage) -> FieldReading:
    """The reading with its box, never sure where the print is not where it should be."""
    placed = replace(reading, box_px=_box_px(registered, field))
    if not registered.is_doubtful(field.box):
        return placed
    return replace(placed, confidence=min(placed.confidence, _DOUBTFUL))


def _box_px(registered: RegisteredPage, field: Field) -> Px:
    """The upright box around a field, in whole pixels of the scan."""
    corners = registered.px_from_mm(field.box.corners())
    left, top = (math.floor(edge) for edge in corners.min(axis=0))
    right, bottom = (math.ceil(edge) for edge in corners.max(axis=0))
    return left, top, right - left + 1, bottom - top + 1


def readers_version(told: ByHand | None = None) -> str:
    """Names of the readers, a digest of their models, and of what a person said of the page.

    A change makes pages be read again.
    """
    return _readers_version() + (told.mark() if told is not None else "")


@functools.cache
def _readers_version() -> str:
    digest = hashlib.sha256()
    models = resources.files("formscan.extract") / "models"
    for file in sorted(models.iterdir(), key=lambda one: one.name):
        if file.name.endswith((".onnx", ".json")):
            digest.update(file.read_bytes())
    names = " ".join(reader.name for reader in load_readers())
    return f"{names} models-{digest.hexdigest()[:12]}"


@functools.lru_cache(maxsize=64)
def template_sha256(template: Template) -> str:
    """``template.sha256()``, worked out once per process."""
    return template.sha256()
