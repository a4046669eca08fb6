"""Judges a sample scan before a whole stack is scanned like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from formscan.cli.speech import say
from formscan.messages import text
from formscan.reading import PageOutcome

__all__ = ["Advice", "advise", "judge_scan"]

Advice = str
"""A key of the doctor's messages."""

_LEAST_DPI, _BEST_DPI = 180, 280
_LEAST_SHARPNESS = 0.25
_LARGE_RESIDUAL_MM = 0.5
_LARGE_SKEW_DEG = 10


def judge_scan(scan: Path, forms: Sequence[str]) -> Iterator[str]:
    """Read a scan as ``run`` would, and say what is to be bettered; one line after the other."""
    from formscan.batch import load_setup
    from formscan.image.load import enumerate_pages
    from formscan.runner import guarded

    setup = load_setup(forms)
    for ref in enumerate_pages([str(scan)], None):
        yield from _told(guarded(setup, ref))


def _told(outcome: PageOutcome) -> Iterator[str]:
    yield say(
        "doctor.page",
        frame=outcome.ref.frame,
        status=outcome.status,
        width=outcome.width_px,
        height=outcome.height_px,
    )
    if outcome.reason:
        yield f"  {_reason(outcome.reason)}"
    if outcome.identity is not None:
        identity = outcome.identity
        yield "  " + say("doctor.code", form=identity.form, page=identity.page)
    if outcome.dpi:
        yield "  " + say(
            "doctor.measures",
            dpi=f"{outcome.dpi:.0f}",
            sharpness=f"{outcome.sharpness:.2f}",
            residual=f"{outcome.residual_mm:.2f}",
            skew=f"{outcome.skew_deg:.1f}",
        )
        for advice in advise(outcome):
            yield "  " + say(advice)


def _reason(reason: str) -> str:
    from formscan.cli.speech import language

    try:
        return text(f"image.{reason}", language())
    except KeyError:
        return reason


def advise(outcome: PageOutcome) -> list[Advice]:
    """What to better at the scanner, from the measures of a registered page."""
    advice = []
    if outcome.dpi < _LEAST_DPI:
        advice.append("doctor.dpi_low")
    elif outcome.dpi < _BEST_DPI:
        advice.append("doctor.dpi_fair")
    if outcome.sharpness < _LEAST_SHARPNESS:
        advice.append("doctor.blurred")
    if outcome.residual_mm > _LARGE_RESIDUAL_MM:
        advice.append("doctor.bent")
    if abs(outcome.skew_deg) > _LARGE_SKEW_DEG:
        advice.append("doctor.skewed")
    return advice or ["doctor.good"]
