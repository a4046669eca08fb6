"""Sheets of foreign forms as paper: what an imported template says, printed, marked and scanned."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from formscan.page import PageRef
from formscan.pipeline import PageSetup, read_page
from formscan.reading import PageOutcome
from formscan.templates.model import MarkBox, PageLayout, Template

PX_PER_MM = 8.0


def print_sheet(
    layout: PageLayout, corners_mm: list[tuple[float, float]], arm_mm: float = 18.0
) -> np.ndarray:
    """The blank: outlines of all boxes, an L in each corner with its arms inwards."""
    sheet = np.full((_px(layout.height_mm), _px(layout.width_mm)), 250, np.uint8)
    for x, y in corners_mm:
        across = arm_mm if x < layout.width_mm / 2 else -arm_mm
        down = arm_mm if y < layout.height_mm / 2 else -arm_mm
        cv2.line(sheet, (_px(x), _px(y)), (_px(x + across), _px(y)), 30, 4)
        cv2.line(sheet, (_px(x), _px(y)), (_px(x), _px(y + down)), 30, 4)
    for field in layout.fields:
        for mark in _marks(field):
            box = mark.box
            if field.shape == "box":
                start, end = (_px(box.x), _px(box.y)), (_px(box.right), _px(box.bottom))
                cv2.rectangle(sheet, start, end, 60, 2)
            else:
                center = (_px(box.center[0]), _px(box.center[1]))
                cv2.circle(sheet, center, _px(box.width / 2), 60, 2, cv2.LINE_AA)
        for cell in field.cells:
            start, end = (_px(cell.x), _px(cell.y)), (_px(cell.right), _px(cell.bottom))
            cv2.rectangle(sheet, start, end, 60, 2)
    return sheet


def mark(sheet: np.ndarray, layout: PageLayout, answers: dict[str, str]) -> None:
    """Cross the boxes, or fill the bubbles, of the values given."""
    for field in layout.fields:
        for one in _marks(field):
            if one.value not in answers.get(field.name, "").split():
                continue
            (x, y), half = one.box.center, 0.36 * one.box.width
            if field.shape == "bubble":
                cv2.circle(sheet, (_px(x), _px(y)), _px(half), 40, -1, cv2.LINE_AA)
                continue
            for way in (-1, 1):
                ends = [(_px(x - half), _px(y - way * half)), (_px(x + half), _px(y + way * half))]
                cv2.line(sheet, *ends, 40, 4, cv2.LINE_AA)


def scan(sheet: np.ndarray, file: Path, turn_deg: float = 1.5) -> PageRef:
    """A scan of the sheet: turned a little, larger than the paper, with noise."""
    height, width = sheet.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn_deg, 0.97)
    scanned = cv2.warpAffine(sheet, matrix, (width, height), borderValue=250)
    noise = np.random.default_rng(1).normal(0, 4, sheet.shape)
    cv2.imwrite(str(file), np.clip(scanned + noise, 0, 255).astype(np.uint8))
    return PageRef(path=str(file), frame=1, scan=file.name, sha256="0" * 64)


def read(ref: PageRef, template: Template) -> PageOutcome:
    """As ``formscan run --form`` reads it."""
    return read_page(ref, PageSetup((template,), forced=template))


def _marks(field) -> list[MarkBox]:
    return [*field.marks, *(mark for column in field.columns for mark in column)]


def _px(mm: float) -> int:
    return round(mm * PX_PER_MM)
