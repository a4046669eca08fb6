"""Barcodes as fields: decoded by zxing-cpp, accepted where the symbol's own check holds.

A linear code is drawn from top to bottom of its label, so its upper and its lower half must say
the same. Interleaved 2 of 5 has no check of its own: its last digit must be that of GS1. Codes
that may go without any check are never accepted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import zxingcpp

from formscan.extract.presence import chance_of_writing, ink_in
from formscan.page import FieldCrop, Picture
from formscan.reading import Candidate, FieldReading, Measure
from formscan.templates.model import BarcodeFormat, FieldKind, Template

__all__ = ["BarcodeReader", "gs1_check_holds"]

_LINEAR = frozenset({"Code128", "Code93", "ITF", "EAN13", "EAN8", "UPCA", "UPCE"})
_SURE: dict[str, float] = {
    "DataMatrix": 0.9999,
    "QRCode": 0.9999,
    "Aztec": 0.9999,
    "PDF417": 0.9999,
    "Code93": 0.9995,
    "UPCA": 0.9995,
    "UPCE": 0.9995,
    "Code128": 0.9998,
    "EAN13": 0.9995,
    "EAN8": 0.9995,
    "ITF": 0.9995,
}
"""What a symbol is worth whose check holds and, if linear, whose halves agree."""
_ONE_SIDED = 0.95
_UNCHECKED = 0.9
_SEVERAL = 0.5


class BarcodeReader:
    """Reader of ``barcode``; only the field's own formats are tried."""

    name = "barcode-1"
    kinds: frozenset[FieldKind] = frozenset({"barcode"})
    px_per_mm = 14.0
    margin_mm = 1.5

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: FieldCrop) -> FieldReading:
        found = _decode(crop.gray, crop.field.formats)
        texts = tuple(dict.fromkeys(symbol.text for symbol in found))
        agreeing, ink_mm = 0, 0.0
        candidates: tuple[Candidate, ...]
        if not texts:
            ink_mm = ink_in(crop).stroke_mm
            blank = 1 - chance_of_writing(ink_mm)
            candidates = (Candidate("", blank),) if blank >= 0.5 else ()
            confidence = blank if candidates else 0.0
        else:
            agreeing = sum(
                any(symbol.text == texts[0] for symbol in _decode(half, crop.field.formats))
                for half in np.array_split(crop.gray, 2)
            )
            confidence = _confidence(found[0], agreeing) if len(texts) == 1 else _SEVERAL
            candidates = tuple(Candidate(text, confidence) for text in texts)
        return FieldReading(
            name=crop.field.name,
            row=crop.field.row,
            reader=self.name,
            candidates=candidates,
            confidence=confidence,
            measures=(
                Measure("symbols", float(len(texts))),
                Measure("agreeing", float(agreeing)),
                Measure("stroke_mm", round(ink_mm, 3)),
            ),
        )


def _decode(gray: Picture, formats: Sequence[BarcodeFormat]) -> list[zxingcpp.Barcode]:
    wanted = zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in formats])
    found = zxingcpp.read_barcodes(
        gray, formats=wanted, try_invert=False, text_mode=zxingcpp.TextMode.Plain
    )
    return [symbol for symbol in found if symbol.valid and symbol.text]


def _confidence(symbol: zxingcpp.Barcode, agreeing: int) -> float:
    kind = symbol.format.name
    if kind == "ITF" and not gs1_check_holds(symbol.text):
        return _UNCHECKED
    if kind in _LINEAR and not agreeing:
        return _ONE_SIDED
    return _SURE.get(kind, _UNCHECKED)


def gs1_check_holds(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (GS1, mod 10, weights 3 and 1)."""
    if not digits.isascii() or not digits.isdecimal() or len(digits) < 2:
        return False
    weighted = sum(int(d) * (1 if at % 2 else 3) for at, d in enumerate(reversed(digits[:-1])))
    return (weighted + int(digits[-1])) % 10 == 0
