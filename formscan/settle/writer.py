"""Digits held against what else the same hand wrote, see ``style.py``.

The hand is that of the enumerator whose code stands on the form, in all forms of the batch; where
the code is in doubt it is that of the one record. Nothing depends on the order of the forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formscan.extract.belief import beliefs_of, reread
from formscan.extract.style import Style, heard, style_of, unpacked
from formscan.reading import FieldReading, PageOutcome
from formscan.record import ENUMERATORS
from formscan.settle.identity import DIGITS
from formscan.settle.link import link
from formscan.settle.sheet import Sheet
from formscan.templates.model import Field, Template
from formscan.validate.values import UNREADABLE

__all__ = ["styles_of", "with_hand"]

_DOUBTED: Final = 0.99
"""A digit that is likelier than this needs no other."""

_FEWEST: Final = 80
"""Glyphs of a hand below which nothing is changed."""

_SURELY: Final = 0.9
"""Confidence from which a form counts as of the enumerator whose code stands on it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Glyphs:
    """The digits of a comb that have ink.

    Attributes:
        reading: Of the comb.
        field: What is printed there.
        at: Their boxes.
        features: (n, 128) of ``unpacked``.
        digits: (n, 10) P(digit).
    """

    reading: FieldReading
    field: Field
    at: tuple[int, ...]
    features: NDArray[np.float64]
    digits: NDArray[np.float64]


def styles_of(
    groups: Iterable[Iterable[PageOutcome]], templates: Sequence[Template]
) -> dict[str, Style]:
    """How each enumerator of a batch writes digits, by the code on their forms.

    A form whose code is in doubt adds to nobody's. Whose forms hold few digits is left out.

    Args:
        groups: Outcomes with embeddings, in groups that cannot touch each other.
        templates: Every form version among them.
    """
    known = {(template.form, template.version): template for template in templates}
    found: dict[str, Style] = {}
    for group in groups:
        for sheaf in link(group, known).sheaves:
            code = _enumerator(sheaf.sheets)
            if code:
                mine = _style(sheaf.sheets)
                found[code] = found[code] + mine if code in found else mine
    return found


def with_hand(
    sheets: Sequence[Sheet], template: Template, styles: Mapping[str, Style]
) -> tuple[Sheet, ...]:
    """The sheets with their doubtful digits held against the hand.

    Args:
        sheets: Of one record.
        template: Their form.
        styles: Of ``styles_of``, these sheets among what they were made of.
    """
    style = styles.get(_enumerator(sheets)) or _style(sheets)
    if style.glyphs < _FEWEST:
        return tuple(sheets)
    return tuple(_heard(sheet, template, style) for sheet in sheets)


def _enumerator(sheets: Sequence[Sheet]) -> str:
    """The code of who filled the sheets in, "" where it is in doubt."""
    for sheet in sheets:
        for reading in sheet.readings:
            if reading.name in ENUMERATORS and UNREADABLE not in reading.raw:
                return reading.raw if reading.confidence >= _SURELY else ""
    return ""


def _style(sheets: Sequence[Sheet]) -> Style:
    glyphs = [part for sheet in sheets for part in _combs(sheet)]
    features = [np.zeros((0, 128)), *(part.features for part in glyphs)]
    digits = [np.zeros((0, 10)), *(part.digits for part in glyphs)]
    return style_of(np.concatenate(features), np.concatenate(digits))


def _heard(sheet: Sheet, template: Template, style: Style) -> Sheet:
    fresh = {
        (part.reading.name, part.reading.row): _again(part, template, style)
        for part in _combs(sheet, _DOUBTED)
    }
    readings = tuple(fresh.get((one.name, one.row), one) for one in sheet.readings)
    return replace(sheet, readings=readings)


def _combs(sheet: Sheet, doubted: float = np.inf) -> Iterator[_Glyphs]:
    """The combs in which some digit is less likely than ``doubted``."""
    printed = {(field.name, field.row): field for field in sheet.layout.fields}
    for reading in sheet.readings:
        field = printed[reading.name, reading.row]
        at = tuple(n for n, cell in enumerate(reading.cells) if cell.embedding)
        if field.alphabet == "digits" and at and reading.candidates:
            beliefs = beliefs_of(reading)
            digits = np.array([[beliefs[n].get(digit, 0.0) for digit in DIGITS] for n in at])
            if digits.max(axis=1).min() >= doubted:
                continue
            features = np.stack([unpacked(reading.cells[n]) for n in at])
            yield _Glyphs(reading, field, at, features, digits)


def _again(part: _Glyphs, template: Template, style: Style) -> FieldReading:
    digits = heard(part.features, part.digits, style)
    beliefs: list[Mapping[str, float]] = list(beliefs_of(part.reading))
    for n, now in zip(part.at, digits, strict=True):
        if max(beliefs[n].values()) < _DOUBTED:
            beliefs[n] = {**beliefs[n], **dict(zip(DIGITS, now.tolist(), strict=True))}
    codes = tuple(choice.value for choice in template.choices(part.field))
    return reread(part.reading, part.field, codes, beliefs, ink=beliefs)
