"""What is fuzzed. A target takes any bytes and returns; whatever it raises is a find.

Each takes bytes and an empty folder. What a user may be told (``PageError``, ``TemplateError``) is
no find, and is held to naming its reason and remedy.
"""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from supply import SCRAPS, Supply

from formscan.errors import TemplateError, UnreadableScanError
from formscan.export import write_outputs
from formscan.image.frames import count_frames
from formscan.image.load import LoadOptions, load
from formscan.page import PAGE_REASONS, PageRef
from formscan.reading import PageOutcome
from formscan.record import FieldValue, Problem, Record
from formscan.settle import ReviewItem, Settled, SettledPage
from formscan.templates.compile import compile_form
from formscan.templates.load import load_template, parse_template
from formscan.templates.model import Template
from formscan.validate.binds import check
from formscan.xpath import FUNCTIONS, Node, parse

DAY = date(2024, 5, 17)
CARD = Path(__file__).parents[1] / "templates/forms/posyandu.md"
SMALL = LoadOptions(max_bytes=1 << 20, max_pixels=4_000_000, max_rendered_pixels=1_000_000)
DRAWN_PX = 3508 * 3508
"""What poppler draws of a PDF page that PDFium refuses, at most."""
KEY = "uuid:11111111-2222-5333-8444-555555555555"


def image(data: bytes, folder: Path) -> None:
    """Bytes as a scan: a picture, or a reason out of the closed list with a remedy."""
    file = folder / "scan"
    file.write_bytes(data)
    try:
        frames = count_frames(file, SMALL)
        for frame in {1, frames}:
            page = load(PageRef(str(file), frame, "scan", "0" * 64), SMALL)
            assert page.gray.ndim == 2
            assert page.gray.size <= max(SMALL.max_pixels, DRAWN_PX)
    except UnreadableScanError as error:
        _has_remedy(error)


def template(data: bytes, folder: Path) -> None:
    """A ``template.json`` with some of its parts replaced: refused, or fit for use."""
    supply, tree = Supply(data), json.loads(_template_json())
    while supply and tree:
        _spoil(tree, supply)
    file = folder / "template.json"
    file.write_text(json.dumps(tree), encoding="utf-8", errors="replace")
    try:
        loaded = load_template(str(file))
    except TemplateError as error:
        _has_remedy(error)
        return
    _use(loaded, folder)


def xlsform(data: bytes, folder: Path) -> None:
    """A definition with some of its cells and rows replaced: refused, or fit for use."""
    supply, lines = Supply(data), CARD.read_text(encoding="utf-8").splitlines()
    while supply and lines:
        _misspell(lines, supply)
    file = folder / "form.md"
    file.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        compiled = compile_form(file)
    except TemplateError as error:
        _has_remedy(error)
        return
    _use(compiled, folder)


def bind(data: bytes, folder: Path) -> None:
    """An expression: refused, or evaluated on a record whatever the record holds."""
    supply = Supply(data)
    text = _expression(supply)
    record = _record_node(supply)
    try:
        parsed = parse(text)
    except TemplateError as error:
        _has_remedy(error)
        return
    parsed.references("/data/anggota/nik", "anggota")
    for node in (record, *record.children):
        parsed.holds_at(node, DAY)
        assert isinstance(parsed.text_at(node, DAY), str)


