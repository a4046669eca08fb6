"""What does not fit on a page: fields beyond the edge, on each other, or on a tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formscan.errors import Sentence, told
from formscan.geometry import BoxMm
from formscan.templates.decor import Text
from formscan.templates.layout.metrics import METRICS
from formscan.templates.model import Field, PageLayout
from formscan.templates.place import at_page, at_page_row
from formscan.templates.typeface import text_width_mm

__all__ = ["misfits", "written_boxes"]

_TOUCH_MM = 0.05


def written_boxes(field: Field) -> list[BoxMm]:
    """Every box of a field that a person writes in."""
    grid = [mark.box for column in field.columns for mark in column]
    return [*field.cells, *(mark.box for mark in field.marks), *grid] or [field.box]


def misfits(page: PageLayout, rows: Mapping[str, int]) -> list[Sentence]:
    """Problems of a page, with the row of the paper sheet (``rows`` by field) and the remedy."""

    def at(field: Field, key: str, **values: str) -> Sentence:
        row = rows.get(field.name, "?")
        return at_page_row(page.page, row, told(key, **values), f" ({field.name})")

    reserved = [anchor.box.grow(anchor.box.width / 8) for anchor in page.anchors]
    if page.qr_box is not None:
        reserved.append(page.qr_box.grow(METRICS.quiet_mm - 0.1))
    problems: list[Sentence] = []
    for field in page.fields:
        if not _inside(field.box, page):
            problems.append(at(field, "definition.page_edge"))
        if any(_overlap(field.box, box) for box in reserved):
            problems.append(at(field, "definition.page_tag"))
    problems += [
        at(first, "definition.page_on_other", other=second.name)
        for first, second in _pairs(page.fields)
    ]
    problems += [
        at_page(page.page, told("definition.page_text", text=item.text[:40]))
        for item in page.decor
        if isinstance(item, Text) and not _text_inside(item, page)
    ]
    return list(dict.fromkeys(problems))


def _pairs(fields: Sequence[Field]) -> list[tuple[Field, Field]]:
    ordered = sorted(fields, key=lambda field: field.box.y)
    found: list[tuple[Field, Field]] = []
    for index, first in enumerate(ordered):
        for second in ordered[index + 1 :]:
            if second.box.y >= first.box.bottom - _TOUCH_MM:
                break
            if _overlap(first.box, second.box) and any(
                _overlap(a, b) for a in written_boxes(first) for b in written_boxes(second)
            ):
                found.append((first, second))
    return found


def _overlap(first: BoxMm, second: BoxMm) -> bool:
    across = min(first.right, second.right) - max(first.x, second.x)
    down = min(first.bottom, second.bottom) - max(first.y, second.y)
    return across > _TOUCH_MM and down > _TOUCH_MM


def _inside(box: BoxMm, page: PageLayout) -> bool:
    edge = METRICS.edge_mm - 0.01
    return (
        box.x >= edge
        and box.y >= edge
        and box.right <= page.width_mm - edge
        and box.bottom <= page.height_mm - edge
    )


def _text_inside(item: Text, page: PageLayout) -> bool:
    width = text_width_mm(item.text, item.size_pt, item.bold)
    left = item.x - {"left": 0.0, "center": width / 2, "right": width}[item.align]
    return left >= METRICS.edge_mm - 0.5 and left + width <= page.width_mm - METRICS.edge_mm + 0.5
