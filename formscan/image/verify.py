"""The printed structure as judge: no page passes whose boxes are not where they should be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from formscan.errors import RegistrationError
from formscan.image.warp import Warp

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
    """

    lines: float = 0.6
    weakest: float = 0.5
    patches: float = 0.85
    known_trusted: float = 0.3
    known: float = 0.5
    known_against_lines: float = 0.6
    worst_mm: float = 1.0


def verify(warp: Warp, *, trusted: bool, options: VerifyOptions) -> None:
    """Accept a transform that its lines or its patches confirm, or refuse it.

    Args:
        warp: From ``estimate_warp``.
        trusted: All anchors agree; then a scan on which nothing else of the structure can be
            judged (no outlines, no reference picture) may still pass.
        options: Limits.

    Raises:
        RegistrationError: ``residual_too_large``.
    """
    visible = warp.lines_seen >= options.lines
    by_lines = visible and warp.weakest >= options.weakest
    agree = math.isnan(warp.patches_seen) or (
        warp.patches_seen >= options.patches and warp.worst_mm <= options.worst_mm
    )
    by_patches = (
        warp.patches_known >= (options.known_trusted if trusted else options.known)
        and warp.patches_seen >= options.patches
        and warp.worst_mm <= options.worst_mm
        and (by_lines or not visible or warp.patches_known >= options.known_against_lines)
    )
    if by_patches or (by_lines and trusted and agree):
        return
    if trusted and math.isnan(warp.lines_seen) and math.isnan(warp.patches_known):
        return
    detail = (
        f"printed boxes found in their place: {_percent(warp.lines_seen)} "
        f"(worst region {_percent(warp.weakest)}), texts and areas: "
        f"{_percent(warp.patches_seen)} of {_percent(warp.patches_known)}; "
        "flatten the sheet and scan it again"
    )
    raise RegistrationError("residual_too_large", detail)


def _percent(share: float) -> str:
    return "not known" if math.isnan(share) else f"{100 * share:.0f} %"
