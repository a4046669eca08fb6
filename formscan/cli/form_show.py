"""What ``formscan form show`` says: the pages of a form, its questions and its code lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formscan.cli.speech import labelled, say
from formscan.templates.model import Field, PageLayout, Template

__all__ = ["show_lines"]


def show_lines(template: Template) -> Iterator[str]:
    """The form, a heading and the questions of each page, the code lists, what to look at."""
    yield say(
        "form.shown",
        form=template.form,
        version=template.version,
        title=labelled(template.title),
        sha256=template.sha256(),
        per_record=template.pages_per_record,
    )
    for page in template.pages:
        yield _page(page)
        yield from _aligned([_question(field, template) for field in _once(page)])
    used = {field.code_list for page in template.pages for field in page.fields}
    for name in sorted(used & template.code_lists.keys()):
        choices = template.code_lists[name]
        words = ", ".join(f"{one.value} {labelled(one.labels)}".strip() for one in choices)
        yield say("form.shown_list", name=name, choices=words)
    for warning in template.warnings:
        yield say("form.shown_warning", warning=labelled(warning))


def _page(page: PageLayout) -> str:
    marks = sum(
        len(field.marks) + sum(len(column) for column in field.columns) for field in page.fields
    )
    line = say(
        "form.shown_page",
        page=page.page,
        width=f"{page.width_mm:g}",
        height=f"{page.height_mm:g}",
        fields=len(page.fields),
        boxes=sum(len(field.cells) for field in page.fields),
        marks=marks,
    )
    if page.rows:
        line += say("form.shown_rows", first=page.rows[0], last=page.rows[1])
    return line + (say("form.shown_continuation") if page.continuation else "")


def _once(page: PageLayout) -> list[Field]:
    """The fields of a page; those of a repeat once."""
    return list({field.name: field for field in reversed(page.fields)}.values())[::-1]


def _question(field: Field, template: Template) -> tuple[str, ...]:
    """Name, kind, boxes, code list, label."""
    name = f"{field.repeat}.{field.name}" if field.repeat else field.name
    boxes = ""
    if field.kind != "comb":
        kind = say(f"form.kind_{field.kind}")
    else:
        kind = say(f"form.value_{field.value_type}", alphabet=say(f"form.chars_{field.alphabet}"))
        boxes = "+".join(map(str, field.groups or (len(field.cells),)))
    if field.marks:
        boxes = say("form.shown_ticks", number=len(field.marks))
    elif field.columns:
        boxes = f"{len(field.columns)} x {len(field.columns[0])}"
    listed = field.code_list if field.code_list in template.code_lists else ""
    return name, kind, boxes, listed, labelled(field.labels)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join(["", *cells, row[4]]).rstrip()
