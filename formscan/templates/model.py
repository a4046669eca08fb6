"""The template: one form as geometry in millimetres, fields, code lists and binds.

The same model comes out of an XLSForm (``formscan form build``), an importer, or boxes drawn
over a blank scan. It is stored as one JSON file, hashed, and never edited by ``run``.
Its JSON Schema is what ``formscan form schema`` prints.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import Field as Constraint
from pydantic import model_validator

from formscan.errors import told
from formscan.geometry import BoxMm
from formscan.templates.decor import Decor
from formscan.templates.question import Frozen, Labels, Question

__all__ = [
    "ALPHABETS",
    "MAX_ERROR",
    "Anchor",
    "BarcodeFormat",
    "Choice",
    "ErrorKind",
    "Field",
    "FieldKind",
    "MarkBox",
    "PageLayout",
    "Table",
    "Template",
]

FieldKind = Literal["mark_group", "mark_grid", "comb", "text_line", "barcode", "signature", "image"]
"""``comb`` covers numbers, codes, dates, identifiers and names: what differs is said by
``value_type``, ``alphabet``, ``pattern`` and ``code_list``."""

BarcodeFormat = Literal[
    "Code128", "ITF", "EAN13", "EAN8", "DataMatrix", "QRCode",
    "Code39", "Code93", "Codabar", "UPCA", "UPCE", "PDF417", "Aztec",
]  # fmt: skip

ErrorKind = Literal["mark", "code", "number", "date", "id", "barcode", "name", "text"]

MAX_ERROR: dict[ErrorKind, float] = {
    "mark": 0.0001,
    "code": 0.001,
    "number": 0.001,
    "date": 0.001,
    "id": 0.001,
    "barcode": 0.001,
    "name": 0.005,
    "text": 0.005,
}
"""Marginal probability of being wrong at which a field is still accepted by itself."""

ALPHABETS: dict[str, str] = {
    "digits": "0123456789",
    "letters": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "alnum": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ/-",
    "name": "ABCDEFGHIJKLMNOPQRSTUVWXYZ.,'",
}
"""Characters that one box of a comb can hold; a space is an empty box between letters."""


class Choice(Frozen):
    """One entry of a code list, as printed and as stored."""

    value: str
    labels: Labels = {}


class MarkBox(Frozen):
    """A box, circle or bubble that is marked to choose ``value``."""

    value: str
    box: BoxMm
    labels: Labels = {}


class Field(Frozen):
    """One printed field.

    Attributes:
        name: Question name; unique together with ``row``.
        row: Printed row number where the field belongs to a repeat.
        repeat: Name of that repeat.
        box: Outline of the whole field, mm.
        cells: The boxes of a comb, left to right, mm.
        groups: How the boxes are printed in groups, e.g. (6, 6, 4); sums to ``len(cells)``.
        alphabet: Key of ``ALPHABETS``.
        pattern: ``DDMMYYYY`` or ``MMYYYY`` for dates, else "".
        code_list: Key of ``Template.code_lists`` that holds every legal value.
        marks: The choices of a mark_group.
        columns: The groups of a mark_grid, whose values concatenate.
        multiple: Whether several marks may stand; values are joined by ``multiple_join``.
        empty_value: What a blank group says in ``raw`` (importers; "" for our own forms).
        shape: Outline of the marks.
        formats: The symbologies that a barcode field takes.
        printed: A text_line that a machine prints or types, not a hand.
        label_inside: A letter or digit is printed inside the marks.
        required: Printed answer always expected, whatever else is filled (importers).
        drop_out: "#rrggbb" of the tint of its boxes, "" for black or grey lines.
        evidence: Names of fields that say the same thing in part.
        paper_only: No such question on the phone; not a column of the CSV.
    """

    name: str
    row: int | None = None
    repeat: str = ""
    kind: FieldKind
    value_type: Literal[
        "text", "integer", "date", "select_one", "select_multiple", "image", "barcode"
    ] = "text"
    labels: Labels = {}
    box: BoxMm
    cells: tuple[BoxMm, ...] = ()
    groups: tuple[int, ...] = ()
    alphabet: Literal["", "digits", "letters", "alnum", "name"] = ""
    pattern: Literal["", "DDMMYYYY", "MMYYYY"] = ""
    code_list: str = ""
    marks: tuple[MarkBox, ...] = ()
    columns: tuple[tuple[MarkBox, ...], ...] = ()
    multiple: bool = False
    multiple_join: Literal["", " "] = " "
    empty_value: str = ""
    shape: Literal["box", "circle", "bubble"] = "box"
    formats: tuple[BarcodeFormat, ...] = ()
    printed: bool = False
    label_inside: bool = False
    required: bool = False
    drop_out: Annotated[str, Constraint(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    error_kind: ErrorKind = "text"
    evidence: tuple[str, ...] = ()
    paper_only: bool = False


class Anchor(Frozen):
    """Something printed that registration looks for.

    Attributes:
        kind: ``tag`` (AprilTag 36h11), ``square``, ``ring``, ``corner``, ``line``,
            ``picture`` (a small anchor picture) or ``paper`` (the sheet's own edge).
        box: Where it is printed, mm; for tags the black square without its quiet zone.
        tag_id: AprilTag 36h11 id.
        picture_png: Base64 PNG of an anchor picture.
        other_pngs: Other looks that it may have, where nobody knows which is printed; as many for
            each anchor picture of the page, in the same order.
    """

    kind: Literal["tag", "square", "ring", "corner", "line", "picture", "paper"]
    box: BoxMm
    tag_id: int = -1
    picture_png: str = ""
    other_pngs: tuple[str, ...] = ()


class PageLayout(Frozen):
    """One printed page.

    Attributes:
        page: 1-based page type (pages 3 and 4 of FK23 are continuation sheets).
        rows: (first, last) printed rows of the repeat on it, None where it has none.
        continuation: Printed only when there are more rows than the main pages hold.
        anchors: What registration looks for; empty = the whole picture is the sheet.
        qr_box: Where the QR is printed, mm, None where the form has none.
        bars_box: Where its identity stands once more as a Code128 along the longer side, mm; None
            where the form has none.
        page_codes: Texts of barcodes that are no page code of ours, each of which names the page.
        decor: Texts, rules and areas printed around the fields; empty for imported forms.
        reference_png: Base64 PNG of the blank page at ``reference_dpi``.
    """

    page: Annotated[int, Constraint(ge=1)]
    width_mm: float
    height_mm: float
    rows: tuple[int, int] | None = None
    continuation: bool = False
    anchors: tuple[Anchor, ...] = ()
    qr_box: BoxMm | None = None
    bars_box: BoxMm | None = None
    page_codes: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    decor: tuple[Decor, ...] = ()
    reference_dpi: int = 150
    reference_png: str = ""


class Table(Frozen):
    """A lookup table that the form refers to; it travels apart and must match its hash."""

    name: str
    sha256: str


class Template(Frozen):
    """One form and version.

    Attributes:
        form: Form id, e.g. ``fk23``.
        version: Form version, text.
        pages: Page types, in order.
        pages_per_record: How many pages make a record complete (without continuation).
        complete_with_page_1: XPath on the record; true = page 1 alone is a complete record.
        questions: In survey order, groups and repeats included; empty for imported forms.
        source: "xlsform" or the importer's name and version.
        warnings: What is legal and yet seldom meant, or what an importer could not carry over:
            in English, or in each language.
    """

    schema_version: Literal[1] = 1
    form: Annotated[str, Constraint(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
    version: str
    title: Labels = {}
    pages: tuple[PageLayout, ...]
    pages_per_record: int = 1
    complete_with_page_1: str = ""
    questions: tuple[Question, ...] = ()
    code_lists: dict[str, tuple[Choice, ...]] = {}
    tables: tuple[Table, ...] = ()
    default_language: str = "id"
    source: str = ""
    warnings: tuple[str | Labels, ...] = ()

    @model_validator(mode="after")
    def _fields_are_unique(self) -> Template:
        seen: set[tuple[str, int | None]] = set()
        for layout in self.pages:
            for field in layout.fields:
                key = (field.name, field.row)
                if key in seen:
                    row = "-" if field.row is None else field.row
                    raise ValueError(told("template.field_twice", name=field.name, row=row))
                seen.add(key)
        return self

    def layout(self, page: int) -> PageLayout:
        """The layout of page type ``page``; raises KeyError where there is none."""
        for layout in self.pages:
            if layout.page == page:
                return layout
        raise KeyError(page)

    def sha256(self) -> str:
        """Hex digest of the canonical JSON of the template."""
        text = self.model_dump_json(exclude_defaults=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def choices(self, field: Field) -> tuple[Choice, ...]:
        """The code list of a field, () where it has none."""
        return self.code_lists.get(field.code_list, ())

    def __hash__(self) -> int:
        return hash((self.form, self.version))


def json_schema() -> dict[str, Any]:
    """The JSON Schema of ``template.json``."""
    return Template.model_json_schema()
