"""Definition → the files that a form consists of."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from formscan.errors import StoreError, told
from formscan.templates.compile import blank_codes, compile_form
from formscan.templates.draw import draw_pages
from formscan.templates.model import Template
from formscan.templates.namespaces import declare_own
from formscan.templates.workbook import read_workbook
from formscan.templates.xform import OWN_SETTINGS

__all__ = ["build_form", "template_json", "write_xlsform"]

_EPOCH = datetime(2023, 7, 1, tzinfo=UTC).replace(tzinfo=None)
"""Creation date that is written into the file: the same input gives the same bytes."""


def build_form(definition: Path, folder: Path) -> list[Path]:
    """Write ``template.json``, ``blank.pdf`` and ``<form>.form.xlsx``.

    Returns:
        The files, in that order.

    Raises:
        TemplateError: The definition has problems.
        StoreError: The folder cannot be written.
    """
    template = compile_form(definition)
    files = [folder / name for name in ("template.json", "blank.pdf", f"{template.form}.form.xlsx")]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files[0].write_text(template_json(template), encoding="utf-8", newline="\n")
        files[1].write_bytes(draw_pages(template, blank_codes(template)))
        write_xlsform(definition, files[2])
    except OSError as error:
        raise StoreError(told("store.no_folder", out=folder, why=error)) from error
    return files


def template_json(template: Template) -> str:
    """The template as it is stored: one line, defaults left out."""
    return f"{template.model_dump_json(exclude_defaults=True)}\n"


def write_xlsform(definition: Path, target: Path) -> None:
    """The definition for ODK and Kobo: text cells only, without what is for paper alone."""
    import xlsxwriter

    book = declare_own(read_workbook(definition))
    with xlsxwriter.Workbook(str(target), {"in_memory": True}) as workbook:
        workbook.set_properties({"created": _EPOCH})
        as_text = workbook.add_format({"num_format": "@"})
        head = workbook.add_format({"num_format": "@", "bold": True})
        for name in ("survey", "choices", "settings"):
            if name not in book.sheets:
                continue
            sheet = workbook.add_worksheet(name)
            own = OWN_SETTINGS if name == "settings" else frozenset[str]()
            columns = [c for c in book.sheets[name].header if c and c not in own]
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column, head)
            for row in book.rows(name):
                for at, column in enumerate(columns):
                    if column in row.cells:
                        sheet.write_string(row.number - 1, at, row.cells[column], as_text)
            sheet.freeze_panes(1, 0)
