"""One page of an imported form as a form of its own.

Pages of foreign forms are told apart by what their program printed on them, or by where their
boxes lie; who scans each page by itself need not rely on that.
"""

from __future__ import annotations

from formscan.errors import TemplateError, in_each_language, told
from formscan.templates.model import Template

__all__ = ["only_page"]


def only_page(template: Template, page: int | None) -> Template:
    """The template with one page only; with all of them where none is named.

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
        warning = in_each_language(told("import.many_pages", number=count))
        return template.model_copy(update={"warnings": (*template.warnings, warning)})
    if page > count:
        raise TemplateError(template.form, (told("import.no_such_page", page=page, number=count),))
    layout = template.layout(page).model_copy(update={"page": 1})
    form = template.form if count == 1 else f"{template.form[:60]}-h{page}"
    return template.model_copy(update={"form": form, "pages": (layout,)})
