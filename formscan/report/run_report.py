"""``report.html``: what a run found, for people; one file, nothing from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from formscan.messages import text
from formscan.page import PAGE_REASONS
from formscan.report.crops import review_pictures
from formscan.report.drift import Drift, drift_of, load_validation
from formscan.report.evaluate import KINDS
from formscan.report.html import put_page, render
from formscan.report.natures import find_natures, find_templates
from formscan.report.rows import PageRow, ReadRow, load_pages, load_reads
from formscan.report.run_figures import (
    STATUSES,
    KindFigures,
    Spread,
    kind_figures,
    load_run,
    problem_counts,
    spread,
    stage_seconds,
)
from formscan.report.stored import measured_errors, stored_templates
from formscan.report.waiting import group_figures, waiting_reasons
from formscan.rules.explain import meaning

__all__ = ["write_report"]

_WORST = 10
_MEASURES = {"residual_mm": 3, "skew_deg": 2, "dpi": 0, "sharpness": 2}
_STAGES = ("load", "identify", "register", "read")
_PAGE_STATUSES = (
    "rejected",
    "review",
    "foreign",
    "duplicate",
    "superseded",
    "blank",
    "cover",
    "ok",
)


def write_report(
    out: Path,
    target: Path | None = None,
    *,
    language: str = "id",
    with_pictures: bool = False,
) -> Path:
    """Write the report of a run from its own tables.

    Args:
        out: Output folder of ``formscan run``.
        target: The HTML file; by default ``out/report.html``.
        language: ``id`` or ``en``.
        with_pictures: Show the crops of fields in review: what persons wrote.

    Raises:
        SettingsError: A table of the run is missing.
        StoreError: The file cannot be written.
    """
    run, pages, reads = load_run(out), load_pages(out), load_reads(out)
    known = find_templates(reads, stored_templates(out))
    pictures = review_pictures(out, pages, reads) if with_pictures else ()
    kinds = kind_figures(reads, find_natures(reads, known), (*KINDS, "image"))
    html = render(
        "run.html",
        language,
        **_head(run, reads),
        **_counts(run, pages, reads),
        **_pages(pages, language),
        **_drift(kinds),
        statuses=STATUSES,
        known_status=(*STATUSES, *_PAGE_STATUSES),
        known_stages=_STAGES,
        kinds=kinds,
        kind_name=lambda kind: _kind_name(kind, language),
        problems=[
            (one, meaning(one.code, one.field, known, language)) for one in problem_counts(reads)
        ],
        pictures=pictures,
        waiting=waiting_reasons(out, language),
        groups=group_figures(out, known),
        measured=measured_errors(out),
        worst=_worst(pages),
        spreads=_spreads(pages),
        stages=_stages(run, pages),
    )
    return put_page(target or out / "report.html", html)


def _head(run: Mapping[str, Any], reads: Sequence[ReadRow]) -> dict[str, Any]:
    speed = run.get("speed", {})
    return {
        "max_error": run.get("max_error", {}),
        "changes": run.get("changes", ()),
        "engine": run.get("engine", ""),
        "workers": run.get("workers", 1),
        "slowest": speed.get("slowest", ()),
        "as_of": run.get("as_of", "-"),
        "forms": sorted({f"{read.form} {read.version}" for read in reads if read.form}) or ["-"],
        "pages_per_second": speed.get("pages_per_second"),
        "peak_mb": speed.get("peak_memory_mb", 0),
        "templates": run.get("templates", []),
        "versions": run.get("versions", {}),
    }


def _drift(kinds: Sequence[KindFigures]) -> dict[str, Any]:
    """The confidences here beside those on validation."""
    validation = load_validation()
    found = {one.kind: one for one in drift_of(kinds, validation)}
    return {
        "drifts": found,
        "bars": {one.kind: _bars(one, found.get(one.kind)) for one in kinds},
        "validation": validation,
    }


def _bars(kind: KindFigures, drift: Drift | None) -> list[tuple[float, float | None]]:
    """(height, height on validation) of each band in percent of the highest of all."""
    n = sum(kind.histogram.counts) or 1
    here = [count / n for count in kind.histogram.counts]
    there = drift.shares if drift else (None,) * len(here)
    top = max([*here, *(drift.shares if drift else ())]) or 1.0
    return [
        (100 * mine / top, None if theirs is None else 100 * theirs / top)
        for mine, theirs in zip(here, there, strict=True)
    ]


def _counts(
    run: Mapping[str, Any], pages: Sequence[PageRow], reads: Sequence[ReadRow]
) -> dict[str, Any]:
    statuses = Counter(page.status for page in pages)
    fields = Counter(read.status for read in reads)
    records = {name: n for name, n in run.get("counts", {}).get("records", {}).items() if n}
    readable = len(reads) - fields["image"]
    settled = fields["accepted"] + fields["confirmed"] + fields["blank"]
    return {
        "page_total": len(pages),
        "page_counts": {name: statuses[name] for name in _PAGE_STATUSES[::-1] if statuses[name]},
        "record_total": sum(records.values()),
        "record_counts": records,
        "field_total": len(reads),
        "settled": settled / readable if readable else 0.0,
        "in_review": fields["review"],
    }


def _pages(pages: Sequence[PageRow], language: str) -> dict[str, Any]:
    def sentence(page: PageRow) -> str:
        if page.reason in PAGE_REASONS and page.reason:
            return text(f"image.{page.reason}", language)
        return page.reason

    bad = [
        page for page in pages if page.status in ("rejected", "review", "foreign") or page.reason
    ]
    good = [page for page in pages if page.status == "ok" and not page.reason]
    return {"bad_pages": [(page, sentence(page)) for page in bad], "good_pages": good}


def _worst(pages: Sequence[PageRow]) -> list[PageRow]:
    """The read pages that fit their form worst."""
    read = [page for page in pages if page.status == "ok" and page.residual_mm > 0]
    return sorted(read, key=lambda page: (-page.residual_mm, page.scan, page.frame))[:_WORST]


def _kind_name(kind: str, language: str) -> str:
    if kind == "image":
        return text("report.kind_image", language)
    return text(f"evaluate.kind_{kind}", language)


def _spreads(pages: Sequence[PageRow]) -> list[tuple[str, Spread, int]]:
    found = [(name, spread(pages, name), decimals) for name, decimals in _MEASURES.items()]
    return [(name, one, decimals) for name, one, decimals in found if one is not None]


def _stages(run: dict[str, Any], pages: Sequence[PageRow]) -> list[tuple[str, float, float]]:
    """(stage, ms a page, share of all) in the order of a page's way."""
    seconds = stage_seconds(run)
    total = sum(seconds.values())
    if total == 0:
        return []
    read_now = run.get("speed", {}).get("pages_read") or len(pages)
    order = sorted(seconds, key=lambda name: (_STAGES.index(name) if name in _STAGES else 9, name))
    return [(name, 1000 * seconds[name] / read_now, seconds[name] / total) for name in order]
