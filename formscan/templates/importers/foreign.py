"""What the importers share: reading foreign files, naming, and the fields they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

from formscan.errors import Sentence, TemplateError, told
from formscan.geometry import BoxMm
from formscan.templates.model import BarcodeFormat, Field, MarkBox
from formscan.templates.place import at_path

__all__ = [
    "ANY_BARCODE",
    "LONG_SIDE_MM",
    "Names",
    "area_field",
    "barcode_field",
    "choice_field",
    "comb_field",
    "form_id",
    "natural",
    "read_text",
    "read_xml",
    "rounded_box",
]

LONG_SIDE_MM = 297.0
"""Assumed long side of a sheet whose template knows only pixels."""

_MOST_BYTES = 50_000_000
_LINEAR_BARCODES: tuple[BarcodeFormat, ...] = (
    "Code128", "ITF", "EAN13", "EAN8", "Code39", "Code93", "Codabar", "UPCA", "UPCE",
)  # fmt: skip
ANY_BARCODE: tuple[BarcodeFormat, ...] = (
    *_LINEAR_BARCODES, "QRCode", "DataMatrix", "PDF417", "Aztec",
)  # fmt: skip
"""Of programs that read whatever they find."""


def read_text(file: Path) -> str:
    """The text of a template file.

    Raises:
        TemplateError: It cannot be read, or is too large to be one.
    """
    try:
        size = file.stat().st_size
        if size > _MOST_BYTES:
            limit = _MOST_BYTES // 1_000_000
            raise TemplateError(str(file), (told("import.large", size=size, most=limit),))
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TemplateError(str(file), (told("import.unreadable", why=error.strerror),)) from error
    except UnicodeDecodeError as error:
        raise TemplateError(str(file), (told("import.not_utf8", why=error.reason),)) from error


def read_xml(file: Path, root: str) -> ET.Element:
    """The root element of an XML template.

    Raises:
        TemplateError: It cannot be read, is no XML, declares entities, or has another root.
    """
    text = read_text(file)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TemplateError(str(file), (told("import.doctype"),))
    try:
        found = ET.fromstring(text)  # noqa: S314  no entities can be declared
    except (ET.ParseError, ValueError) as error:
        raise TemplateError(str(file), (told("import.not_xml", why=error),)) from error
    if found.tag != root:
        problem = told("import.other_root", found=found.tag, root=root)
        raise TemplateError(str(file), (problem,))
    return found


def form_id(name: str, fallback: str) -> str:
    """A legal form id made from a file's or folder's name."""
    cleaned = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60]
    if cleaned[:1].isalpha() and cleaned.isascii():
        return cleaned
    return f"{fallback}-{cleaned}".rstrip("-")


def natural(text: str) -> tuple[tuple[str, int], ...]:
    """Sort key by which Q2 comes before Q10."""
    return tuple((word, int(number or -1)) for word, number in re.findall(r"(\D*)(\d*)", text))


class Names:
    """Names of fields, made unique; what had to be changed is told in ``warnings``."""

    def __init__(self, warnings: list[Sentence]) -> None:
        self._taken: set[str] = set()
        self._warnings = warnings

    def unique(self, wanted: str, where: str) -> str:
        """``wanted``, or with a number behind it where it is taken; ``where`` if it is empty."""
        wanted = wanted.strip() or where
        name, count = wanted, 1
        while name in self._taken:
            count += 1
            name = f"{wanted}_{count}"
        if name != wanted:
            twice = told("import.name_twice", wanted=wanted, name=name)
            self._warnings.append(at_path(where, twice))
        self._taken.add(name)
        return name


def rounded_box(left: float, top: float, right: float, bottom: float) -> BoxMm:
    """A box in mm to a tenth of a micrometre."""
    return BoxMm(
        x=round(left, 4), y=round(top, 4), width=round(right - left, 4),
        height=round(bottom - top, 4),
    )  # fmt: skip


def choice_field(
    name: str,
    label: str,
    marks: Sequence[MarkBox],
    *,
    multiple: bool,
    shape: Literal["box", "circle", "bubble"],
) -> Field:
    """A group of boxes of which one or several are marked."""
    return Field(
        name=name,
        kind="mark_group",
        labels={"en": label or name},
        box=BoxMm.around([mark.box for mark in marks]),
        marks=tuple(marks),
        multiple=multiple,
        shape=shape,
        error_kind="mark",
    )


def comb_field(name: str, label: str, cells: Sequence[BoxMm], *, digits: bool) -> Field:
    """Boxes for one character each."""
    return Field(
        name=name,
        kind="comb",
        labels={"en": label or name},
        box=BoxMm.around(list(cells)),
        cells=tuple(cells),
        groups=(len(cells),),
        alphabet="digits" if digits else "alnum",
        error_kind="number" if digits else "text",
    )


def area_field(name: str, label: str, box: BoxMm) -> Field:
    """A free area for handwriting."""
    return Field(
        name=name, kind="text_line", labels={"en": label or name}, box=box, error_kind="text"
    )


def barcode_field(
    name: str, label: str, box: BoxMm, formats: tuple[BarcodeFormat, ...] = _LINEAR_BARCODES
) -> Field:
    """A place for a barcode; linear ones unless told."""
    return Field(
        name=name, kind="barcode", value_type="barcode", labels={"en": label or name}, box=box,
        formats=formats, error_kind="barcode",
    )  # fmt: skip
