"""How hard the simulator makes it: the six severities, as ranges.

The table is a contract (design section 7): it may only become harder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formscan.simulate.chance import Range

__all__ = ["SEVERITIES", "SEVERITY_NAMES", "Device", "Severity"]

Device = Literal["scanner", "phone", "copier"]


@dataclass(frozen=True, slots=True)
class Severity:
    """Ranges that each page draws its conditions from.

    Attributes:
        device: What takes the picture.
        skew_deg: Largest turn of the sheet, either way.
        tilt_deg: Largest angle between camera axis and the sheet's normal.
        stretch: Largest relative change of one axis against the other.
        wave: Largest shift by uneven feed, as a part of the sheet's width.
        curl_mm: Largest height of bent paper above the table.
        scale: Size of the print against the original.
        dpi: Resolution, dots per inch.
        jpeg: JPEG quality.
        noise: Standard deviation of the sensor noise, grey levels.
        blur_px: Standard deviation of the blur, pixels at 300 dpi.
        falloff: Largest loss of light over the page, part of full light.
        overflow: Share of glyphs that touch or cross a line of their box.
        corrections: Share of glyphs and marks that were first written wrong.
        pencil: Share of writers with a pencil.
        stains: Share of pages with stains.
        fold: Share of pages with a fold.
        upside_down: Share of pages fed the wrong way round.
        crop: Largest part of the sheet cut off at an edge.
        copies: Number of photocopies before the scan.
        one_bit: Share of pages scanned in black and white.
        long_side_px: Size that a messenger app shrinks to, 0 = none.
    """

    name: str
    device: Device = "scanner"
    skew_deg: float = 0.0
    tilt_deg: float = 0.0
    stretch: float = 0.0
    wave: float = 0.0
    curl_mm: float = 0.0
    scale: Range = (1.0, 1.0)
    dpi: Range = (300.0, 300.0)
    jpeg: Range = (95.0, 95.0)
    noise: Range = (1.0, 1.0)
    blur_px: Range = (0.3, 0.3)
    falloff: float = 0.0
    overflow: float = 0.0
    corrections: float = 0.0
    pencil: float = 0.0
    stains: float = 0.0
    fold: float = 0.0
    upside_down: float = 0.0
    crop: float = 0.0
    copies: tuple[int, int] = (0, 0)
    one_bit: float = 0.0
    long_side_px: int = 0


_CLEAN = Severity("clean")
_OFFICE = Severity(
    "office",
    skew_deg=2.0,
    stretch=0.005,
    jpeg=(75.0, 90.0),
    noise=(3.0, 8.0),
    blur_px=(0.5, 0.9),
    falloff=0.10,
    overflow=0.10,
    corrections=0.01,
)
_FIELD = Severity(
    "field",
    skew_deg=5.0,
    stretch=0.01,
    wave=0.004,
    dpi=(200.0, 300.0),
    jpeg=(50.0, 80.0),
    noise=(5.0, 15.0),
    blur_px=(0.7, 1.4),
    falloff=0.35,
    overflow=0.25,
    corrections=0.03,
    pencil=0.30,
    stains=0.30,
    fold=0.30,
    upside_down=0.10,
    crop=0.01,
)
_PHONE = Severity(
    "phone",
    device="phone",
    skew_deg=4.0,
    tilt_deg=15.0,
    curl_mm=2.0,
    dpi=(130.0, 300.0),
    jpeg=(60.0, 85.0),
    noise=(5.0, 12.0),
    blur_px=(0.8, 1.8),
    falloff=0.50,
    overflow=0.10,
    corrections=0.01,
)
_COPY = Severity(
    "copy",
    device="copier",
    skew_deg=3.0,
    scale=(0.95, 1.03),
    dpi=(200.0, 300.0),
    jpeg=(70.0, 90.0),
    noise=(5.0, 15.0),
    blur_px=(0.8, 1.4),
    overflow=0.10,
    corrections=0.01,
    copies=(1, 3),
    one_bit=0.25,
)
_CHAT = Severity(
    "chat",
    device="phone",
    skew_deg=4.0,
    tilt_deg=15.0,
    curl_mm=2.0,
    dpi=(130.0, 300.0),
    jpeg=(60.0, 75.0),
    noise=(5.0, 12.0),
    blur_px=(0.8, 1.8),
    falloff=0.50,
    overflow=0.10,
    corrections=0.01,
    long_side_px=1600,
)

SEVERITIES: dict[str, Severity] = {
    level.name: level for level in (_CLEAN, _OFFICE, _FIELD, _PHONE, _COPY, _CHAT)
}
SEVERITY_NAMES: tuple[str, ...] = tuple(SEVERITIES)
