"""Records as ODK submissions, so that paper joins what came by phone.

The folders are those of Collect and Briefcase: ``<form>/instances/uuid…/submission.xml``, and
beside it the pictures that questions of type image ask for. ODK Central judges no rule when a
submission comes in, so only finished records are written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

from formscan.errors import StoreError, TemplateError, told
from formscan.export.cells import filled_rows, known_cells
from formscan.export.files import write_bytes, write_text
from formscan.record import FieldValue, Record, field_ref
from formscan.settle import Settled
from formscan.templates.model import Template
from formscan.templates.question import Question

__all__ = ["Cutter", "Submissions", "submission_xml", "write_submissions"]

Cutter = Callable[[FieldValue], bytes | None]
"""Gives the JPEG of a field, None where its scan is gone."""

_FINISHED = frozenset({"accepted", "confirmed"})
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Submissions:
    """What was written.

    Attributes:
        files: One ``submission.xml`` for each finished record.
        held_back: Records that wait for a person or a page, or were rejected.
        without_scan: Pictures that are missing in them, because their scan is gone.
    """

    files: tuple[Path, ...]
    held_back: int
    without_scan: int = 0


def write_submissions(
    directory: Path,
    templates: Sequence[Template],
    groups: Iterable[Settled],
    cutter: Cutter = lambda value: None,
) -> Submissions:
    """Write every accepted or confirmed record below ``directory``.

    Args:
        directory: Made where it is missing.
        templates: Of the batch.
        groups: Settled groups.
        cutter: Where the pictures come from.

    Raises:
        TemplateError: A record's form has no survey (an imported form): a phone cannot know it.
        StoreError: A file cannot be written.
    """
    known = {(template.form, template.version): template for template in templates}
    files: list[Path] = []
    held_back = without_scan = 0
    for group in groups:
        for record in group.records:
            if record.status not in _FINISHED:
                held_back += 1
                continue
            file, gone = _write(directory, record, known[record.form, record.version], cutter)
            files.append(file)
            without_scan += gone
    return Submissions(tuple(files), held_back, without_scan)


def _write(directory: Path, record: Record, template: Template, cutter: Cutter) -> tuple[Path, int]:
    """The file of one record, and how many of its pictures are missing."""
    name = record.key.replace(":", "")
    folder = directory / record.form / "instances" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.jpg"):  # a phone sends what lies there
            old.unlink()
    except OSError as error:
        raise StoreError(told("store.no_folder", out=folder, why=error.strerror)) from error
    asked = {question.name for question in template.questions if question.type == "image"}
    seen = [value for value in record.values if value.name in asked and value.status == "image"]
    pictures: dict[str, str] = {}
    for value in seen:
        if jpeg := cutter(value):
            number = "" if value.row is None else f"-{value.row}"
            pictures[value.ref] = f"{value.name}{number}.jpg"
            write_bytes(folder / pictures[value.ref], jpeg)
    file = write_text(folder / "submission.xml", submission_xml(record, template, pictures))
    return file, len(seen) - len(pictures)


def submission_xml(
    record: Record, template: Template, pictures: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The submission: nodes in survey order, ``KEY`` as instanceID, no notes.

    A row that was left blank between filled ones stays as a blank repeat: answers point at rows
    by their printed number.

    Args:
        record: Finished.
        template: Its form.
        pictures: Field reference to the name of its file.

    Raises:
        TemplateError: The form has no survey.
    """
    if not template.questions:
        raise TemplateError(template.form, (told("template.no_survey"),))
    around: dict[str, list[Question]] = defaultdict(list)
    for question in template.questions:
        around[question.path.rpartition("/")[0]].append(question)
    top = next(iter(around))
    root = ET.Element(top.strip("/"), {"id": template.form, "version": record.version})
    _fill(root, around[top], around, record, {**known_cells(record, template), **pictures})
    ET.SubElement(ET.SubElement(root, "meta"), "instanceID").text = record.key
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _fill(
    parent: ET.Element,
    questions: Sequence[Question],
    around: Mapping[str, Sequence[Question]],
    record: Record,
    known: Mapping[str, str],
    row: int | None = None,
) -> None:
    for question in questions:
        inside = around.get(question.path, ())
        if question.type == "repeat":
            for number in range(1, max(filled_rows(record, question.name), default=0) + 1):
                element = ET.SubElement(parent, question.name)
                _fill(element, inside, around, record, known, number)
        elif question.type == "group":
            _fill(ET.SubElement(parent, question.name), inside, around, record, known, row)
        elif question.type != "note":
            ref = field_ref(question.name, row, question.repeat)
            text = _NOT_XML.sub("", known.get(ref, ""))
            ET.SubElement(parent, question.name).text = text or None
