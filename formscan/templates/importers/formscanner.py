"""FormScanner's ``.xtmpl``: questions as points in the pixels of one scan.

Versions 0.x wrote ``<field orientation=…>`` with ``<value x y>`` texts, later ones
``<question type=…>`` with ``<value response>`` and a ``<point>``; both are read.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from formscan.errors import Sentence, TemplateError, in_each_language, told
from formscan.geometry import BoxMm
from formscan.templates.importers.corner_marks import Corner, Look, corner_anchors
from formscan.templates.importers.foreign import (
    ANY_BARCODE,
    LONG_SIDE_MM,
    Names,
    barcode_field,
    choice_field,
    form_id,
    natural,
    read_xml,
    rounded_box,
)
from formscan.templates.model import Field, MarkBox, PageLayout, Template
from formscan.templates.place import at_path

__all__ = ["import_template"]

_RING_MM = 6.0
_REACH_MM = 9.0
_ROUND = (
    Look("ring", size_mm=_RING_MM, line_mm=0.6),
    Look("disc", size_mm=_RING_MM),
    Look("ring", size_mm=_RING_MM, line_mm=1.5),
)
_ANGULAR = (
    Look("angle", size_mm=9.0, line_mm=0.5),
    Look("angle", size_mm=9.0, line_mm=1.5),
    Look("angle", size_mm=6.0, line_mm=2.5),
    Look("square", size_mm=6.0),
)
_LOOKED_AT_PX = 20.0
_BOX_OF_PITCH = 0.55
_KNOWN = frozenset({"crop", "rotation", "corners", "fields"})
"""Parts of the file; how its own scan was cropped and turned says nothing of the sheet."""
_CORNERS: tuple[Corner, ...] = ("top_left", "top_right", "bottom_right", "bottom_left")


class _Sheet(NamedTuple):
    """Pixels of the template's scan → mm.

    Attributes:
        mm_per_px: Scale.
        corners: Where the corner marks are, px.
        width_px: Of the sheet.
        height_px: Of the sheet.
    """

    mm_per_px: float
    corners: dict[Corner, tuple[float, float]]
    width_px: float
    height_px: float


def import_template(path: Path) -> Template:
    """Turn a ``.xtmpl`` file into a template.

    Raises:
        TemplateError: The file cannot be used; every problem is listed with its place.
    """
    root = read_xml(path, "template")
    problems: list[Sentence] = []
    warnings: list[Sentence] = []
    sheet = _sheet(root, problems, warnings)
    fields = _fields(root, sheet, problems, warnings) if sheet else ()
    if not fields and not problems:
        problems.append(at_path("fields", told("import.no_question")))
    if problems or sheet is None:
        raise TemplateError(str(path), tuple(problems))
    kind = root.find("corners")
    round_marks = kind is not None and kind.get("type") == "ROUND"
    if round_marks:
        warnings.append(at_path("corners", told("import.ring_size", mm=f"{_RING_MM:g}")))
    warnings += [
        at_path(f"<{element.tag}>", told("import.ignored"))
        for element in root
        if element.tag not in _KNOWN
    ]
    scale = sheet.mm_per_px
    near = min(
        min(x, y, sheet.width_px - x, sheet.height_px - y) for x, y in sheet.corners.values()
    )
    layout = PageLayout(
        page=1,
        width_mm=round(sheet.width_px * scale, 3),
        height_mm=round(sheet.height_px * scale, 3),
        anchors=corner_anchors(
            {corner: (x * scale, y * scale) for corner, (x, y) in sheet.corners.items()},
            dict.fromkeys(sheet.corners, _ROUND if round_marks else _ANGULAR),
            max(min(_REACH_MM, near * scale), 3.0),
        ),
        fields=fields,
    )
    return Template(
        form=form_id(path.stem, "formscanner"),
        version="1",
        pages=(layout,),
        source="formscanner-1",
        warnings=tuple(map(in_each_language, warnings)),
    )


def _sheet(root: Element, problems: list[Sentence], warnings: list[Sentence]) -> _Sheet | None:
    corners: dict[Corner, tuple[float, float]] = {}
    for element in root.findall("corners/corner"):
        name = (element.get("position") or "").lower()
        for corner in _CORNERS:
            if corner == name:
                corners[corner] = _point(element, f"corners.{name}", problems)
    missing = [corner for corner in _CORNERS if corner not in corners]
    if missing:
        names = ", ".join(missing).upper()
        problems.append(at_path("corners", told("import.corners_missing", names=names)))
        return None
    width = corners["top_left"][0] + corners["top_right"][0]
    height = corners["top_left"][1] + corners["bottom_left"][1]
    if min(width, height) <= 0:
        problems.append(at_path("corners", told("import.corners_flat")))
        return None
    size = {"width": f"{width:g}", "height": f"{height:g}", "mm": f"{LONG_SIDE_MM:g}"}
    warnings.append(told("import.sheet_size", **size))
    return _Sheet(LONG_SIDE_MM / max(width, height), corners, width, height)


def _point(element: Element, where: str, problems: list[Sentence]) -> tuple[float, float]:
    point = element.find("point")
    holder = element if point is None else point
    try:
        return float(holder.get("x", "")), float(holder.get("y", ""))
    except ValueError:
        problems.append(at_path(where, told("import.no_point")))
        return 0.0, 0.0


def _fields(
    root: Element, sheet: _Sheet, problems: list[Sentence], warnings: list[Sentence]
) -> tuple[Field, ...]:
    names = Names(warnings)
    found = [(name, one, _points(one, problems)) for name, one in _questions(root)]
    side = _box_side(root, [points for _, _, points in found], sheet, warnings)
    fields = []
    for name, question, points in sorted(found, key=lambda each: natural(each[0])):
        if not points:
            warnings.append(at_path(name, told("import.no_values")))
            continue
        marks = [MarkBox(value=value, box=_square(at, side, sheet)) for value, at in points]
        unique = names.unique(name, "question")
        multiple = question.get("multiple") == "true"
        if multiple and question.get("rejectMultiple") == "true":
            multiple = False
        fields.append(choice_field(unique, name, marks, multiple=multiple, shape="bubble"))
    for area in root.iter("area"):
        name = names.unique(area.get("name") or "", "area")
        ends = [_point(corner, f"area {name}", problems) for corner in area.iter("corner")]
        if area.get("type") != "BARCODE" or not ends:
            warnings.append(at_path(name, told("import.area_left", kind=area.get("type"))))
            continue
        edges = [limit(at[axis] for at in ends) for limit in (min, max) for axis in (0, 1)]
        place = rounded_box(*(edge * sheet.mm_per_px for edge in edges))
        fields.append(barcode_field(name, name, place, ANY_BARCODE))
    return tuple(fields)


def _questions(root: Element) -> list[tuple[str, Element]]:
    """Questions with their names; of several with one name, each with its group's before it."""
    group_of = {
        question: (group.get("name") or "")
        for group in root.iter("group")
        for question in group.iter("question")
    }
    found = [*root.iter("question"), *root.iter("field")]
    names = [_name(one) for one in found]
    groups = [group_of.get(one) or one.get("group") or "" for one in found]
    return [
        (f"{group}.{name}" if group and names.count(name) > 1 else name, one)
        for name, group, one in zip(names, groups, found, strict=True)
    ]


