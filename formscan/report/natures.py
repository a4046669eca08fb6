"""What sort of field a row of the tables is about: from its template where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formscan.errors import TemplateError
from formscan.report.rows import ReadRow
from formscan.templates.model import Field, Template
from formscan.validate.values import is_picture

__all__ = ["Nature", "Natures", "find_natures", "find_templates"]


@dataclass(frozen=True, slots=True)
class Nature:
    """What evaluation needs to know of a field.

    Attributes:
        kind: Error kind (``mark``, ``code`` …), ``image`` for pictures, else ``unknown``.
        comb: Written in boxes, so that characters can be counted.
        empty_value: What ``raw`` says where the field is blank.
    """

    kind: str
    comb: bool = False
    empty_value: str = ""


@dataclass(frozen=True, slots=True)
class Natures:
    """Natures by form and field name; the same name in another form is the second guess."""

    by_form: dict[tuple[str, str], Nature]
    by_name: dict[str, Nature]

    def of(self, form: str, field: str) -> Nature:
        """The nature of ``field`` on ``form`` ("" where the form is not known)."""
        found = self.by_form.get((form, field)) or self.by_name.get(field)
        return found or Nature("unknown", comb=True)


def find_templates(
    reads: Iterable[ReadRow], given: Sequence[Template] = ()
) -> tuple[Template, ...]:
    """The templates behind the rows: those given, then the library's; others stay unknown."""
    known = {template.form: template for template in given}
    lacking = sorted({read.form for read in reads if read.form} - known.keys())
    if lacking:
        from formscan.templates.load import load_template  # slow: the XLSForm compiler behind it
    for form in lacking:
        try:
            known[form] = load_template(form)
        except TemplateError:
            continue
    return tuple(known[form] for form in sorted(known))


def find_natures(reads: Iterable[ReadRow], templates: Sequence[Template]) -> Natures:
    """Natures from the templates, and from the readers' names where a form has none."""
    by_form: dict[tuple[str, str], Nature] = {}
    for template in templates:
        for layout in template.pages:
            for field in layout.fields:
                by_form[template.form, field.name] = _of_field(field)
    for read in reads:
        if (read.form, read.field) not in by_form:
            by_form[read.form, read.field] = _of_reading(read)
    by_name: dict[str, Nature] = {}
    for (_, name), nature in sorted(by_form.items(), key=lambda item: item[0]):
        by_name.setdefault(name, nature)
    return Natures(by_form, by_name)


def _of_field(field: Field) -> Nature:
    kind = "image" if is_picture(field) else field.error_kind
    return Nature(kind, comb=field.kind == "comb", empty_value=field.empty_value)


def _of_reading(read: ReadRow) -> Nature:
    if read.status == "image" or read.reader.startswith("picture"):
        return Nature("image")
    if read.reader.startswith("mark"):
        return Nature("mark")
    return Nature("unknown", comb=True)
