"""What ``formscan form print-cover`` does: the cover sheet of a bundle of forms."""

from __future__ import annotations

from pathlib import Path

from formscan.cli.form_print import write_pdf
from formscan.cli.speech import say
from formscan.errors import SettingsError
from formscan.tables import regions
from formscan.templates.cover import KADER, Cover
from formscan.templates.cover_drawing import draw_cover
from formscan.templates.identity import new_print_run

__all__ = ["print_cover"]


def print_cover(sheets: int, area: str, kader: str, target: Path) -> str:
    """Print one cover; what to tell the person.

    Raises:
        SettingsError: A region that does not exist, or a code that no QR of a cover can hold.
        StoreError: The PDF cannot be written.
    """
    place = regions().name(area) if area else ""
    if area and not place:
        raise SettingsError(say("form.bad_area", area=area))
    cover = Cover(new_print_run(), area, kader.upper(), sheets)
    if not KADER.fullmatch(cover.kader):
        raise SettingsError(say("form.bad_kader", kader=kader))
    facts = [
        (say("form.cover_sheets"), str(sheets)),
        (say("form.cover_area"), f"{area} {place}".strip() or "-"),
        (say("form.cover_kader"), cover.kader or "-"),
        (say("form.cover_bundle"), cover.bundle),
    ]
    write_pdf(target, draw_cover(cover, say("form.cover_title"), facts, say("form.cover_advice")))
    return say("form.cover_printed", path=target, sheets=sheets, bundle=cover.bundle)
