"""Templates of OMRChecker: pixels of one scan → millimetres of a sheet.

That program resizes the picture (after its own warp) to ``pageDimensions``, so the sheet is
whatever its pre-processors leave: the rectangle between the centres of four marker pictures,
or the whole picture. What its file cannot say, such as the size of the paper, is assumed and
told in ``Template.warnings``.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from pydantic import ValidationError

from formscan.errors import Sentence, TemplateError, in_each_language, told
from formscan.geometry import BoxMm
from formscan.templates.importers.foreign import LONG_SIDE_MM, form_id
from formscan.templates.importers.omrchecker_file import (
    FIELD_TYPES,
    Block,
    OmrTemplate,
    PreProcessor,
    expand_labels,
)
from formscan.templates.model import Anchor, Field, MarkBox, PageLayout, Template
from formscan.templates.place import at_path
from formscan.templates.shape import misshapen

__all__ = ["import_template"]

_DEFAULT_MARKER = "omr_marker.jpg"
_DEFAULT_MARKER_RATIO = 17.0


class _Group(NamedTuple):
    """The bubbles of one label."""

    label: str
    marks: tuple[MarkBox, ...]
    empty_value: str


def import_template(path: Path) -> Template:
    """Turn an OMRChecker ``template.json`` (or the folder that holds it) into a template.

    Raises:
        TemplateError: The file cannot be used; every problem is listed with its place.
    """
    file = path / "template.json" if path.is_dir() else path
    foreign = _parse(file)
    problems: list[Sentence] = []
    longer = f"{max(foreign.page_dimensions):g}"
    warnings: list[Sentence] = [told("import.only_pixels", px=longer, mm=f"{LONG_SIDE_MM:g}")]
    mm_per_px = LONG_SIDE_MM / max(foreign.page_dimensions)
    groups = _groups(foreign, mm_per_px, problems)
    fields = _fields(groups, foreign, problems)
    anchors = _anchors(foreign, file.parent, mm_per_px, problems, warnings)
    reference = _reference(foreign, file.parent, problems)
    warnings += _ignored(foreign)
    if problems:
        raise TemplateError(str(file), tuple(problems))
    width_mm, height_mm = (side * mm_per_px for side in foreign.page_dimensions)
    layout = PageLayout(
        page=1,
        width_mm=width_mm,
        height_mm=height_mm,
        anchors=anchors,
        fields=fields,
        reference_dpi=round(25.4 / mm_per_px),
        reference_png=reference,
    )
    return Template(
        form=_form_id(file),
        version="1",
        pages=(layout,),
        source="omrchecker-1",
        warnings=tuple(map(in_each_language, warnings)),
    )


def _parse(file: Path) -> OmrTemplate:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise TemplateError(str(file), (told("import.unreadable", why=error.strerror),)) from error
    except ValueError as error:
        raise TemplateError(str(file), (told("import.not_json", why=error),)) from error
    try:
        return OmrTemplate.model_validate(content)
    except ValidationError as error:
        raise TemplateError(str(file), tuple(map(misshapen, error.errors()))) from error


def _groups(foreign: OmrTemplate, mm_per_px: float, problems: list[Sentence]) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for name, block in foreign.field_blocks.items():
        if block.field_type and block.field_type not in FIELD_TYPES:
            said = told("import.field_type", given=block.field_type, names=", ".join(FIELD_TYPES))
            problems.append(at_path(f"fieldBlocks.{name}.fieldType", said))
            continue
        if block.keys() is None:
            problems.append(at_path(f"fieldBlocks.{name}", told("import.no_type")))
            continue
        for index, label in enumerate(expand_labels(block.field_labels)):
            if label in groups:
                twice = told("import.label_twice", label=label)
                problems.append(at_path(f"fieldBlocks.{name}.fieldLabels", twice))
                continue
            empty = foreign.empty_value if block.empty_value is None else block.empty_value
            groups[label] = _Group(label, _marks(block, index, foreign, mm_per_px), empty)
    return groups


def _marks(
    block: Block, label_index: int, foreign: OmrTemplate, mm_per_px: float
) -> tuple[MarkBox, ...]:
    keys = block.keys()
    if keys is None:
        return ()
    width, height = block.bubble_dimensions or foreign.bubble_dimensions
    marks = []
    for index, value in enumerate(keys.values):
        along, across = index * block.bubbles_gap, label_index * block.labels_gap
        x = block.origin[0] + (across if keys.vertical else along)
        y = block.origin[1] + (along if keys.vertical else across)
        box = BoxMm(
            x=round(x * mm_per_px, 4),
            y=round(y * mm_per_px, 4),
            width=round(width * mm_per_px, 4),
            height=round(height * mm_per_px, 4),
        )
        marks.append(MarkBox(value=value, box=box))
    return tuple(marks)


def _fields(
    groups: dict[str, _Group], foreign: OmrTemplate, problems: list[Sentence]
) -> tuple[Field, ...]:
    """Fields in the order of the blocks; a custom label stands where its first part stood."""
    custom_of: dict[str, str] = {}
    for name, parts in foreign.custom_labels.items():
        where = f"customLabels.{name}"
        for part in expand_labels(parts):
            if part not in groups:
                problems.append(at_path(where, told("import.no_label", part=part)))
            elif part in custom_of:
                said = told("import.label_taken", part=part, other=custom_of[part])
                problems.append(at_path(where, said))
            else:
                custom_of[part] = name
        if name in groups and name not in expand_labels(parts):
            problems.append(at_path(where, told("import.label_named")))
    fields: dict[str, Field] = {}
    for label, group in groups.items():
        name = custom_of.get(label, label)
        if name in fields:
            continue
        if label not in custom_of:
            fields[name] = _group_field(group)
            continue
        parts = expand_labels(foreign.custom_labels[name])
        fields[name] = _grid_field(name, tuple(groups[part] for part in parts if part in groups))
    return tuple(fields.values())


def _group_field(group: _Group) -> Field:
    return Field(
        name=group.label,
        kind="mark_group",
        labels={"en": group.label},
        box=BoxMm.around([mark.box for mark in group.marks]),
        marks=group.marks,
        multiple=True,
        multiple_join="",
        empty_value=group.empty_value,
        shape="bubble",
        label_inside=True,
        error_kind="mark",
    )


def _grid_field(name: str, groups: tuple[_Group, ...]) -> Field:
    return Field(
        name=name,
        kind="mark_grid",
        labels={"en": name},
        box=BoxMm.around([mark.box for group in groups for mark in group.marks]),
        columns=tuple(group.marks for group in groups),
        multiple=True,
        multiple_join="",
        empty_value=groups[0].empty_value,
        shape="bubble",
        label_inside=True,
        error_kind="mark",
    )


def _anchors(
    foreign: OmrTemplate,
    folder: Path,
    mm_per_px: float,
    problems: list[Sentence],
    warnings: list[Sentence],
) -> tuple[Anchor, ...]:
    """Marker pictures, else the edges of the paper, else nothing."""
    steps = {step.name: step for step in foreign.pre_processors or ()}
    if "CropOnMarkers" in steps:
        if "CropPage" in steps:
            warnings.append(at_path("CropPage", told("import.markers_first")))
        return _marker_anchors(steps["CropOnMarkers"], foreign, folder, mm_per_px, problems)
    if "CropPage" in steps:
        width, height = (side * mm_per_px for side in foreign.page_dimensions)
        return (Anchor(kind="paper", box=BoxMm(x=0, y=0, width=width, height=height)),)
    return ()


def _reference(foreign: OmrTemplate, folder: Path, problems: list[Sentence]) -> str:
    """Base64 PNG of the picture that FeatureBasedAlignment compares with, "" without that step."""
    for step in foreign.pre_processors or ():
        if step.name == "FeatureBasedAlignment":
            file = folder / str(step.options.get("reference", ""))
            where = "preProcessors.FeatureBasedAlignment.reference"
            picture = _picture(file, where, problems)
            return "" if picture is None else _png(picture)
    return ""


def _marker_anchors(
    step: PreProcessor,
    foreign: OmrTemplate,
    folder: Path,
    mm_per_px: float,
    problems: list[Sentence],
) -> tuple[Anchor, ...]:
    """Four marker pictures whose centres are the corners of that program's page.

    The ratio says how wide a marker is at most; the program itself tries 35 to 100 % of it, so
    registration must search the size as well.
    """
    file = folder / str(step.options.get("relativePath", _DEFAULT_MARKER))
    picture = _picture(file, "preProcessors.CropOnMarkers.relativePath", problems)
    if picture is None:
        return ()
    png = _png(picture)
    page_width, page_height = (side * mm_per_px for side in foreign.page_dimensions)
    ratio = float(step.options.get("sheetToMarkerWidthRatio", _DEFAULT_MARKER_RATIO))
    width = page_width / ratio
    height = width * picture.shape[0] / picture.shape[1]
    return tuple(
        Anchor(
            kind="picture",
            box=BoxMm(x=x - width / 2, y=y - height / 2, width=width, height=height),
            picture_png=png,
        )
        for x, y in ((0, 0), (page_width, 0), (page_width, page_height), (0, page_height))
    )


def _picture(file: Path, where: str, problems: list[Sentence]) -> np.ndarray[Any, Any] | None:
    try:
        data = np.frombuffer(file.read_bytes(), dtype=np.uint8)
    except OSError as error:
        gone = told("import.picture_gone", file=file.name, why=error.strerror)
        problems.append(at_path(where, gone))
        return None
    picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    if picture is None:
        problems.append(at_path(where, told("import.no_picture", file=file.name)))
    return picture


def _png(picture: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode("ascii")


def _ignored(foreign: OmrTemplate) -> list[Sentence]:
    known = ("CropPage", "CropOnMarkers", "FeatureBasedAlignment")
    ignored: list[Sentence] = [
        at_path(step.name, told("import.no_filter"))
        for step in foreign.pre_processors or ()
        if step.name not in known
    ]
    keys = [("", key) for key in foreign.unknown_keys] + [
        (f"fieldBlocks.{name}.", key)
        for name, block in foreign.field_blocks.items()
        for key in block.unknown_keys
    ]
    return ignored + [at_path(f"{where}{key}", told("import.ignored")) for where, key in keys]


def _form_id(file: Path) -> str:
    name = file.parent.resolve().name if file.stem == "template" else file.stem
    return form_id(name, "omr")
