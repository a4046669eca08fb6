"""Pages on which boxes are printed and marked, as the reader of marks gets them."""

from __future__ import annotations

import cv2
import numpy as np

from formscan.extract.mark import MarkReader
from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.reading import FieldReading
from formscan.templates.model import Field, MarkBox, PageLayout, Template

PX = 8.0
TEMPLATE = Template(form="t", version="1", pages=(PageLayout(page=1, width_mm=90, height_mm=90),))
ACCEPTED = 0.9999


def group(number: int, values: str, size: float = 4.4, **changes) -> Field:
    marks = tuple(
        MarkBox(value=v, box=BoxMm(x=10 + 9.0 * i, y=8 + 9.0 * number, width=size, height=size))
        for i, v in enumerate(values)
    )
    settled = {
        "name": f"q{number}",
        "kind": "mark_group",
        "box": BoxMm.around([mark.box for mark in marks]),
        "marks": marks,
        "error_kind": "mark",
        "drop_out": "#ff9f70",
    }
    return Field(**(settled | changes))


class Paper:
    """A page in crop pixels on which boxes are printed and marked."""

    def __init__(self, fields: list[Field], paper: int = 235, line: int = 0) -> None:
        self.fields = fields
        self.paper = paper
        self.gray = np.full((round(90 * PX), round(90 * PX)), paper, np.uint8)
        for field in fields:
            for mark in (*field.marks, *(m for column in field.columns for m in column)):
                if line:
                    self.print_box(mark, field.shape, line)

    def print_box(self, mark: MarkBox, shape: str, line: int, move: float = 0.0) -> None:
        x, y = (round((edge + move) * PX) for edge in (mark.box.x, mark.box.y))
        side = round(mark.box.width * PX)
        if shape == "box":
            cv2.rectangle(self.gray, (x, y), (x + side, y + side), line, 2)
            return
        cv2.circle(self.gray, (x + side // 2, y + side // 2), side // 2, line, 2, cv2.LINE_AA)
        at = (x + side // 4, y + 3 * side // 4)
        cv2.putText(self.gray, mark.value, at, 0, side / 50, line, 1, cv2.LINE_AA)

    def mark(self, number: int, value: str, how: str, ink: int = 50, move: float = 0.0) -> None:
        field = self.fields[number]
        box = next(mark.box for mark in field.marks if mark.value == value)
        cx, cy = ((at + move) * PX for at in box.center)
        half = box.width * PX / 2

        def line(x0, y0, x1, y1, width=3):
            ends = [(round(cx + x * half), round(cy + y * half)) for x, y in ((x0, y0), (x1, y1))]
            cv2.line(self.gray, *ends, ink, width, cv2.LINE_AA)

        if how == "cross":
            line(-0.7, -0.7, 0.7, 0.7)
            line(-0.7, 0.7, 0.7, -0.7)
        elif how == "tick":
            line(-0.5, 0.0, -0.1, 0.6)
            line(-0.1, 0.6, 0.8, -0.8)
        elif how == "diagonal":
            line(-0.7, 0.7, 0.7, -0.7)
        elif how == "fill":
            side = round(0.95 * half)
            start, stop = (round(cx) - side, round(cy) - side), (round(cx) + side, round(cy) + side)
            cv2.rectangle(self.gray, start, stop, ink, -1)
        elif how == "disc":
            cv2.circle(self.gray, (round(cx), round(cy)), round(0.95 * half), ink, -1, cv2.LINE_AA)
        elif how == "ring":
            cv2.circle(self.gray, (round(cx), round(cy)), round(1.5 * half), ink, 3, cv2.LINE_AA)
        elif how == "beside":
            line(1.5, -0.5, 2.3, 0.5)
            line(1.5, 0.5, 2.3, -0.5)
        elif how == "thick":
            line(-0.7, -0.7, 0.7, 0.7, 8)
            line(-0.7, 0.7, 0.7, -0.7, 8)
        elif how == "struck":
            self.mark(number, value, "cross", ink, move)
            for y in (-0.4, 0.0, 0.4):
                line(-1.2, y + 0.1, 1.2, y - 0.1, 4)
        elif how == "speck":
            cv2.circle(self.gray, (round(cx), round(cy)), 1, ink, -1)
        elif how == "dash":
            line(-0.18, 0.0, 0.18, 0.0, 2)

    def read(self, noise: float = 3.0, seed: int = 0) -> dict[str, FieldReading]:
        found = MarkReader().read(self.crops(noise, seed), TEMPLATE)
        return {reading.name: reading for reading in found}

    def crops(self, noise: float, seed: int) -> list[FieldCrop]:
        rng = np.random.default_rng(seed)
        blurred = cv2.GaussianBlur(self.gray, (0, 0), 0.8).astype(np.float64)
        noisy = np.clip(blurred + rng.normal(0, noise, blurred.shape), 0, 255).astype(np.uint8)
        crops = []
        for field in self.fields:
            box = field.box.grow(3.0)
            x, y = round(box.x * PX), round(box.y * PX)
            window = noisy[y : y + round(box.height * PX), x : x + round(box.width * PX)]
            origin = ((x + 0.5) / PX, (y + 0.5) / PX)
            crops.append(
                FieldCrop(
                    field=field,
                    gray=window,
                    px_per_mm=PX,
                    origin_mm=origin,
                    paper=float(self.paper),
                    ink=40.0,
                    scan_px_per_mm=11.8,
                )
            )
        return crops


def sure(reading: FieldReading) -> bool:
    return reading.confidence >= ACCEPTED
