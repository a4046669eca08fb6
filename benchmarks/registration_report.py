"""The table and the plot of ``make bench-registration``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.disturbances import DISTURBANCES
from benchmarks.tables import put_between_markers

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "accuracy.md"
PLOT = ROOT / "docs" / "pictures" / "registration.png"
STRENGTHS = ("weak", "plain", "bad")
Row = dict[str, str]
HEAD = (
    "| Disturbance | Strength | Right | Refused | Silently wrong | Fields: median mm | p95 mm "
    "| max mm | Corners: max mm | Fields in review | Identify ms | Register ms "
    "| Refused because |\n"
    f"|{' --- |' * 13}"
)


def write_report(rows: Sequence[Row], into_docs: bool) -> str:
    """The table as text; also into the documents where asked."""
    lines = [HEAD]
    for name in DISTURBANCES:
        for strength in range(3):
            mine = [
                row
                for row in rows
                if row["disturbance"] == name and int(row["strength"]) == strength
            ]
            if mine:
                lines.append(_line(name, strength, mine))
    counts = {word: _count(rows, word) for word in ("right", "refused", "wrong")}
    total = (
        f"{len(rows):,} pages: {counts['right']:,} right, {counts['refused']:,} refused, "
        f"{counts['wrong']} silently wrong."
    )
    text = "\n".join([total, "", *lines])
    if into_docs:
        put_between_markers(DOCS, text, "registration")
        cv2.imwrite(str(PLOT), plot(rows))
    return text


def _line(name: str, strength: int, rows: Sequence[Row]) -> str:
    done = [row for row in rows if row["p95_mm"]]
    reasons = ", ".join(sorted({row["reason"] for row in rows if row["reason"]}))
    if DISTURBANCES[name].expected == "refused":
        reasons += " (as it should be)"
    cells = [
        name if strength == 0 else "",
        STRENGTHS[strength],
        *(_count(rows, word) for word in ("right", "refused", "wrong")),
        _of(done, "median_mm", np.median),
        _of(done, "p95_mm", np.median),
        _of(done, "max_mm", np.max),
        _of(done, "corner_mm", np.max),
        sum(int(row["in_review"] or 0) for row in done),
        _of(done, "identify_ms", np.median, 0),
        _of(done, "register_ms", np.median, 0),
        reasons,
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _count(rows: Sequence[Row], verdict: str) -> int:
    return sum(row["verdict"] == verdict for row in rows)


def _of(rows: Sequence[Row], key: str, how: object, digits: int = 3) -> str:
    values = [float(row[key]) for row in rows]
    return f"{how(values):.{digits}f}" if values else "-"  # type: ignore[operator]


def plot(rows: Sequence[Row]) -> np.ndarray:
    """Bars of the p95 error per disturbance and strength, log scale, with the wanted limit."""
    row_px, left, width = 24, 190, 900
    names = [name for name in DISTURBANCES if any(row["disturbance"] == name for row in rows)]
    canvas = np.full((row_px * (len(names) + 3), width, 3), 255, np.uint8)

    def x(mm: float) -> int:
        return left + round((np.log10(max(mm, 0.02)) - np.log10(0.02)) / 2 * (width - left - 20))

    bottom = row_px * (len(names) + 1)
    for mm in (0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0):
        cv2.line(canvas, (x(mm), row_px), (x(mm), bottom), (215, 215, 215), 1)
        _text(canvas, f"{mm:g} mm", x(mm) - 18, bottom + 16)
    _text(canvas, "p95 (bar) and largest (dot) field error; red: the limit wanted for p95", 6, 16)
    for index, name in enumerate(names):
        top = row_px * (index + 1)
        _text(canvas, name, 6, top + 16)
        limit = x(DISTURBANCES[name].limit_mm)
        cv2.line(canvas, (limit, top + 2), (limit, top + row_px - 2), (60, 60, 220), 2)
        for strength in range(3):
            mine = [
                row
                for row in rows
                if (row["disturbance"], row["strength"]) == (name, str(strength)) and row["p95_mm"]
            ]
            if mine:
                y = top + 3 + 6 * strength
                shade = (200 - 60 * strength, 170 - 60 * strength, 90)
                p95 = float(np.percentile([float(row["p95_mm"]) for row in mine], 95))
                cv2.rectangle(canvas, (x(0.02), y), (x(p95), y + 4), shade, -1)
                largest = max(float(row["max_mm"]) for row in mine)
                cv2.circle(canvas, (x(largest), y + 2), 2, (40, 40, 40), -1, cv2.LINE_AA)
    return canvas


def _text(canvas: np.ndarray, text: str, x: int, y: int) -> None:
    cv2.putText(canvas, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (40, 40, 40), 1, cv2.LINE_AA)
