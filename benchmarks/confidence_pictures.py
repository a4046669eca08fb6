"""Risk against coverage, and stated against seen errors, drawn as PNG from evaluations.

python -m benchmarks.confidence_pictures [docs/accuracy.json] [-o docs/pictures]
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

__all__ = ["draw_reliability", "draw_risk_coverage", "main"]

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 590, 34, 370
LOWEST, HIGHEST = 1e-4, 1.0
DECADES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
COLOURS = {
    "mark": "#555555",
    "code": "#8a4b00",
    "number": "#b8860b",
    "date": "#18573b",
    "id": "#1f4e9e",
    "name": "#8e2a7b",
    "text": "#a0a0a0",
}


def draw_risk_coverage(result: dict[str, Any]) -> Image.Image:
    """For each kind of field: the share that is accepted, and what of it is wrong.

    Args:
        result: One severity of ``accuracy.json``.
    """
    picture, pen = _canvas(f"{result['severity']}: wrong among accepted, by share accepted")
    for share in range(0, 101, 20):
        x = _across(share / 100)
        pen.line((x, TOP, x, BOTTOM), fill="#eeeeee")
        _say(pen, (x, BOTTOM + 8), f"{share} %", "ma")
    _decades(pen, "wrong")
    for row, kind in enumerate(result["evaluation"]["kinds"]):
        points = [(_across(p["coverage"]), _up(p["risk"])) for p in kind["curve"]]
        _course(pen, points, kind["name"], row)
    return picture


def draw_reliability(result: dict[str, Any]) -> Image.Image:
    """For each kind of field: the error that confidence states, and the error that is seen.

    Bars are 95 % intervals; below the line, readings are better than they say.
    """
    picture, pen = _canvas(f"{result['severity']}: errors seen, by errors stated")
    for share in DECADES:
        x = _along(share)
        pen.line((x, TOP, x, BOTTOM), fill="#eeeeee")
        _say(pen, (x, BOTTOM + 8), _percent(share), "ma")
    _decades(pen, "seen")
    pen.line((_along(LOWEST), _up(LOWEST), _along(1), _up(1)), fill="#999999")
    for row, kind in enumerate(result["evaluation"]["kinds"]):
        bins = [one for one in kind["bins"] if one["n"] >= 20]
        points = []
        for one in bins:
            x = _along(one["stated"]) + 2 * row - 6
            points.append((x, _up(one["wrong"] / one["n"])))
            bar = (x, _up(one["low"]), x, _up(one["high"]))
            pen.line(bar, fill=COLOURS.get(kind["name"], "#000000"))
        _course(pen, points, kind["name"], row)
    return picture


def _canvas(title: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    pen = ImageDraw.Draw(picture)
    _say(pen, (LEFT, 8), title, "la")
    return picture, pen


def _decades(pen: ImageDraw.ImageDraw, what: str) -> None:
    for share in DECADES:
        y = _up(share)
        pen.line((LEFT, y, RIGHT, y), fill="#dddddd")
        _say(pen, (LEFT - 6, y), _percent(share), "rm")
    _say(pen, (6, (TOP + BOTTOM) / 2), what, "lm")


def _course(
    pen: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], name: str, row: int
) -> None:
    colour = COLOURS.get(name, "#000000")
    if len(points) > 1:
        pen.line(list(points), fill=colour, width=2)
    for x, y in points:
        pen.ellipse((x - 2, y - 2, x + 2, y + 2), fill=colour)
    y = TOP + 10 + 20 * row
    pen.line((RIGHT + 20, y, RIGHT + 45, y), fill=colour, width=3)
    _say(pen, (RIGHT + 52, y), name, "lm")


def _say(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, anchor: str) -> None:
    pen.text(at, text, fill="#222222", anchor=anchor, font=ImageFont.load_default(13))


def _across(share: float) -> float:
    return LEFT + (RIGHT - LEFT) * share


def _along(share: float) -> float:
    return LEFT + (RIGHT - LEFT) * _height(share)


def _up(share: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * _height(share)


def _height(share: float) -> float:
    """0 at ``LOWEST`` and below, 1 at ``HIGHEST``, logarithmic."""
    inside = min(max(share, LOWEST), HIGHEST)
    return math.log(inside / LOWEST) / math.log(HIGHEST / LOWEST)


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def draw_all(results: Iterable[dict[str, Any]], folder: Path) -> None:
    """Both pictures of each severity."""
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        draw_risk_coverage(result).save(folder / f"risk-coverage-{result['severity']}.png")
        draw_reliability(result).save(folder / f"reliability-{result['severity']}.png")


def main() -> None:
    """Draw what was measured last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="?", type=Path, default=Path("docs/accuracy.json"))
    parser.add_argument("-o", "--out", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args()
    draw_all(json.loads(options.figures.read_text(encoding="utf-8"))["results"], options.out)


if __name__ == "__main__":
    main()
