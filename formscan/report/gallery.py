"""``gallery.html``: all marks of a run, the unsure first: thresholds are set by looking."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from formscan.errors import SettingsError
from formscan.extract.strokes import MEASURE_NAMES
from formscan.geometry import BoxMm
from formscan.page import Picture
from formscan.reading import FieldReading, PageOutcome
from formscan.report.html import render
from formscan.report.rows import load_pages
from formscan.report.scans import find_scan, page_picture
from formscan.report.stored import linked_scans
from formscan.settle.accept import floored, is_accepted
from formscan.store import has_store, read_store
from formscan.templates.model import Field, Template

__all__ = ["SORTS", "write_gallery"]

SORTS: tuple[str, ...] = ("confidence", "inked", "solid", "struck", *MEASURE_NAMES)
"""What the page can be sorted by."""

_PX_PER_MM = 6.0
_AROUND = 0.7
_PARTS = 8


@dataclass(frozen=True, slots=True)
class _Mark:
    """One box: where it stands, what was read, and its measures in the order of ``SORTS``."""

    scan: str
    frame: int
    field: str
    value: str
    raw: str
    sure: bool
    chosen: bool
    numbers: tuple[float, ...]
    jpeg: str


def write_gallery(out: Path, target: Path, *, language: str = "id", most: int = 3000) -> int:
    """Write the page.

    Args:
        out: Output folder of ``formscan run``.
        target: The HTML file.
        language: ``id`` or ``en``.
        most: Boxes that are shown: all of unsure groups first, of the sure ones an even sample.

    Returns:
        How many boxes are shown.

    Raises:
        SettingsError: OUT is no run, or cannot be written to.
    """
    if not has_store(out):
        raise SettingsError(f"{out}: no run was kept here; name the OUT of formscan run")
    with read_store(out) as store:
        templates = {one.sha256(): one for one in store.templates()}
        outcomes = [one for one in store.outcomes() if one.identity and one.readings]
    marks = list(_marks(out, outcomes, templates, _kept(outcomes, templates, most)))
    marks.sort(key=lambda mark: mark.numbers[0])
    html = render("gallery.html", language, marks=marks, sorts=SORTS)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"{target}: cannot be written ({error.strerror}); check rights and space"
        raise SettingsError(message) from error
    return len(marks)


_Key = tuple[str, int, str, int | None]


def _kept(
    outcomes: Sequence[PageOutcome], templates: dict[str, Template], most: int
) -> frozenset[_Key]:
    """The groups to show."""
    unsure: list[tuple[_Key, int]] = []
    sure: list[tuple[_Key, int]] = []
    for outcome in outcomes:
        for field, reading in _groups(outcome, templates):
            key = (outcome.ref.scan, outcome.ref.frame, field.name, field.row)
            (sure if _sure(reading) else unsure).append((key, len(field.marks)))
    room = most - sum(count for _, count in unsure)
    every = max(1, -(-sum(count for _, count in sure) // max(room, 1)))
    shown = [key for key, _ in unsure] + [key for key, _ in sure[::every] if room > 0]
    return frozenset(shown)


def _groups(
    outcome: PageOutcome, templates: dict[str, Template]
) -> Iterator[tuple[Field, FieldReading]]:
    template = templates.get(outcome.template_sha256)
    if template is None or outcome.identity is None:
        return
    layout = template.layout(outcome.identity.page)
    fields = {(field.name, field.row): field for field in layout.fields}
    for reading in outcome.readings:
        field = fields.get((reading.name, reading.row))
        if field is not None and field.kind == "mark_group" and reading.candidates:
            yield field, reading


def _sure(reading: FieldReading) -> bool:
    return is_accepted(floored(reading.confidence), "mark")


def _marks(
    out: Path,
    outcomes: Sequence[PageOutcome],
    templates: dict[str, Template],
    kept: frozenset[_Key],
) -> Iterator[_Mark]:
    linked = linked_scans(out)
    pages = {(page.scan, page.frame): page for page in load_pages(out)}
    for outcome in outcomes:
        ref = outcome.ref
        here = [
            (field, reading)
            for field, reading in _groups(outcome, templates)
            if (ref.scan, ref.frame, field.name, field.row) in kept
        ]
        page = pages.get((ref.scan, ref.frame))
        path = find_scan(out, page, linked) if here and page else None
        picture = page_picture(path, page) if path and page else None
        if picture is None:
            continue
        for field, reading in here:
            yield from _boxes(outcome, field, reading, picture)


def _boxes(
    outcome: PageOutcome, field: Field, reading: FieldReading, picture: Picture
) -> Iterator[_Mark]:
    measures = {measure.name: measure.value for measure in reading.measures}
    chosen = reading.raw.split(field.multiple_join) if field.multiple_join else list(reading.raw)
    for index, mark in enumerate(field.marks):
        numbers = tuple(measures.get(f"{name}_{index}", 0.0) for name in SORTS[1:])
        yield _Mark(
            scan=outcome.ref.scan,
            frame=outcome.ref.frame,
            field=field.name if field.row is None else f"{field.name} [{field.row}]",
            value=mark.value,
            raw=reading.raw,
            sure=_sure(reading),
            chosen=mark.value in chosen,
            numbers=(floored(reading.confidence), *numbers),
            jpeg=_jpeg(_cut(outcome, field, reading, mark.box, picture)),
        )


def _cut(
    outcome: PageOutcome, field: Field, reading: FieldReading, box: BoxMm, picture: Picture
) -> Picture:
    """The box and the paper around it, upright: the field's middle, resolution and turn tell."""
    x, y, width, height = reading.box_px
    scale = outcome.dpi / 25.4
    turn = np.deg2rad(outcome.skew_deg - outcome.orientation_deg)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    turned = np.array([[cos, -sin], [sin, cos]])
    shown = box.grow(_AROUND * max(box.width, box.height))
    corner = np.array([shown.x, shown.y]) - np.array(field.box.center)
    start = np.array([x + (width - 1) / 2, y + (height - 1) / 2]) + turned @ corner
    matrix = np.column_stack([turned / _PX_PER_MM, start])
    size = (round(shown.width * _PX_PER_MM), round(shown.height * _PX_PER_MM))
    return np.asarray(
        cv2.warpAffine(
            picture,
            matrix,
            size,
            flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def _jpeg(picture: Picture) -> str:
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
    return base64.b64encode(data.tobytes()).decode("ascii")
