"""queXF's banding XML, as queXMLPDF writes it beside the PDF of a form.

Described by ``quexfbanding.xsd`` of the queXML project: pixels at 300 dpi, four corner marks made
of a horizontal and a vertical line, groups of boxes with a type, and for each page the number
that its barcode says (``id``, ``pid`` in the schema).
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from formscan.errors import Sentence, TemplateError, in_each_language, told
from formscan.geometry import BoxMm
from formscan.templates.importers.corner_marks import Corner, Look, corner_anchors
from formscan.templates.importers.foreign import (
    Names,
    area_field,
    barcode_field,
    choice_field,
    comb_field,
    form_id,
    read_xml,
    rounded_box,
)
from formscan.templates.model import Field, MarkBox, PageLayout, Template
from formscan.templates.place import at_path

__all__ = ["import_template"]

_MM = 25.4 / 300
_A4_PX = (2480.0, 3507.0)
_CORNERS: dict[str, Corner] = {
    "tl": "top_left", "tr": "top_right", "br": "bottom_right", "bl": "bottom_left",
}  # fmt: skip
_REACH_MM = 9.0
_LOOK = Look("angle", size_mm=20.0, line_mm=0.5, inset_mm=-0.25)
_SINGLE, _MULTIPLE, _TEXT, _NUMBER, _BARCODE, _LONG_TEXT = "1", "2", "3", "4", "5", "6"


def import_template(path: Path) -> Template:
    """Turn a banding XML (or the folder that holds one) into a template.

    Raises:
        TemplateError: The file cannot be used; every problem is listed with its place.
    """
    file = _file(path)
    form = read_xml(file, "queXF").find("questionnaire")
    pages = form.findall("page") if form is not None else []
    if form is None or not pages:
        raise TemplateError(str(file), (told("import.no_page"),))
    problems: list[Sentence] = []
    warnings: list[Sentence] = []
    names = Names(warnings)
    layouts = tuple(
        _layout(page, number, names, problems, warnings) for number, page in enumerate(pages, 1)
    )
    if problems:
        raise TemplateError(str(file), tuple(problems))
    return Template(
        form=form_id(f"quexf-{_said(form, 'id') or file.stem}", "quexf"),
        version="1",
        pages=layouts,
        source="quexf-1",
        warnings=tuple(map(in_each_language, warnings)),
    )


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    found = sorted(path.glob("*.xml"))
    if len(found) != 1:
        problem = told("import.many_xml", number=len(found))
        raise TemplateError(str(path), (problem,))
    return found[0]


def _said(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _number(element: Element, name: str, where: str, problems: list[Sentence]) -> float:
    text = _said(element, name)
    try:
        return float(text)
    except ValueError:
        problems.append(at_path(f"{where}.{name}", told("import.no_number", given=text)))
        return 0.0


def _layout(
    page: Element, number: int, names: Names, problems: list[Sentence], warnings: list[Sentence]
) -> PageLayout:
    where = f"page {number}"
    if _said(page, "width") and _said(page, "height"):
        width, height = (_number(page, side, where, problems) for side in ("width", "height"))
    else:
        width, height = _A4_PX
        warnings.append(at_path(where, told("import.paper_a4")))
    corners: dict[Corner, tuple[float, float]] = {}
    for short, corner in _CORNERS.items():
        x, y = (_number(page, short + axis, where, problems) * _MM for axis in "xy")
        corners[corner] = (x, y)
    fields = [
        field
        for group in sorted(page.findall("boxgroup"), key=_order)
        if (field := _field(group, where, names, problems, warnings)) is not None
    ]
    margin = min(
        *(min(x, width * _MM - x) for x, _ in corners.values()),
        *(min(y, height * _MM - y) for _, y in corners.values()),
    )
    reach = max(min(_REACH_MM, margin), 3.0)
    return PageLayout(
        page=number,
        width_mm=round(width * _MM, 3),
        height_mm=round(height * _MM, 3),
        anchors=corner_anchors(corners, dict.fromkeys(corners, (_LOOK,)), reach),
        page_codes=tuple(dict.fromkeys(filter(None, (_said(page, "id"), _said(page, "pid"))))),
        fields=tuple(fields),
    )


def _order(group: Element) -> float:
    try:
        return float(_said(group, "sortorder"))
    except ValueError:
        return 0.0


def _field(
    group: Element, where: str, names: Names, problems: list[Sentence], warnings: list[Sentence]
) -> Field | None:
    label, kind = _said(group, "label"), _said(group, "type")
    name = names.unique(_said(group, "varname"), f"{where} group {_said(group, 'sortorder')}")
    where = f"{where} {name}"
    if kind not in (_SINGLE, _MULTIPLE, _TEXT, _NUMBER, _BARCODE, _LONG_TEXT):
        warnings.append(at_path(where, told("import.not_filled", kind=kind or "-")))
        return None
    boxes = [_box(box, where, problems) for box in group.findall("box")]
    if not boxes:
        warnings.append(at_path(where, told("import.no_boxes")))
        return None
    if kind in (_SINGLE, _MULTIPLE):
        marks = [
            MarkBox(
                value=_said(box, "value") or str(number),
                box=place,
                labels={"en": _said(box, "label")} if _said(box, "label") else {},
            )
            for number, (box, place) in enumerate(zip(group.findall("box"), boxes, strict=True), 1)
        ]
        return choice_field(name, label, marks, multiple=kind == _MULTIPLE, shape="box")
    if kind in (_TEXT, _NUMBER):
        return comb_field(name, label, boxes, digits=kind == _NUMBER)
    if kind == _BARCODE:
        return barcode_field(name, label, BoxMm.around(boxes))
    return area_field(name, label, BoxMm.around(boxes))


def _box(box: Element, where: str, problems: list[Sentence]) -> BoxMm:
    left, top, right, bottom = (
        _number(box, edge, where, problems) * _MM for edge in ("tlx", "tly", "brx", "bry")
    )
    if right <= left or bottom <= top:
        problems.append(at_path(where, told("import.box_ends")))
        return rounded_box(left, top, left + 1, top + 1)
    return rounded_box(left, top, right, bottom)
