"""Pages of boxes with marks of every kind, scanned by rule, with what each box holds."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2
from numpy.random import Generator

from formscan.errors import PageError
from formscan.extract.crop import crop_field
from formscan.geometry import BoxMm, Displacement, Homography, PxFromMm
from formscan.image.identify import identify
from formscan.image.register import register
from formscan.page import FieldCrop, Identity, Page, PageRef, Picture, RegisteredPage
from formscan.simulate.bend import FLAT_PX_PER_MM, ScanMap
from formscan.simulate.chance import chance, pick, stream, uniform, weighted
from formscan.simulate.devices import take_picture
from formscan.simulate.pen import draw_pen
from formscan.simulate.severity import SEVERITIES
from formscan.templates.draw import draw_pages
from formscan.templates.load import load_template
from formscan.templates.model import Field, MarkBox, PageLayout, Template
from formscan.templates.payload import PageCode
from training.mark_kinds import (
    EMPTY,
    LOOKS,
    MARK_KINDS,
    MARKED,
    UNDO_KINDS,
    MarkKind,
    Paper,
    UndoKind,
    draw_mark,
    draw_undone,
)  # fmt: skip

HABITS: list[tuple[MarkKind, float]] = [
    ("cross", 0.42), ("tick", 0.23), ("fill", 0.08), ("diagonal", 0.08), ("overshoot", 0.07),
    ("thick", 0.04), ("dot", 0.03), ("circle", 0.03), ("faint", 0.02),
]  # fmt: skip
DOUBLE = "?"
"""Truth of a group that only a person can decide."""


@dataclass(frozen=True)
class Manner:
    """How a page is marked.

    Attributes:
        habit: Share of marks in the person's own kind; the rest is any kind.
        blank: Share of groups left blank.
        corrected: Share of groups with one mark taken back.
        double: Share of single choices with two good marks.
    """

    habit: float = 0.97
    blank: float = 0.15
    corrected: float = 0.01
    double: float = 0.003


AS_PEOPLE = Manner()
EVERY_KIND = Manner(habit=0.5, corrected=0.2, double=0.02)


@dataclass(frozen=True)
class Marked:
    """One page.

    Attributes:
        crops: Its groups, as the reader gets them.
        truth: Per group, "" for blank, ``DOUBLE`` where only a person can tell.
        kinds: Per group, what was done in it.
        looks: Per group and box.
    """

    crops: list[FieldCrop]
    truth: list[str]
    kinds: list[str]
    looks: list[list[int]]


@functools.cache
def _fk23_blank() -> tuple[Template, Picture]:
    template = load_template("fk23")
    code = PageCode(template.form, template.version, 2, "00000001", "AAAAAA")
    document = pypdfium2.PdfDocument(draw_pages(template, [code]))
    picture = document[0].render(scale=FLAT_PX_PER_MM * 25.4 / 72)
    return template, np.array(picture.to_numpy()[..., :3], np.uint8)


def fk23_pages(count: int, severity: str, manner: Manner, seed: int) -> Iterator[Marked | None]:
    """Page 2 of FK23, found and registered as in a run; None where it was not found."""
    template, blank = _fk23_blank()
    layout = template.layout(2)
    groups = [field for field in layout.fields if field.kind == "mark_group"]
    for number in range(count):
        rng = stream(seed, severity, number)
        flat = blank.copy()
        truth, kinds, looks = _mark_groups(flat, groups, severity, manner, rng)
        size_mm = (layout.width_mm, layout.height_mm)
        shot, _ = take_picture(flat, size_mm, SEVERITIES[severity], rng)
        page = _page(shot.picture, shot.quality)
        try:
            registered = register(page, identify(page, [template]))
        except PageError:
            yield None
            continue
        yield Marked(_crops(registered, groups), truth, kinds, looks)


def foreign_pages(count: int, manner: Manner, seed: int) -> Iterator[Marked]:
    """Small sheets of forms that never were: any box, pitch, line and tint, any scan."""
    for number in range(count):
        rng = stream(seed, "foreign", number)
        severity = pick(rng, ("office", "field", "phone", "copy", "chat"))
        layout, flat = _foreign_sheet(rng)
        groups = list(layout.fields)
        truth, kinds, looks = _mark_groups(flat, groups, severity, manner, rng)
        size_mm = (layout.width_mm, layout.height_mm)
        shot, scan_map = take_picture(flat, size_mm, SEVERITIES[severity], rng)
        page = _page(shot.picture, shot.quality)
        template = Template(form="foreign", version="1", pages=(layout,))
        registered = RegisteredPage(
            page, template, layout, Identity("foreign", "1", 1),
            _px_from_mm(scan_map, size_mm, rng), 0.1,
        )  # fmt: skip
        yield Marked(_crops(registered, groups), truth, kinds, looks)


def _page(picture: Picture, quality: int) -> Page:
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    seen = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    bgr = seen if seen.ndim == 3 else None
    gray = cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY) if bgr is not None else seen
    return Page(PageRef("", 1, "", ""), gray, bgr)


def _crops(registered: RegisteredPage, groups: list[Field]) -> list[FieldCrop]:
    return [crop_field(registered, field, 8.0, 3.0) for field in groups]


def _px_from_mm(scan_map: ScanMap, size_mm: tuple[float, float], rng: Generator) -> PxFromMm:
    """The exact map, off by what registration and foreign templates are off."""
    x, y = np.linspace(0, size_mm[0], 12), np.linspace(0, size_mm[1], 12)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    shift = sum((one(grid) for one in scan_map.shifts), np.zeros_like(grid))
    shift = shift + rng.normal(0, 0.15, 2)
    return PxFromMm(
        Homography(scan_map.homography.matrix), Displacement(x, y, shift.reshape(12, 12, 2))
    )


def _foreign_sheet(rng: Generator) -> tuple[PageLayout, Picture]:
    width, height = 84.0, 110.0
    flat = np.full(
        (round(height * FLAT_PX_PER_MM), round(width * FLAT_PX_PER_MM), 3),
        int(rng.integers(236, 256)), np.uint8,
    )  # fmt: skip
    shape = pick(rng, ("box", "box", "box", "circle"))
    size = uniform(rng, (2.6, 5.5))
    across, down = size * uniform(rng, (1.5, 3.2)), size * uniform(rng, (1.5, 2.4))
    shade = int(rng.integers(0, 170))
    tint = pick(rng, ((shade,) * 3, (shade,) * 3, (112, 159, 255)))
    line = max(1, round(uniform(rng, (0.12, 0.5)) * FLAT_PX_PER_MM))
    inside, beside = chance(rng, 0.15), chance(rng, 0.7)
    fields = []
    for row in range(int((height - 10) / down)):
        boxes = int(min(rng.integers(1, 7), (width - 10) // across))
        marks = []
        for number in range(max(boxes, 1)):
            box = BoxMm(x=6 + number * across, y=6 + row * down, width=size, height=size)
            marks.append(MarkBox(value=chr(65 + number), box=box))
            _print_box(flat, box, shape, tint, line)
            if inside or beside:
                _print_letter(flat, box, chr(65 + number), inside, shade)
        fields.append(
            Field(
                name=f"q{row}", kind="mark_group", box=BoxMm.around([m.box for m in marks]),
                marks=tuple(marks), multiple=chance(rng, 0.2), shape=shape, label_inside=inside,
                drop_out="#ff9f70" if tint[2] == 255 else "", error_kind="mark",
            )
        )  # fmt: skip
    layout = PageLayout(page=1, width_mm=width, height_mm=height, fields=tuple(fields))
    return layout, flat


def _print_box(flat: Picture, box: BoxMm, shape: str, tint: tuple[int, ...], line: int) -> None:
    scale, half = FLAT_PX_PER_MM * 8, box.width / 2
    corners = [(round(x * scale), round(y * scale)) for x, y in
               ((box.x, box.y), (box.right, box.bottom), box.center)]  # fmt: skip
    if shape == "box":
        cv2.rectangle(flat, corners[0], corners[1], tint, line, cv2.LINE_AA, 3)
    else:
        cv2.circle(flat, corners[2], round(half * scale), tint, line, cv2.LINE_AA, 3)


def _print_letter(flat: Picture, box: BoxMm, letter: str, inside: bool, shade: int) -> None:
    x = box.center[0] - 0.9 if inside else box.right + 0.25 * box.width
    at = (round(x * FLAT_PX_PER_MM), round((box.center[1] + 0.9) * FLAT_PX_PER_MM))
    cv2.putText(flat, letter, at, 0, 0.08 * FLAT_PX_PER_MM, (shade,) * 3, 2, cv2.LINE_AA)


def _mark_groups(
    flat: Picture, groups: list[Field], severity: str, manner: Manner, rng: Generator
) -> tuple[list[str], list[str], list[list[int]]]:
    paper = Paper(flat, FLAT_PX_PER_MM)
    copied = SEVERITIES[severity].copies[1] > 0
    pen = draw_pen(rng, 0.0 if copied else max(SEVERITIES[severity].pencil, 0.1))
    habit = weighted(rng, HABITS)
    truth, kinds, looks = [], [], []
    for field in groups:
        said, done, seen = _mark_group(paper, field, habit, manner, pen, rng)
        truth.append(said)
        kinds.append(done)
        looks.append(seen)
    return truth, kinds, looks


def _mark_group(paper, field, habit, manner, pen, rng) -> tuple[str, str, list[int]]:
    looks = [EMPTY] * len(field.marks)

    def mark(index: int, kind: MarkKind) -> None:
        draw_mark(kind, paper, field.marks[index].box, pen, rng)
        looks[index] = LOOKS.get(kind, MARKED)

    order = [int(i) for i in rng.permutation(len(field.marks))]
    count = 1
    if field.multiple:
        count = int(rng.integers(1, len(order) + 1)) if chance(rng, 0.6) else 1
    kind = habit if chance(rng, manner.habit) else pick(rng, MARK_KINDS)
    undone = chance(rng, manner.corrected)
    if chance(rng, manner.blank):
        chosen, done = [], "blank"
    else:
        chosen, done = sorted(order[:count]), kind
        for index in chosen:
            mark(index, kind)
    others = order[count:] if chosen else order
    if undone and others:
        undo: UndoKind = pick(rng, UNDO_KINDS)
        before = kind if kind not in ("fill", "beside", "faint", "barely", "circle") else "cross"
        draw_undone(undo, before, paper, field.marks[others[0]].box, pen, rng)
        looks[others[0]] = LOOKS[undo]
        done = f"{undo}+{'mark' if chosen else 'blank'}"
    elif chosen and others and not field.multiple and chance(rng, manner.double):
        mark(others[0], kind)
        return DOUBLE, "double", looks
    return " ".join(field.marks[i].value for i in chosen), done, looks
