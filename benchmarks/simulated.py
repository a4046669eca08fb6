"""How far registration puts printed points from where the simulator put them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from formscan.errors import PageError
from formscan.image.identify import identify
from formscan.image.load import enumerate_pages, load
from formscan.image.register import register
from formscan.page import PageRef, RegisteredPage
from formscan.templates.load import load_template
from formscan.templates.model import Template


def registration_errors(sheets: Path, form: str) -> dict[str, Any]:
    """Errors in mm over all fields of all registered pages of a simulated batch.

    Args:
        sheets: What ``formscan simulate`` wrote: ``scans/`` and ``geometry.json``.
        form: Library id or file of the form.
    """
    cv2.setNumThreads(1)
    template = load_template(form)
    truth = load_geometry(sheets / "geometry.json")
    errors, worst_page, failed = [], [], 0
    for ref in enumerate_pages([str(sheets / "scans")], None):
        registered = _registered(ref, template)
        if registered is None:
            failed += 1
            continue
        points_mm, points_px = truth[ref.scan, ref.frame]
        found = errors_mm(registered, points_mm, points_px)
        errors.append(found)
        worst_page.append(float(found.max()))
    return {"pages": len(errors), "not_registered": failed, **_summary(errors, worst_page)}


def errors_mm(
    registered: RegisteredPage, points_mm: np.ndarray, points_px: np.ndarray
) -> np.ndarray:
    """(n,) distance on the sheet between where a point is and where registration puts it."""
    found_px = registered.px_from_mm(points_mm)
    middle = (registered.layout.width_mm / 2, registered.layout.height_mm / 2)
    scale = registered.px_from_mm.px_per_mm(middle)
    return np.asarray(np.hypot(*(found_px - points_px).T) / scale)


def load_geometry(path: Path) -> dict[tuple[str, int], tuple[np.ndarray, np.ndarray]]:
    """(scan, frame) to sheet points in mm and where they lie in the scan, px."""
    pages = json.loads(path.read_text(encoding="utf-8"))
    return {
        (page["scan"], page["frame"]): (np.array(page["points_mm"]), np.array(page["points_px"]))
        for page in pages
    }


def _registered(ref: PageRef, template: Template) -> RegisteredPage | None:
    try:
        page = load(ref)
        return register(page, identify(page, [template]))
    except PageError:
        return None


def _summary(errors: list[np.ndarray], worst_page: list[float]) -> dict[str, float]:
    every = np.concatenate(errors) if errors else np.array([np.nan])
    median, p95 = np.quantile(every, [0.5, 0.95])
    return {
        "median_mm": round(float(median), 4),
        "p95_mm": round(float(p95), 4),
        "max_mm": round(float(every.max()), 4),
        "page_max_p95_mm": round(float(np.quantile(worst_page, 0.95)), 4) if worst_page else 0.0,
    }
