"""Projects of SDAPS from 1.9.5 on: ``survey.sqlite`` holds the survey as one JSON document.

Boxes are in millimetres from the top left of the sheet. Corner marks are L-shaped, 20 mm long,
10 mm from the sides and 12 mm from top and bottom unless the survey says otherwise. Which page
it is, a barcode or QR says (survey number, then four digits of the page), in the style
``classic`` four small boxes inside the corner marks, black or white.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Constraint

from formscan.errors import Sentence, TemplateError, in_each_language, told
from formscan.geometry import BoxMm
from formscan.templates.importers.corner_marks import Corner, Look, corner_anchors
from formscan.templates.importers.foreign import (
    Names,
    area_field,
    barcode_field,
    choice_field,
    form_id,
    rounded_box,
)
from formscan.templates.model import Field, MarkBox, PageLayout, Template
from formscan.templates.place import at_path
from formscan.templates.shape import misshapen

__all__ = ["import_template"]

_SINGLE, _MULTIPLE, _TEXT = ("Option", "Range", "Mark"), ("Choice",), ("Text",)
_SILENT = ("Head", "Additional_Head")
_REACH_MM = 8.0
_LOOK = Look("angle", size_mm=20.0, line_mm=0.4, inset_mm=-0.2)
_BOX_MM = (3.0, 3.5)
_BLACK: tuple[tuple[Corner, ...], ...] = (
    ("top_right", "bottom_left", "bottom_right"),
    ("top_left", "top_right"),
    ("top_left", "bottom_left", "bottom_right"),
    ("top_left", "bottom_left"),
    ("top_left",),
    ("bottom_right",),
)
"""Which corner boxes of the style ``classic`` are black on pages 1 to 6."""


class _Foreign(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class _Box(_Foreign):
    kind: str = Constraint(alias="_class")
    page_number: int
    x: float
    y: float
    width: float = Constraint(gt=0)
    height: float = Constraint(gt=0)
    text: str = ""
    form: str = "box"
    value: str | None = None


class _Question(_Foreign):
    kind: str = Constraint(alias="_class")
    id: tuple[int, ...] = ()
    var: str | None = None
    question: str = ""
    boxes: tuple[_Box, ...] = ()

    @property
    def name(self) -> str:
        """As SDAPS names the column."""
        return self.var or "_".join(str(part) for part in self.id)


class _Questionnaire(_Foreign):
    page_count: int = 0
    qobjects: tuple[_Question, ...]


class _Defs(_Foreign):
    paper_width: float = Constraint(gt=0)
    paper_height: float = Constraint(gt=0)
    style: str = "classic"
    checkmode: str = "checkcorrect"
    corner_mark_left: float = 10.0
    corner_mark_right: float = 10.0
    corner_mark_top: float = 12.0
    corner_mark_bottom: float = 12.0


class _Survey(_Foreign):
    survey_id: int | str = ""
    defs: _Defs
    questionnaire: _Questionnaire


def import_template(path: Path) -> Template:
    """Turn a project folder (or its ``survey.sqlite``) into a template.

    Raises:
        TemplateError: The survey cannot be used; every problem is listed with its place.
    """
    file = path / "survey.sqlite" if path.is_dir() else path
    survey = _survey(file)
    warnings: list[Sentence] = []
    names = Names(warnings)
    fields: dict[int, list[Field]] = {}
    for question in survey.questionnaire.qobjects:
        for page, field in _fields(question, survey.defs, names, warnings):
            fields.setdefault(page, []).append(field)
    if not fields:
        raise TemplateError(str(file), (told("import.survey_empty"),))
    if survey.defs.style == "custom":
        warnings.append(at_path("style custom", told("import.custom_marks")))
    if survey.defs.checkmode != "fill":
        warnings.append(at_path(f"checkmode {survey.defs.checkmode}", told("import.checkmode")))
    last = max(survey.questionnaire.page_count, *fields)
    style = survey.defs.style
    if style not in ("classic", "code128", "qr", "custom"):
        warnings.append(at_path(f"style {style}", told("import.ignored")))
    return Template(
        form=form_id(file.resolve().parent.name, "sdaps"),
        version="1",
        pages=tuple(_layout(page, fields.get(page, []), survey) for page in range(1, last + 1)),
        source="sdaps-1",
        warnings=tuple(map(in_each_language, warnings)),
    )


def _survey(file: Path) -> _Survey:
    if not file.is_file():
        raise TemplateError(str(file), (told("import.no_survey"),))
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            rows: list[Any] = database.execute("SELECT json FROM surveys").fetchall()
    except sqlite3.Error as error:
        raise TemplateError(str(file), (told("import.not_survey", why=error),)) from error
    if len(rows) != 1:
        raise TemplateError(
            str(file), (at_path("surveys", told("import.many_surveys", number=len(rows))),)
        )
    try:
        return _Survey.model_validate(json.loads(rows[0][0]))
    except ValidationError as error:
        raise TemplateError(str(file), tuple(map(misshapen, error.errors()))) from error
    except (TypeError, ValueError) as error:
        raise TemplateError(
            str(file), (at_path("surveys.json", told("import.not_json", why=error)),)
        ) from error


def _fields(
    question: _Question, defs: _Defs, names: Names, warnings: list[Sentence]
) -> list[tuple[int, Field]]:
    """The fields of one question, each with its page; boxes of two pages become two fields."""
    if question.kind in _SILENT:
        return []
    where = f"{question.kind} {question.name}"
    known = question.kind in (*_SINGLE, *_MULTIPLE, *_TEXT)
    if not known or not question.boxes:
        why = "import.no_boxes" if known else "import.not_read"
        warnings.append(at_path(where, told(why)))
        return []
    found: list[tuple[int, Field]] = []
    for page in sorted({box.page_number for box in question.boxes}):
        boxes = [box for box in question.boxes if box.page_number == page]
        checks = [box for box in boxes if box.kind == "Checkbox"]
        if checks and question.kind not in _TEXT:
            name = names.unique(question.name, where)
            marks = [
                MarkBox(value=_value(box, at), box=_place(box), labels={"en": box.text})
                for at, box in enumerate(checks, 1)
            ]
            multiple = question.kind in _MULTIPLE
            shape = _shape(checks, defs)
            field = choice_field(name, question.question, marks, multiple=multiple, shape=shape)
            found.append((page, field))
        found += [
            (page, _written(box, question, names, where)) for box in boxes if box not in checks
        ]
    return found


def _written(box: _Box, question: _Question, names: Names, where: str) -> Field:
    single = question.kind in _TEXT and len(question.boxes) == 1
    name = names.unique(question.name if single else f"{question.name}_teks", where)
    label = box.text or question.question
    if box.kind == "Codebox":
        return barcode_field(name, label, _place(box), ("QRCode", "Code128", "DataMatrix"))
    return area_field(name, label, _place(box))


def _value(box: _Box, at: int) -> str:
    return str(at) if box.value is None else box.value


def _place(box: _Box) -> BoxMm:
    return rounded_box(box.x, box.y, box.x + box.width, box.y + box.height)


def _shape(boxes: list[_Box], defs: _Defs) -> Literal["box", "circle", "bubble"]:
    if all(box.form == "box" for box in boxes):
        return "box"
    return "bubble" if defs.checkmode == "fill" else "circle"


def _layout(page: int, fields: list[Field], survey: _Survey) -> PageLayout:
    defs = survey.defs
    left, right = defs.corner_mark_left, defs.paper_width - defs.corner_mark_right
    top, bottom = defs.corner_mark_top, defs.paper_height - defs.corner_mark_bottom
    corners: dict[Corner, tuple[float, float]] = {
        "top_left": (left, top), "top_right": (right, top),
        "bottom_right": (right, bottom), "bottom_left": (left, bottom),
    }  # fmt: skip
    reach = min(_REACH_MM, left, top, defs.corner_mark_right, defs.corner_mark_bottom)
    looks = {corner: (_look(corner, page, defs.style),) for corner in corners}
    coded = defs.style in ("code128", "qr")
    return PageLayout(
        page=page,
        width_mm=defs.paper_width,
        height_mm=defs.paper_height,
        anchors=corner_anchors(corners, looks, max(reach, 3.0)),
        page_codes=(f"{survey.survey_id}{page:04d}", f"{page:04d}") if coded else (),
        fields=tuple(fields),
    )


def _look(corner: Corner, page: int, style: str) -> Look:
    """A corner mark; those of the style ``classic`` have the box of their page inside."""
    if style != "classic" or page > len(_BLACK):
        return _LOOK
    return dataclasses.replace(_LOOK, inner_mm=_BOX_MM, filled=corner in _BLACK[page - 1])
