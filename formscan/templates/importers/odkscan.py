"""ODK Scan's ``template.json`` with the picture of its form, most often ``form.jpg``, beside it.

Described by ``JSONFormat.md`` of that project. Lengths are pixels of a form of ``width`` by
``height``; items are given by their middle, relative to their segment. That program aligns by
the features of the whole form; here four structured parts of the picture, one a corner, do.
"""

from __future__ import annotations

import base64
import json
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from formscan.errors import Sentence, TemplateError, in_each_language, told
from formscan.geometry import BoxMm
from formscan.templates.importers.foreign import (
    LONG_SIDE_MM,
    Names,
    area_field,
    barcode_field,
    choice_field,
    comb_field,
    form_id,
    read_text,
    rounded_box,
)
from formscan.templates.importers.odkscan_file import Classifier, Item, OdkField, OdkForm, Segment
from formscan.templates.model import Anchor, Field, MarkBox, PageLayout, Template
from formscan.templates.place import at_path
from formscan.templates.shape import misshapen

__all__ = ["import_template"]

_ONLY_ONE = ("count-selected(.) = 1", "count-selected(.)=1", "count-selected(.) <= 1")
_CORNER_PART, _ANCHOR_PART = 0.4, 0.15
_REFERENCE_DPI = 150


class _Placed(NamedTuple):
    """An item on the sheet.

    Attributes:
        item: Of the file.
        value: What it says; its number in printed order where the file does not tell.
        box: Its outline.
    """

    item: Item
    value: str
    box: BoxMm


def import_template(path: Path) -> Template:
    """Turn a form's folder (or its ``template.json``) into a template.

    Raises:
        TemplateError: The file cannot be used; every problem is listed with its place.
    """
    file = path / "template.json" if path.is_dir() else path
    form = _parse(file)
    longer = f"{max(form.width, form.height):g}"
    warnings: list[Sentence] = [told("import.only_pixels", px=longer, mm=f"{LONG_SIDE_MM:g}")]
    mm_per_px = LONG_SIDE_MM / max(form.width, form.height)
    names = Names(warnings)
    fields = tuple(
        field
        for one in form.fields
        for field in _fields(one, one.classifier or form.classifier, mm_per_px, names, warnings)
    )
    if not fields:
        raise TemplateError(str(file), (at_path("fields", told("import.none_read")),))
    size_mm = (round(form.width * mm_per_px, 3), round(form.height * mm_per_px, 3))
    warnings += [at_path(key, told("import.ignored")) for key in form.unknown_keys]
    picture = _picture(file.parent, form.image_filename, warnings)
    layout = PageLayout(
        page=1,
        width_mm=size_mm[0],
        height_mm=size_mm[1],
        fields=fields,
        anchors=() if picture is None else _anchors(picture, size_mm, fields),
        reference_dpi=_REFERENCE_DPI,
        reference_png="" if picture is None else _reference(picture, size_mm),
    )
    return Template(
        form=form_id(file.resolve().parent.name, "odkscan"),
        version="1",
        pages=(layout,),
        source="odkscan-1",
        warnings=tuple(map(in_each_language, warnings)),
    )


def _parse(file: Path) -> OdkForm:
    try:
        return OdkForm.model_validate(json.loads(read_text(file)))
    except ValidationError as error:
        raise TemplateError(str(file), tuple(map(misshapen, error.errors()))) from error
    except ValueError as error:
        raise TemplateError(str(file), (told("import.not_json", why=error),)) from error


def _fields(
    field: OdkField,
    classifier: Classifier,
    mm_per_px: float,
    names: Names,
    warnings: list[Sentence],
) -> list[Field]:
    name = names.unique(field.name, "field")
    label = field.label or name
    area = BoxMm.around([_area(segment, mm_per_px) for segment in field.segments])
    placed = _placed(field, classifier, mm_per_px)
    warnings += [at_path(f"{name}.{key}", told("import.ignored")) for key in field.unknown_keys]
    if field.kind == "qrcode":
        return [barcode_field(name, label, area, ("QRCode",))]
    if not placed:
        if field.kind == "image":
            return [Field(name=name, kind="image", value_type="image", labels={"en": label},
                          box=area, error_kind="text")]  # fmt: skip
        return [area_field(name, label, area)]
    if classifier.digits:
        cells = sorted((one.box for one in placed), key=lambda box: (box.x, box.y))
        return [comb_field(name, label, cells, digits=True)]
    shape: Literal["box", "circle", "bubble"] = (
        "bubble" if classifier.training_data_uri == "bubbles" else "box"
    )
    marks = [
        MarkBox(value=value, box=box, labels={"en": item.label or value})
        for item, value, box in placed
    ]
    if classifier.graded:
        warnings.append(at_path(name, told("import.classes")))
    made: Field
    if field.kind in ("select", "select1"):
        multiple = field.kind == "select" and field.constraint.strip() not in _ONLY_ONE
        made = choice_field(name, label, marks, multiple=multiple, shape=shape)
    elif len({mark.value for mark in marks}) == len(marks):
        if field.kind not in ("int", "string") or not placed[0].item.said:
            warnings.append(at_path(name, told("import.several", kind=field.kind)))
        made = choice_field(name, label, marks, multiple=True, shape=shape)
    else:
        made = _grid(name, label, marks, field, shape, warnings)
    return [made.model_copy(update={"required": field.required})]


