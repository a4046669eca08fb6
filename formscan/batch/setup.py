"""The forms of a run."""

from __future__ import annotations

from collections.abc import Sequence

from formscan.errors import TemplateError, told
from formscan.pipeline import PageSetup
from formscan.rules import require_rules
from formscan.templates.load import library, load_template
from formscan.templates.model import Template

__all__ = ["load_setup"]


def load_setup(forms: Sequence[str]) -> PageSetup:
    """The templates of a run: those named, or the whole library.

    A named template without page codes becomes the form of every page that carries none.

    Raises:
        TemplateError: One cannot be loaded or asks for a rule that is not installed, two differ
            under one (form, version), or two without page codes are named.
    """
    templates = _distinct([load_template(source) for source in forms or library()])
    for template in templates:
        require_rules(template)
    if not templates:
        raise TemplateError("library", (told("template.library_empty"),))
    uncoded = [one for one in templates if forms and not _has_codes(one)]
    if len(uncoded) > 1:
        names = ", ".join(one.form for one in uncoded)
        raise TemplateError("--form", (told("template.uncoded", names=names),))
    return PageSetup(templates=tuple(templates), forced=uncoded[0] if uncoded else None)


def _has_codes(template: Template) -> bool:
    return any(layout.qr_box is not None for layout in template.pages)


def _distinct(templates: Sequence[Template]) -> list[Template]:
    kept: dict[tuple[str, str], Template] = {}
    for template in templates:
        other = kept.setdefault((template.form, template.version), template)
        if other.sha256() != template.sha256():
            twice = told("template.twice", version=template.version)
            raise TemplateError(template.form, (twice,))
    return [kept[key] for key in sorted(kept)]
