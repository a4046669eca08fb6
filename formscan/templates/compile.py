"""Form definition → template: questions, geometry and a reference picture of each page."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from formscan.errors import TemplateError, in_each_language
from formscan.tables import table_sha256
from formscan.templates.draw import SHEETS, draw_pages
from formscan.templates.layout import Laid, lay_out
from formscan.templates.layout.pages import Sheet
from formscan.templates.layout.scope import Scope
from formscan.templates.model import PageLayout, Table, Template
from formscan.templates.payload import PageCode
from formscan.templates.place import concerns
from formscan.templates.skips import find_skips
from formscan.templates.xlsform import Definition, read_definition

__all__ = ["BLANK_PRINT_RUN", "BLANK_SERIAL", "blank_codes", "compile_form", "raster"]

BLANK_SERIAL = "00000000"
BLANK_PRINT_RUN = "000000"
"""Identity of pages that are pictures of the form, not sheets to fill."""

REFERENCE_DPI = 150
_NONE = Laid((), ())
_POSTERIZED = [17 * round(level / 17) for level in range(256)]


def compile_form(path: Path) -> Template:
    """Compile a definition (``.md`` or ``.xlsx``).

    Raises:
        TemplateError: With every problem of the definition.
    """
    definition = read_definition(path)
    questions = {question.name: question for question in definition.questions}
    scope = Scope(
        questions=questions,
        code_lists=definition.code_lists,
        language=definition.language,
        skips=find_skips(definition.paper, questions, definition.code_lists, definition.language),
    )
    laid = lay_out(definition.paper, scope, _sheet(definition)) if _drawable(definition) else _NONE
    if problems := (*definition.problems, *laid.problems):
        raise TemplateError(str(path), problems)
    template = Template(
        form=definition.form,
        version=definition.version,
        title={definition.language: definition.title},
        pages=laid.pages,
        pages_per_record=sum(not page.continuation for page in laid.pages) or 1,
        complete_with_page_1=definition.resolve(
            definition.settings.get("complete_with_page_1", "")
        ),
        questions=definition.questions,
        code_lists=definition.code_lists,
        tables=tuple(Table(name=name, sha256=table_sha256(name)) for name in definition.tables),
        default_language=definition.language,
        source="xlsform",
        warnings=tuple(map(in_each_language, definition.warnings)),
    )
    return _with_references(template)


def _drawable(definition: Definition) -> bool:
    """Whether what is wrong leaves a sheet to draw, whose own problems are then told as well."""
    lists = {question.code_list for question in definition.questions} - {""}
    on_paper = any(concerns(problem, "paper") for problem in definition.problems)
    return not on_paper and lists <= definition.code_lists.keys()


def blank_codes(template: Template) -> list[PageCode]:
    """One page code per page type, with an identity that no printed sheet has."""
    return [
        PageCode(template.form, template.version, page.page, BLANK_SERIAL, BLANK_PRINT_RUN)
        for page in template.pages
    ]


def _sheet(definition: Definition) -> Sheet:
    short, long = SHEETS["a4"]
    portrait = definition.settings.get("orientation", "landscape") == "portrait"
    width, height = (short, long) if portrait else (long, short)
    code = definition.settings.get("sheet_code", f"{definition.form.upper()}-H{{page}}")
    return Sheet(width_mm=width, height_mm=height, code=code, title=definition.title)


def _with_references(template: Template) -> Template:
    pictures = raster(draw_pages(template, blank_codes(template)), REFERENCE_DPI)
    pages: list[PageLayout] = []
    for page, png in zip(template.pages, pictures, strict=True):
        update = {"reference_png": base64.b64encode(png).decode(), "reference_dpi": REFERENCE_DPI}
        pages.append(page.model_copy(update=update))
    return template.model_copy(update={"pages": tuple(pages)})


def raster(pdf: bytes, dpi: int) -> list[bytes]:
    """Each page of a PDF as grey PNG of 16 levels: enough for a reference, in fewer bytes."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    pictures: list[bytes] = []
    try:
        for page in document:
            image = page.render(scale=dpi / 72, grayscale=True).to_pil()
            buffer = io.BytesIO()
            image.point(_POSTERIZED).save(buffer, "PNG", optimize=True)
            pictures.append(buffer.getvalue())
            page.close()
    finally:
        document.close()
    return pictures