def _placed(field: OdkField, classifier: Classifier, mm_per_px: float) -> list[_Placed]:
    """The items of all segments in their order."""
    found = [
        (item, _box(item, segment, classifier, mm_per_px))
        for segment in field.segments
        for item in segment.items
    ]
    named = any(item.said for item, _ in found)
    return [
        _Placed(item, item.said if named else str(number), box)
        for number, (item, box) in enumerate(found, 1)
    ]


def _grid(
    name: str,
    label: str,
    marks: list[MarkBox],
    field: OdkField,
    shape: Literal["box", "circle", "bubble"],
    warnings: list[Sentence],
) -> Field:
    """Columns of bubbles, or rows where columns say the same twice, one character each."""
    if field.delimiter:
        warnings.append(at_path(name, told("import.delimiter", delimiter=field.delimiter)))
    columns = _lines(marks, axis=0)
    if any(len({mark.value for mark in column}) < len(column) for column in columns):
        columns = _lines(marks, axis=1)
    return Field(
        name=name,
        kind="mark_grid",
        labels={"en": label},
        box=BoxMm.around([mark.box for mark in marks]),
        columns=columns,
        shape=shape,
        error_kind="mark",
    )


def _lines(marks: list[MarkBox], axis: int) -> tuple[tuple[MarkBox, ...], ...]:
    """Marks that stand under each other (axis 0) or side by side (1), line by line in order."""
    ordered = sorted(marks, key=lambda mark: (mark.box.center[axis], mark.box.center[1 - axis]))
    lines = groupby(ordered, key=lambda mark: round(mark.box.center[axis], 1))
    return tuple(tuple(line) for _, line in lines)


def _area(segment: Segment, mm_per_px: float) -> BoxMm:
    x, y = segment.segment_x * mm_per_px, segment.segment_y * mm_per_px
    width, height = segment.segment_width * mm_per_px, segment.segment_height * mm_per_px
    return rounded_box(x, y, x + width, y + height)


def _box(item: Item, segment: Segment, classifier: Classifier, mm_per_px: float) -> BoxMm:
    width, height = (side * mm_per_px / 2 for side in classifier.size_px)
    x = (segment.segment_x + item.item_x) * mm_per_px
    y = (segment.segment_y + item.item_y) * mm_per_px
    return rounded_box(x - width, y - height, x + width, y + height)


def _picture(folder: Path, named: str, warnings: list[Sentence]) -> NDArray[np.uint8] | None:
    places = [folder / "form.jpg", *([folder / Path(named).name] if named else [])]
    file = next((place for place in places if place.is_file()), places[0])
    data = np.frombuffer(file.read_bytes(), np.uint8) if file.is_file() else np.zeros(0, np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    if picture is None:
        warnings.append(at_path("form.jpg", told("import.no_form_jpg")))
        return None
    return np.asarray(picture, np.uint8)


def _reference(picture: NDArray[np.uint8], size_mm: tuple[float, float]) -> str:
    size = (round(size_mm[0] * _REFERENCE_DPI / 25.4), round(size_mm[1] * _REFERENCE_DPI / 25.4))
    return _png(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _png(picture: object) -> str:
    data = cv2.imencode(".png", np.asarray(picture, np.uint8))[1].tobytes()
    return base64.b64encode(data).decode("ascii")


def _anchors(
    picture: NDArray[np.uint8], size_mm: tuple[float, float], fields: tuple[Field, ...]
) -> tuple[Anchor, ...]:
    """In each corner of the form the square with the most printed edges that no field touches."""
    scale = 900 / picture.shape[1]
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    px_per_mm = small.shape[1] / size_mm[0]
    free = np.ones(small.shape, np.uint8)
    for field in fields:
        left, top, right, bottom = (
            round(v * px_per_mm)
            for v in (field.box.x, field.box.y, field.box.right, field.box.bottom)
        )
        free[max(top, 0) : bottom, max(left, 0) : right] = 0
    soft = cv2.GaussianBlur(small, (0, 0), 2.0)
    edges = np.minimum(np.abs(cv2.Laplacian(soft, cv2.CV_32F)), 20.0)
    side = round(_ANCHOR_PART * small.shape[1])
    amount = cv2.boxFilter(edges, -1, (side, side), normalize=False)
    clear = cv2.boxFilter(1 - free, cv2.CV_32F, (side, side), normalize=False) < 1
    anchors = []
    for down, across in ((0, 0), (0, 1), (1, 1), (1, 0)):
        x, y = _best(np.where(clear, amount, 0.0), side, down, across)
        cut = small[y - side // 2 : y + side // 2, x - side // 2 : x + side // 2]
        edges_px = (x - side // 2, y - side // 2, x + side // 2, y + side // 2)
        box = rounded_box(*(edge / px_per_mm for edge in edges_px))
        anchors.append(Anchor(kind="picture", box=box, picture_png=_png(cut)))
    return tuple(anchors)


def _best(amount: NDArray[np.float32], side: int, down: int, across: int) -> tuple[int, int]:
    """(x, y) of the middle of the best square of one corner, wholly on the sheet."""
    height, width = amount.shape
    reach_y, reach_x = round(_CORNER_PART * height), round(_CORNER_PART * width)
    half = side // 2 + 1
    top = height - reach_y if down else half
    left = width - reach_x if across else half
    bottom = height - half if down else reach_y
    right = width - half if across else reach_x
    part = amount[top:bottom, left:right]
    y, x = np.unravel_index(int(np.argmax(part)), part.shape)
    return left + int(x), top + int(y)