def _name(question: Element) -> str:
    return (question.get("question") or question.findtext("name") or "").strip()


def _points(question: Element, problems: list[Sentence]) -> list[tuple[str, tuple[float, float]]]:
    """(value, (x, y) px) in printed order: rows from above, each from the left."""
    found = []
    for value in question.iter("value"):
        said = value.get("response") or (value.text or "").strip()
        found.append((said, _point(value, f"{_name(question)}.{said}", problems)))
    kind = question.get("type") or question.get("orientation") or ""
    across = 1 if kind == "QUESTIONS_BY_COLS" else 0
    return sorted(found, key=lambda one: (one[1][across], one[1][1 - across]))


def _box_side(
    root: Element,
    questions: list[list[tuple[str, tuple[float, float]]]],
    sheet: _Sheet,
    warnings: list[Sentence],
) -> float:
    """The file knows how much of a bubble is looked at, not how large bubbles are printed."""
    pitches = sorted(
        max(abs(before[0] - after[0]), abs(before[1] - after[1]))
        for points in questions
        for (_, before), (_, after) in pairwise(points)
    )
    looked_at = _looked_at(root)
    pitch = pitches[len(pitches) // 4] if pitches else 2 * looked_at
    side = max(_BOX_OF_PITCH * pitch, looked_at)
    mm, share = f"{side * sheet.mm_per_px:.1f}", f"{_BOX_OF_PITCH:.0%}"
    warnings.append(told("import.bubble_size", mm=mm, share=share))
    return side


def _looked_at(root: Element) -> float:
    """Pixels of a bubble that the program looks at; version 1 said it of the whole template."""
    holder = root.find("fields")
    said = (holder.get("size") if holder is not None else None) or root.get("size") or ""
    try:
        return max(float(said), 1.0)
    except ValueError:
        return _LOOKED_AT_PX


def _square(center: tuple[float, float], side: float, sheet: _Sheet) -> BoxMm:
    x, y, half = (
        center[0] * sheet.mm_per_px,
        center[1] * sheet.mm_per_px,
        side / 2 * sheet.mm_per_px,
    )
    return rounded_box(x - half, y - half, x + half, y + half)
