"""An answer sheet with bubbles and nothing else, drawn and photographed exactly."""

from __future__ import annotations

import cv2
import numpy as np

from formscan.geometry import BoxMm
from formscan.page import Page, PageRef
from formscan.templates.model import Anchor, Field, MarkBox, PageLayout, Template

WIDTH_MM, HEIGHT_MM = 210.0, 280.0
DRAW_PX_PER_MM = 8.0
CORNERS_MM = np.array([(0, 0), (WIDTH_MM, 0), (WIDTH_MM, HEIGHT_MM), (0, HEIGHT_MM)], float)


def fields(lopsided: bool = False) -> tuple[Field, ...]:
    """48 questions in three columns; a lopsided sheet lacks the last ones of the third."""
    found = []
    for row in range(48):
        if lopsided and row % 3 == 2 and row > 30:
            continue
        x, y = 25 + 62 * (row % 3), 60 + 11.5 * (row // 3)
        places = [BoxMm(x=x + 8.5 * i, y=y, width=5, height=5) for i in range(4)]
        marks = tuple(MarkBox(value="ABCD"[i], box=box) for i, box in enumerate(places))
        found.append(
            Field(
                name=f"q{row}",
                kind="mark_group",
                box=BoxMm.around(places),
                marks=marks,
                shape="bubble",
                label_inside=True,
                error_kind="mark",
            )
        )
    return tuple(found)


def template(edges: bool = True, lopsided: bool = False) -> Template:
    whole = BoxMm(x=0, y=0, width=WIDTH_MM, height=HEIGHT_MM)
    anchors = (Anchor(kind="paper", box=whole),) if edges else ()
    layout = PageLayout(
        page=1, width_mm=WIDTH_MM, height_mm=HEIGHT_MM, anchors=anchors, fields=fields(lopsided)
    )
    return Template(form="answers", version="1", pages=(layout,))


def draw(lopsided: bool = False) -> np.ndarray:
    """(h, w) grey, some bubbles filled, a title and numbers as on real sheets."""
    scale = DRAW_PX_PER_MM
    page = np.full((round(HEIGHT_MM * scale), round(WIDTH_MM * scale)), 235, np.uint8)
    cv2.putText(page, "ANSWER SHEET", (400, 250), 0, 3.0, (40,), 8, cv2.LINE_AA)
    rng = np.random.default_rng(3)
    for number, field in enumerate(fields(lopsided)):
        filled = int(rng.integers(4))
        at = (int((field.box.x - 12) * scale), int((field.box.y + 4) * scale))
        cv2.putText(page, str(number), at, 0, 1.0, (60,), 2, cv2.LINE_AA)
        for index, mark in enumerate(field.marks):
            centre = tuple(round(value * scale) for value in mark.box.center)
            cv2.circle(page, centre, round(2.3 * scale), (60,), 3, cv2.LINE_AA)
            letter = (centre[0] - 7, centre[1] + 8)
            cv2.putText(page, mark.value, letter, 0, 0.8, (90,), 2, cv2.LINE_AA)
            if index == filled:
                cv2.circle(page, centre, round(2.1 * scale), (35,), -1, cv2.LINE_AA)
    return page


def photograph(
    drawn: np.ndarray, corners_px: np.ndarray, size: tuple[int, int], background: int | np.ndarray
) -> np.ndarray:
    """The sheet with its corners at given pixels, over a level or a picture."""
    source = (CORNERS_MM * DRAW_PX_PER_MM - 0.5).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners_px.astype(np.float32))
    calm = cv2.GaussianBlur(drawn, (0, 0), 1.2)
    picture = cv2.warpPerspective(calm, matrix, size, flags=cv2.INTER_LINEAR, borderValue=0)
    mask = cv2.warpPerspective(np.full_like(drawn, 255), matrix, size, borderValue=0)
    under = background if isinstance(background, np.ndarray) else np.full_like(picture, background)
    return np.where(mask > 127, picture, under).astype(np.uint8)


def noisy(picture: np.ndarray, seed: int = 1) -> np.ndarray:
    grain = np.random.default_rng(seed).normal(0, 5, picture.shape)
    return (picture + grain).clip(0, 255).astype(np.uint8)


def page(picture: np.ndarray) -> Page:
    return Page(PageRef("/nowhere/x.jpg", 1, "x.jpg", "0" * 64), picture)
