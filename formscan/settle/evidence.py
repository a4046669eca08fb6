"""Handwriting that tells which family a page belongs to, beside its serial.

A page that is not the first repeats part of the family's identity in boxes of its own, fields
that no phone has and whose ``evidence`` names the question they repeat (FK23 page 2: the last six
digits of No. KK). Where both are read with certainty and disagree, the serial joined pages of two
families.
"""

from __future__ import annotations

from collections.abc import Mapping

from formscan.settle.accept import judge
from formscan.settle.link import Sheaf
from formscan.templates.model import ErrorKind, Field, Template

__all__ = ["disagrees"]


def disagrees(sheaf: Sheaf, template: Template, max_error: Mapping[ErrorKind, float]) -> bool:
    """Whether a page of the sheaf surely names another family than the page it repeats."""
    repeated = [
        (field, name)
        for layout in template.pages
        for field in layout.fields
        if field.paper_only and field.evidence and field.row is None
        for name in field.evidence
    ]
    if not repeated:
        return False
    asked = {field.name for field, _ in repeated} | {name for _, name in repeated}
    sure = _sure_values(sheaf, template, asked, max_error)
    if sheaf.identity.serial:
        sure.setdefault("no_seri", sheaf.identity.serial)
    return any(
        not _same(sure[field.name], sure[name])
        for field, name in repeated
        if field.name in sure and name in sure
    )


def _sure_values(
    sheaf: Sheaf, template: Template, asked: set[str], max_error: Mapping[ErrorKind, float]
) -> dict[str, str]:
    fields: dict[str, Field] = {
        field.name: field
        for layout in template.pages
        for field in layout.fields
        if field.row is None and field.name in asked
    }
    found: dict[str, str] = {}
    for page in sheaf.pages:
        for reading in page.readings:
            if reading.name not in fields or reading.row is not None:
                continue
            judged = judge(fields[reading.name], reading, template, max_error)
            if judged.value and not judged.pending:
                found[reading.name] = judged.value
    return found


def _same(part: str, whole: str) -> bool:
    """Whether ``part`` is the end of ``whole``, or the same number in other boxes."""
    if whole.endswith(part):
        return True
    return part.isdigit() and whole.isdigit() and int(part) == int(whole)
