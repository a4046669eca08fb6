"""The printed structure as judge: no page passes whose boxes are not where they should be."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from formscan.errors import RegistrationError
from formscan.geometry import BoxMm
from formscan.image.evidence import Evidence
from formscan.image.parts import PartOptions, doubtful_parts
from formscan.templates.model import PageLayout

__all__ = ["VerifyOptions", "verify"]


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What must be seen for a registration to stand.

    Attributes:
        lines: Least share of box outlines where they should be.
        weakest: The same in the worst region of the page.
        patches: Least share of recognised patches where they should be.
        known_trusted: Least share of patches that are recognised, where all anchors agree.
        known: Likewise where they do not, or some are missing.
        known_against_lines: Likewise where one region's outlines are not found.
        worst_mm: A recognised patch further off than this speaks against the page.
        max_doubtful: A page that is proven but for some parts is refused where these hold more
            than this share of its fields.
        parts: How it is judged part by part.
    """

    lines: float = 0.6
    weakest: float = 0.5
    patches: float = 0.85
    known_trusted: float = 0.3
    known: float = 0.5
    known_against_lines: float = 0.6
    worst_mm: float = 1.0
    max_doubtful: float = 0.34
    parts: PartOptions = dataclasses.field(default_factory=PartOptions)


def verify(
    evidence: Evidence, layout: PageLayout, *, trusted: bool, options: VerifyOptions
) -> tuple[BoxMm, ...]:
    """Accept a transform that its lines or its patches confirm, or refuse it.

    Args:
        evidence: The last look at the page.
        layout: Its page of the template.
        trusted: All anchors agree; then a scan on which nothing else of the structure can be
            judged (no outlines, no reference picture) may still pass.
        options: Limits.

    Returns:
        The parts of the sheet whose print is not where it should be, though the rest is proven:
        what is read there is never sure.

    Raises:
        RegistrationError: ``residual_too_large``.
    """
    size_mm = (layout.width_mm, layout.height_mm)
    visible = evidence.lines_seen >= options.lines
    parts = doubtful_parts(evidence, size_mm, lines=visible, options=options.parts)
    if _is_proven(evidence, trusted, options):
        return parts
    few = parts and _share_of_fields(layout, parts) <= options.max_doubtful
    if few and _is_proven(evidence.outside(parts), trusted, options):
        return parts
    detail = (
        f"printed boxes found in their place: {_percent(evidence.lines_seen)} "
        f"(worst region {_percent(evidence.weakest)}), texts and areas: "
        f"{_percent(evidence.patches_seen)} of {_percent(evidence.patches_known)}; "
        "flatten the sheet and scan it again"
    )
    raise RegistrationError("residual_too_large", detail)


def _is_proven(evidence: Evidence, trusted: bool, options: VerifyOptions) -> bool:
    visible = evidence.lines_seen >= options.lines
    by_lines = visible and evidence.weakest >= options.weakest
    known = evidence.patches_known
    agree = math.isnan(evidence.patches_seen) or (
        evidence.patches_seen >= options.patches and evidence.worst_mm <= options.worst_mm
    )
    by_patches = (
        agree
        and known >= (options.known_trusted if trusted else options.known)
        and (by_lines or not visible or known >= options.known_against_lines)
    )
    nothing_to_judge = math.isnan(evidence.lines_seen) and math.isnan(known)
    return by_patches or (trusted and ((by_lines and agree) or nothing_to_judge))


def _share_of_fields(layout: PageLayout, parts: tuple[BoxMm, ...]) -> float:
    touched = sum(any(part.touches(field.box) for part in parts) for field in layout.fields)
    return touched / max(1, len(layout.fields))


def _percent(share: float) -> str:
    return "not known" if math.isnan(share) else f"{100 * share:.0f} %"
