"""A small printed form with exact geometry, drawn and then disturbed by a known transform."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable

import cv2
import numpy as np
import segno

from formscan.geometry import BoxMm
from formscan.page import Page, PageRef
from formscan.templates.model import Anchor, Choice, Field, MarkBox, PageLayout, Template
from formscan.templates.payload import PageCode, payload

TINT = "#ff9f70"
WIDTH_MM, HEIGHT_MM = 210.0, 148.0
QR = BoxMm(x=170, y=12, width=14, height=14)
TAG_MM = 8.0
LINE_MM = 0.3
DRAW_PX_PER_MM = 20.0
CODE = PageCode("demo", "1", 1, "00012345", "ABC123")


def tags() -> tuple[Anchor, ...]:
    right, bottom = WIDTH_MM - 12 - TAG_MM, HEIGHT_MM - 12 - TAG_MM
    places = ((12.0, 12.0), (right, 12.0), (right, bottom), (12.0, bottom))
    return tuple(
        Anchor(kind="tag", box=BoxMm(x=x, y=y, width=TAG_MM, height=TAG_MM), tag_id=index)
        for index, (x, y) in enumerate(places)
    )


def comb(name: str, x: float, y: float, boxes: int) -> Field:
    cells = tuple(BoxMm(x=x + 4.8 * i, y=y, width=4.8, height=5.6) for i in range(boxes))
    return Field(
        name=name, kind="comb", box=BoxMm.around(cells), cells=cells, groups=(boxes,),
        alphabet="digits", drop_out=TINT,
    )  # fmt: skip


def marks(name: str, x: float, y: float) -> Field:
    places = [BoxMm(x=x + 12 * i, y=y, width=3.6, height=3.6) for i in range(3)]
    choices = tuple(MarkBox(value=str(i), box=box) for i, box in enumerate(places))
    return Field(
        name=name, kind="mark_group", box=BoxMm.around(places), marks=choices, drop_out=TINT,
        error_kind="mark",
    )  # fmt: skip


def fields() -> tuple[Field, ...]:
    found = []
    for row in range(9):
        y = 30.0 + 10.5 * row
        found.append(comb(f"left{row}", 14 + 1.7 * (row % 3), y, 12))
        found.append(comb(f"mid{row}", 84 + 2.1 * (row % 2), y, 9))
        found.append(marks(f"mark{row}", 142, y + 1))
        found.append(comb(f"right{row}", 184, y, 2 + row % 3))
    return tuple(found)


def template(reference: bool = True) -> Template:
    layout = PageLayout(
        page=1, width_mm=WIDTH_MM, height_mm=HEIGHT_MM, anchors=tags(), qr_box=QR, fields=fields()
    )
    if reference:
        layout = with_reference(layout)
    choices = tuple(Choice(value=str(i)) for i in range(3))
    return Template(form="demo", version="1", pages=(layout,), code_lists={"abc": choices})


def with_reference(layout: PageLayout) -> PageLayout:
    """The page with the picture of its blank sheet."""
    blank = cv2.resize(
        draw(layout, code=None), None, fx=150 / 508, fy=150 / 508, interpolation=cv2.INTER_AREA
    )
    png = base64.b64encode(cv2.imencode(".png", blank)[1].tobytes()).decode()
    return layout.model_copy(update={"reference_png": png})


def draw(layout: PageLayout, code: PageCode | None = CODE) -> np.ndarray:
    """(h, w, 3) BGR at ``DRAW_PX_PER_MM``."""
    scale = DRAW_PX_PER_MM
    size = (round(layout.height_mm * scale), round(layout.width_mm * scale), 3)
    page = np.full(size, 255, np.uint8)
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    for anchor in layout.anchors:
        side = round(anchor.box.width * scale)
        tag = cv2.aruco.generateImageMarker(dictionary, anchor.tag_id, side)
        _paste(page, anchor.box, tag)
    if code is not None and layout.qr_box is not None:
        bits = np.array(
            [list(row) for row in segno.make(payload(code), micro=False, error="m").matrix],
            np.uint8,
        )
        side = round(layout.qr_box.width * scale)
        modules = cv2.resize((1 - bits) * 255, (side, side), interpolation=cv2.INTER_NEAREST)
        _paste(page, layout.qr_box, modules)
    tint = tuple(int(TINT[index : index + 2], 16) for index in (5, 3, 1))
    for field in layout.fields:
        for box in [*field.cells, *(mark.box for mark in field.marks)]:
            _outline(page, box, tint)
        where = (int(field.box.x * scale), int((field.box.y - 0.8) * scale))
        cv2.putText(page, field.name.upper(), where, 0, 1.6, (20, 17, 20), 4, cv2.LINE_AA)
    return page


def _paste(page: np.ndarray, box: BoxMm, gray: np.ndarray) -> None:
    x, y = round(box.x * DRAW_PX_PER_MM), round(box.y * DRAW_PX_PER_MM)
    page[y : y + gray.shape[0], x : x + gray.shape[1]] = gray[..., None]


def _outline(page: np.ndarray, box: BoxMm, colour: tuple[int, ...]) -> None:
    half = LINE_MM / 2
    for part in (
        (box.x - half, box.y - half, box.right + half, box.y + half),
        (box.x - half, box.bottom - half, box.right + half, box.bottom + half),
        (box.x - half, box.y - half, box.x + half, box.bottom + half),
        (box.right - half, box.y - half, box.right + half, box.bottom + half),
    ):
        left, top, right, bottom = (round(value * DRAW_PX_PER_MM) for value in part)
        page[top:bottom, left:right] = colour


Warp = Callable[[np.ndarray], np.ndarray]
"""(n, 2) mm on the sheet to (n, 2) px in the picture."""


@dataclasses.dataclass(frozen=True)
class Shot:
    """How a sheet comes into a picture.

    Attributes:
        matrix: (3, 3) px from (bent) mm.
        bend: What is added to a sheet point before that, mm.
        size: (width, height) of the picture.
    """

    matrix: np.ndarray
    size: tuple[int, int]
    bend: Callable[[np.ndarray], np.ndarray] = lambda mm: np.zeros_like(mm)

    def px(self, mm: np.ndarray) -> np.ndarray:
        moved = np.column_stack([mm + self.bend(mm), np.ones(len(mm))]) @ self.matrix.T
        return moved[:, :2] / moved[:, 2:]

    def mm(self, px: np.ndarray) -> np.ndarray:
        flat = np.column_stack([px, np.ones(len(px))]) @ np.linalg.inv(self.matrix).T
        flat = flat[:, :2] / flat[:, 2:]
        found = flat
        for _ in range(6):
            found = flat - self.bend(found)
        return found


def shot(
    px_per_mm: float = 8.0,
    turn_deg: float = 0.0,
    tilt: tuple[float, float] = (0.0, 0.0),
    bend: Callable[[np.ndarray], np.ndarray] | None = None,
    margin_mm: float = 0.0,
) -> Shot:
    """The sheet turned about its centre and seen whole, with ``margin_mm`` around it."""
    a = np.radians(turn_deg)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [*tilt, 1]])
    center = np.array([[1, 0, -WIDTH_MM / 2], [0, 1, -HEIGHT_MM / 2], [0, 0, 1]])
    matrix = np.diag([px_per_mm, px_per_mm, 1.0]) @ turn @ center
    corners = np.array([(0, 0), (WIDTH_MM, 0), (WIDTH_MM, HEIGHT_MM), (0, HEIGHT_MM)])
    seen = Shot(matrix, (1, 1)).px(corners)
    low = seen.min(axis=0) - margin_mm * px_per_mm
    size = np.ceil(seen.max(axis=0) + margin_mm * px_per_mm - low).astype(int)
    shift = np.array([[1, 0, -low[0] - 0.5], [0, 1, -low[1] - 0.5], [0, 0, 1]])
    return Shot(shift @ matrix, (int(size[0]), int(size[1])), bend or Shot.bend)


def photograph(sheet: np.ndarray, how: Shot, background: int = 255) -> np.ndarray:
    """The drawn sheet as the picture that ``how`` says, by inverse mapping."""
    width, height = how.size
    step = 8
    xs, ys = np.arange(0, width + step, step), np.arange(0, height + step, step)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2).astype(np.float64)
    source = (how.mm(grid) * DRAW_PX_PER_MM - 0.5).reshape(len(ys), len(xs), 2)
    full = [
        cv2.resize(source[..., axis], None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
        for axis in (0, 1)
    ]
    half = (step - 1) / 2
    shift = np.float32([[1, 0, -half], [0, 1, -half]])
    maps = [
        cv2.warpAffine(part.astype(np.float32), shift, how.size, borderMode=cv2.BORDER_REPLICATE)
        for part in full
    ]
    sigma = DRAW_PX_PER_MM / (np.sqrt(abs(np.linalg.det(how.matrix[:2, :2]))) * 2.2)
    calm = cv2.GaussianBlur(sheet, (0, 0), max(0.3, sigma))
    return cv2.remap(
        calm, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
        borderValue=(background,) * 3,
    )  # fmt: skip


def noisy(picture: np.ndarray, seed: int, sigma: float = 5.0, quality: int = 80) -> np.ndarray:
    rng = np.random.default_rng(seed)
    grain = rng.normal(0, sigma, picture.shape).astype(np.float32)
    rough = (picture.astype(np.float32) + grain).clip(0, 255).astype(np.uint8)
    data = cv2.imencode(".jpg", rough, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def page(picture: np.ndarray, colour: bool = True) -> Page:
    ref = PageRef("/nowhere/x.jpg", 1, "x.jpg", "0" * 64)
    if picture.ndim == 2:
        return Page(ref, picture)
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return Page(ref, gray, picture if colour else None)
