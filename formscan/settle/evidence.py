"""Handwriting that tells which family a page belongs to, beside its serial.

A page that is not the first repeats part of the family's identity in boxes of its own, fields
that no phone has and whose ``evidence`` names the question they repeat (FK23 page 2: the last six
digits of No. KK). Where both are read clearly and nothing that the one may say agrees with
anything that the other may say, the serial joined pages of two families. Neither need be sure
enough to be accepted: a false alarm costs a look, a miss mixes two families.
"""

from __future__ import annotations

from collections.abc import Mapping

from formscan.settle.link import Sheaf
from formscan.templates.model import Template
from formscan.validate.values import UNREADABLE

__all__ = ["disagrees"]


def disagrees(sheaf: Sheaf, template: Template, clear: float = 0.9, shared: float = 0.01) -> bool:
    """Whether a page of the sheaf names another family than the page it repeats.

    Args:
        sheaf: Pages of one serial.
        template: Their form.
        clear: Probability that both best readings must have.
        shared: Probability that both say the same, below which they disagree.
    """
    repeated = [
        (field.name, name)
        for layout in template.pages
        for field in layout.fields
        if field.paper_only and field.evidence and field.row is None
        for name in field.evidence
    ]
    if not repeated:
        return False
    said = _candidates(sheaf, {name for pair in repeated for name in pair})
    if sheaf.identity.serial:
        said.setdefault("no_seri", {sheaf.identity.serial: 1.0})
    return any(
        min(max(said[part].values()), max(said[whole].values())) >= clear
        and _agreement(said[part], said[whole]) < shared
        for part, whole in repeated
        if part in said and whole in said
    )


def _candidates(sheaf: Sheaf, asked: set[str]) -> dict[str, dict[str, float]]:
    """What each field may say, with probabilities; blank and unreadable fields say nothing."""
    found: dict[str, dict[str, float]] = {}
    for page in sheaf.pages:
        for reading in page.readings:
            if reading.name in asked and reading.row is None and reading.raw.strip():
                texts = {c.text: c.probability for c in reading.candidates if c.text}
                if UNREADABLE not in reading.raw:
                    found[reading.name] = texts
    return found


def _agreement(part: Mapping[str, float], whole: Mapping[str, float]) -> float:
    return sum(p * q for a, p in part.items() for b, q in whole.items() if _same(a, b))


def _same(part: str, whole: str) -> bool:
    """Whether ``part`` is the end of ``whole``, or the same number in other boxes."""
    if whole.endswith(part):
        return True
    return part.isdigit() and whole.isdigit() and int(part) == int(whole)
