"""The templates of a batch, by the form and version that a page names."""

from __future__ import annotations

from collections.abc import Mapping

from formscan.errors import TemplateError, told
from formscan.page import Identity
from formscan.reading import PageOutcome
from formscan.templates.model import Template

__all__ = ["Known", "identity_of", "template_of"]

Known = Mapping[tuple[str, str], Template]
"""(form, version) to template."""


def identity_of(outcome: PageOutcome) -> Identity:
    """The identity of a page that has one; ValueError where it has none."""
    if outcome.identity is None:
        message = f"page without identity: {outcome.ref.scan}"
        raise ValueError(message)
    return outcome.identity


def template_of(outcome: PageOutcome, known: Known) -> Template:
    """The template of a page with an identity.

    Raises:
        TemplateError: Its form version is not among ``known``.
    """
    identity = identity_of(outcome)
    template = known.get((identity.form, identity.version))
    if template is None:
        remedy = told("template.not_loaded", version=identity.version)
        raise TemplateError(identity.form, (remedy,))
    return template
