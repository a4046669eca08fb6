"""Lines of text: printed ones by Tesseract, handwritten ones as a suggestion.

What is not installed costs only these fields: they go to a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from formscan.errors import MissingProgramError
from formscan.extract.engines.ppocr import model_path
from formscan.extract.engines.tesseract import PrintedLine, languages, read_lines
from formscan.extract.handwriting import SuggestedLine, recognise
from formscan.extract.listed import best_matches, listed_candidates
from formscan.extract.presence import Ink, chance_of_writing, ink_in
from formscan.extract.printed import weigh_print
from formscan.page import FieldCrop, Picture
from formscan.reading import Candidate, FieldReading, Measure
from formscan.templates.model import FieldKind, Template

__all__ = ["LineReader"]

_FRAME_MM = 0.5
_PAD_MM = 0.7
_TALLEST_MM = 14.0
"""Higher areas hold several lines; they stay pictures."""
_HAND_SURE = 0.9995
_HAND_GAP = 3
_HAND_MEAN = 0.8
_DOUBTED = 0.9

Weighed = tuple[tuple[Candidate, ...], float]


class LineReader:
    """Reader of ``text_line``.

    Free handwriting stays a picture, like a signature: its confidence is that something is
    written, and its text a suggestion ("1" where there is none).
    """

    kinds: frozenset[FieldKind] = frozenset({"text_line"})
    px_per_mm = 300 / 25.4
    margin_mm = 0.0

    def __init__(self) -> None:
        engines = ("+tesseract" if languages() else "", "+ppocr6" if model_path() else "")
        self.name = "line-1" + "".join(engines)

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order; all printed lines of a page are read in one go."""
        inks = [ink_in(crop) for crop in crops]
        written = [chance_of_writing(ink.stroke_mm) for ink in inks]
        pictures = [_line(crop, ink) for crop, ink in zip(crops, inks, strict=True)]
        seen = [p if chance >= 0.5 else None for p, chance in zip(pictures, written, strict=True)]
        prints = _printed(crops, seen)
        readings = []
        for number, (crop, ink, chance) in enumerate(zip(crops, inks, written, strict=True)):
            picture = seen[number]
            if picture is None:
                weighed: Weighed = ((Candidate("", 1 - chance),), 1 - chance)
            elif crop.field.printed:
                line = prints.get(number)
                second = _suggested(crop, picture)
                weighed = (
                    ((), 0.0) if line is None else weigh_print(line, second, crop.field, template)
                )
            else:
                weighed = _by_hand(crop, _suggested(crop, picture), chance, template)
            readings.append(self._reading(crop, ink, weighed))
        return readings

    def _reading(self, crop: FieldCrop, ink: Ink, weighed: Weighed) -> FieldReading:
        candidates, confidence = weighed
        return FieldReading(
            name=crop.field.name,
            row=crop.field.row,
            reader=self.name,
            candidates=candidates,
            confidence=confidence,
            measures=(
                Measure("stroke_mm", round(ink.stroke_mm, 3)),
                Measure("pieces", float(ink.pieces)),
            ),
        )


def _line(crop: FieldCrop, ink: Ink) -> Picture:
    """The crop without its frame, cut close around the ink."""
    height, width = crop.gray.shape
    frame, pad = round(_FRAME_MM * crop.px_per_mm), round(_PAD_MM * crop.px_per_mm)
    x, y, inked_width, inked_height = ink.box_px
    top, bottom = max(y - pad, frame), min(y + inked_height + pad, height - frame)
    left, right = max(x - pad, frame), min(x + inked_width + pad, width - frame)
    return crop.gray[top:bottom, left:right] if bottom > top and right > left else crop.gray


def _printed(
    crops: Sequence[FieldCrop], pictures: Sequence[Picture | None]
) -> dict[int, PrintedLine]:
    """What Tesseract says of each printed line, by place; nothing where it cannot be run."""
    wanted = [
        (number, picture)
        for number, (crop, picture) in enumerate(zip(crops, pictures, strict=True))
        if crop.field.printed and picture is not None
    ]
    if not wanted or not languages():
        return {}
    try:
        lines = read_lines([picture for _, picture in wanted], LineReader.px_per_mm)
    except MissingProgramError:
        return {}
    return {number: line for (number, _), line in zip(wanted, lines, strict=True)}


def _suggested(crop: FieldCrop, picture: Picture) -> SuggestedLine | None:
    if model_path() is None or crop.field.box.height > _TALLEST_MM:
        return None
    return recognise(picture)


def _by_hand(
    crop: FieldCrop, line: SuggestedLine | None, written: float, template: Template
) -> Weighed:
    """Free handwriting is a picture with a suggestion; a closed list may settle what it says."""
    choices = template.choices(crop.field)
    if line is None or not line.text:
        return ((), 0.0) if choices else ((Candidate("1", written),), written)
    if not choices:
        return (Candidate(line.text, round(line.mean, 4)),), written
    sure = _HAND_SURE if line.mean >= _HAND_MEAN else _DOUBTED
    found = best_matches(line.text, choices, template.default_language)
    return listed_candidates(found, line.text, _HAND_GAP, sure)