def csv_export(data: bytes, folder: Path) -> None:
    """Values of any text: the tables give back what was put in."""
    supply = Supply(data)
    settled = _settled(supply)
    write_outputs(folder, [_template()], [settled])
    record = settled.records[0]
    with (folder / "fields.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["raw"], row["value"]) for row in rows] == [
        (value.raw, value.value) for value in record.values
    ]
    with (folder / "posyandu.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    for value in record.values:
        assert row[value.name] == (value.value if value.status == "accepted" else "")


TARGETS: dict[str, Callable[[bytes, Path], None]] = {
    "image": image,
    "template": template,
    "xlsform": xlsform,
    "bind": bind,
    "csv": csv_export,
}


def _has_remedy(error: TemplateError | UnreadableScanError) -> None:
    if isinstance(error, TemplateError):
        assert all(error.problems)
        assert error.problems
    else:
        assert error.reason in PAGE_REASONS
        assert error.detail


def _use(loaded: Template, folder: Path) -> None:
    """What a run does with a template, whatever the pages say."""
    printed = {(f.name, f.row): "" for page in loaded.pages for f in page.fields}
    values = {key: SCRAPS[at % len(SCRAPS)] for at, key in enumerate(printed)}
    repeats = {f.repeat for page in loaded.pages for f in page.fields if f.repeat}
    for given, pending in ((values, frozenset()), ({}, frozenset(printed))):
        check(loaded, given, pending, DAY, {name: frozenset({1}) for name in repeats})
    inside = folder / "out"
    write_outputs(inside, [loaded], [], xlsx=False)
    assert {file.parent for file in folder.rglob("*.csv")} == {inside}
    assert loaded.sha256() == parse_template(loaded.model_dump_json(), "again").sha256()


@functools.cache
def _template_json() -> str:
    tree = json.loads(compile_form(CARD).model_dump_json(exclude_defaults=True))
    for page in tree["pages"]:
        page.pop("reference_png")
    return json.dumps(tree)


@functools.cache
def _template() -> Template:
    return parse_template(_template_json(), "card")


def _spoil(tree: Any, supply: Supply) -> None:
    """Replace, delete or double one part of a JSON tree."""
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    key = supply.one_of(keys)
    if isinstance(tree[key], dict | list) and tree[key] and supply.number(6):
        _spoil(tree[key], supply)
        return
    match supply.number(5):
        case 0:
            tree[key] = supply.text()
        case 1:
            tree[key] = supply.one_of([None, True, 0, -1, 1e308, 2**63, [], {}, [[]], "1", 0.5])
        case 2:
            del tree[key]
        case 3:
            tree[key] = tree[supply.one_of(keys)]
        case _:
            if isinstance(tree, list):
                tree.append(tree[key])
            else:
                tree[supply.text()] = tree[key]


def _misspell(lines: list[str], supply: Supply) -> None:
    """Replace a cell, or delete, double or move a row."""
    at = supply.number(len(lines))
    match supply.number(6):
        case 0:
            lines.insert(supply.number(len(lines)), lines[at])
        case 1 if len(lines) > 1:
            del lines[at]
        case _:
            cells = lines[at].split("|")
            cells[supply.number(len(cells))] = supply.one_of(
                [supply.text(), supply.one_of(supply.one_of(lines).split("|"))]
            )
            lines[at] = "|".join(cells)


_PIECES = (
    "/data/anggota", "/data", "/", "//", "..", ".", "*", "@", "nik", "umur", "[", "]", "(", ")",
    ",", " and ", " or ", " = ", " != ", " < ", " >= ", " + ", " - ", " * ", " div ", " mod ",
    " | ", "1", "0", "1e9", "'a'", "''", '"', "'2024-02-29'", "99999999999999999999", ":", "::",
    "$x", "self::", "position()", "${nik}", *(f"{name}(" for name in sorted(FUNCTIONS)),
)  # fmt: skip


def _expression(supply: Supply) -> str:
    text = "".join(
        supply.text() if supply.number(8) == 7 else supply.one_of(_PIECES)
        for _ in range(supply.number(60))
    )
    return text + ")" * max(0, min(text.count("(") - text.count(")"), 50))


def _record_node(supply: Supply) -> Node:
    data = Node("data", Node(""))
    for row in (1, 3):
        member = Node("anggota", data, row=row)
        Node("nik", member, supply.text())
        Node("umur", member, supply.text())
    return data


def _settled(supply: Supply) -> Settled:
    printed = [field for page in _template().pages for field in page.fields]
    values = tuple(
        FieldValue(
            name=field.name, row=field.row, repeat=field.repeat, page=1, raw=supply.text(),
            value=supply.text(), confidence=supply.number(10_001) / 10_000,
            status=supply.one_of(["accepted", "review", "blank"]), reader="comb", scan="a", frame=1,
            box_px=(0, 0, 1, 1), problems=(supply.text(),),
        )
        for field in printed
    )  # fmt: skip
    record = Record(
        key=KEY, form="posyandu", version="1", serial="00000001", print_run="ABC123",
        status="review", values=values, problems=(Problem("required", supply.text()),),
        scans=(supply.text(),),
    )  # fmt: skip
    ref = PageRef("/x/a", 1, supply.text(), "aa")
    page = SettledPage(PageOutcome(ref, "rejected"), "rejected", "damaged_file")
    item = ReviewItem(KEY, supply.text(), 1, supply.text(), supply.text(), 0.5, "rule", "a", 1)
    return Settled(records=(record,), pages=(page,), review_items=(item,))
