"""One page of an imported form as a form of its own.

Foreign pages carry no page code of ours, so a run takes every picture for the first page.
"""

from __future__ import annotations

from formscan.errors import TemplateError
from formscan.templates.model import Template

__all__ = ["only_page"]


def only_page(template: Template, page: int | None) -> Template:
    """The template with one page only; with all of them, and a warning, where none is named.

    Args:
        template: Of an importer.
        page: 1-based page; None = all.

    Raises:
        TemplateError: There is no such page.
    """
    count = len(template.pages)
    if page is None:
        if count == 1:
            return template
        warning = (
            f"{count} pages without a page code of ours: a run takes every picture for page 1; "
            "import each page by itself with --page, and run each with its own scans"
        )
        return template.model_copy(update={"warnings": (*template.warnings, warning)})
    if page > count:
        raise TemplateError(template.form, (f"--page {page}: the form has {count} pages",))
    layout = template.layout(page).model_copy(update={"page": 1})
    form = template.form if count == 1 else f"{template.form[:60]}-h{page}"
    return template.model_copy(update={"form": form, "pages": (layout,)})
