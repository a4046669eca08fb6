"""``formscan simulate``: families, writers, pages, pictures; the exact truth beside them."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from numpy.random import Generator

from formscan.page import Picture
from formscan.simulate.bend import FLAT_PX_PER_MM, ScanMap
from formscan.simulate.chance import stream
from formscan.simulate.devices import take_picture
from formscan.simulate.families import Family, Village, draw_family, draw_village
from formscan.simulate.files import ScanFormat, Shot, write_pages
from formscan.simulate.generic import draw_any
from formscan.simulate.glyphs import BuiltInGlyphs, GlyphSource, deal_real_hands
from formscan.simulate.hand import Writer, draw_writer
from formscan.simulate.mistakes import MISTAKES
from formscan.simulate.severity import SEVERITIES, Severity
from formscan.simulate.unipen import Split, load_strokes
from formscan.simulate.write import FieldKey, Sheet, write_page
from formscan.templates.draw import draw_pages
from formscan.templates.model import PageLayout, Template
from formscan.templates.payload import BASE32, PageCode
from formscan.validate.values import typed

__all__ = ["SimulateOptions", "Simulated", "simulate"]

_TRUTH = ("scan", "frame", "field", "row", "raw", "value")
_FAMILIES_PER_WRITER = 5


@dataclass(frozen=True, slots=True)
class SimulateOptions:
    """What to simulate.

    Attributes:
        count: Records.
        seed: Equal seeds give equal bytes.
        severity: Key of ``SEVERITIES``.
        writers: Hands; 0 = one for every five records. A hand fills consecutive records.
        unipen: Stroke file of real hands; None = the built-in alphabet.
        split: Which of its people.
        formats: File formats, dealt in turn.
        dpi: Resolution at most, for small files; None = what the severity draws.
    """

    count: int
    seed: int = 1
    severity: str = "office"
    writers: int = 0
    unipen: Path | None = None
    split: Split = "test"
    formats: tuple[ScanFormat, ...] = ("jpg",)
    dpi: int | None = None


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was made.

    Attributes:
        pages: Page pictures.
        unlawful: Records that break a rule of their form, though not on purpose: no answers were
            found that keep it. ``mistakes.csv`` names the rules.
    """

    pages: int
    unlawful: int


@dataclass(frozen=True, slots=True, eq=False)
class _Hands:
    writers: tuple[Writer, ...]
    villages: tuple[Village, ...]


def simulate(
    template: Template,
    options: SimulateOptions,
    out: Path,
    on_record: Callable[[int], Any] = lambda _number: None,
) -> Simulated:
    """Write ``scans/`` and beside it what is true of them, into ``out``.

    ``truth.csv`` says what the paper says, ``writers.csv`` whose hand it is, ``mistakes.csv``
    what breaks a rule, ``geometry.json`` where each scan shows a grid of sheet points.

    Args:
        template: The form.
        options: What to simulate.
        out: Made if absent.
        on_record: Called after each record with its 1-based number.

    Raises:
        SettingsError: The stroke file has nobody of the split.
    """
    scans = out / "scans"
    scans.mkdir(parents=True, exist_ok=True)
    severity = _at_most(SEVERITIES[options.severity], options.dpi)
    hands = _hands(options, severity)
    print_run = _print_run(options.seed)
    truth: list[tuple[object, ...]] = []
    writers: dict[str, str] = {}
    geometry: list[dict[str, Any]] = []
    planted: list[tuple[object, ...]] = []
    unlawful = 0
    for number in range(1, options.count + 1):
        at = (number - 1) * len(hands.writers) // options.count
        record = _Record(template, options, severity, hands, at, number, print_run)
        pages = [record.page(page) for page in record.family.pages]
        scan_format = options.formats[(number - 1) % len(options.formats)]
        files = write_pages(scans, f"{number:04d}", [page.shot for page in pages], scan_format)
        for (name, frame), page in zip(files, pages, strict=True):
            scan = f"scans/{name}"
            truth += [(scan, frame, *row) for row in page.truth]
            writers[scan] = hands.writers[at].glyphs.name
            geometry.append({"scan": scan, "frame": frame, **page.geometry})
        planted += _planted(number, record.family)
        unlawful += any(one.kind not in MISTAKES for one in record.family.mistakes)
        on_record(number)
    _write_csv(out / "truth.csv", _TRUTH, truth)
    _write_csv(out / "writers.csv", ("scan", "writer"), list(writers.items()))
    _write_csv(out / "mistakes.csv", ("serial", "field", "row", "kind"), planted)
    (out / "geometry.json").write_text(json.dumps(geometry), encoding="utf-8")
    return Simulated(len(geometry), unlawful)


def _print_run(seed: int) -> str:
    drawn = stream(seed, "print run").integers(0, len(BASE32), 6)
    return "".join(BASE32[int(i)] for i in drawn)


def _planted(number: int, family: Family) -> list[tuple[object, ...]]:
    """What breaks a rule in a record: serial, field, row, kind or code of the rule."""
    return [
        (f"{number:08d}", one.field, "" if one.row is None else one.row, one.kind)
        for one in family.mistakes
    ]


def _at_most(severity: Severity, dpi: int | None) -> Severity:
    """The severity with its resolution capped, which only makes it harder."""
    if dpi is None:
        return severity
    low, high = severity.dpi
    return dataclasses.replace(severity, dpi=(min(low, dpi), min(high, dpi)))


def _hands(options: SimulateOptions, severity: Severity) -> _Hands:
    count = options.writers or max(1, -(-options.count // _FAMILIES_PER_WRITER))
    sources: list[GlyphSource]
    if options.unipen is None:
        sources = [
            BuiltInGlyphs.of(f"hand-{i:03d}", stream(options.seed, "hand", i)) for i in range(count)
        ]
    else:
        file = load_strokes(options.unipen)
        rng = stream(options.seed, "hands")
        sources = list(deal_real_hands(file, options.split, count, rng))
    writers = tuple(
        draw_writer(i, source, severity, stream(options.seed, "writer", i))
        for i, source in enumerate(sources)
    )
    villages = tuple(draw_village(stream(options.seed, "village", i)) for i in range(count))
    return _Hands(writers, villages)


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    shot: Shot
    truth: list[tuple[str, object, str, str]]
    geometry: dict[str, Any]


class _Record:
    """One record on its way onto paper and through a scanner."""

    def __init__(
        self,
        template: Template,
        options: SimulateOptions,
        severity: Severity,
        hands: _Hands,
        at: int,
        number: int,
        print_run: str,
    ) -> None:
        self._template, self._options, self._severity = template, options, severity
        self._writer = hands.writers[at]
        self._serial, self._print_run = f"{number:08d}", print_run
        rng = stream(options.seed, "family", number)
        self.family: Family = (
            draw_family(template, number, hands.villages[at], rng)
            if template.form == "fk23"
            else draw_any(template, rng)
        )
        self._number = number

    def page(self, page: int) -> _Taken:
        """Print, write and photograph one page."""
        layout = self._template.layout(page)
        names = (self._options.seed, self._options.severity, self._number, page)
        flat = self._blank(layout)
        said = write_page(
            Sheet(flat, FLAT_PX_PER_MM, self._signers()),
            layout,
            self._values(),
            self._writer,
            stream(names[0], "ink", *names[1:]),
        )
        size_mm = (layout.width_mm, layout.height_mm)
        shot, scan_map = take_picture(
            flat, size_mm, self._severity, stream(names[0], "camera", *names[1:])
        )
        return _Taken(shot, self._truth(layout, said), _grid(scan_map, size_mm))

    def _values(self) -> dict[FieldKey, str]:
        values: dict[FieldKey, str] = dict(self.family.values)
        for page in self.family.pages[2:]:
            values[f"lanjutan_dari_seri_h{page}", None] = self._serial
        return values

    def _signers(self) -> dict[str, Generator]:
        """The kader signs all forms alike; heads of families differ."""
        names = (self._options.seed, "signature", self._writer.number)
        return {name: stream(*names, name) for name in ("ttd_kader", "paraf_supervisor")}

    def _blank(self, layout: PageLayout) -> Picture:
        code = PageCode(
            self._template.form,
            self._template.version,
            layout.page,
            self._serial,
            self._print_run,
        )
        document = pypdfium2.PdfDocument(draw_pages(self._template, [code]))
        try:
            picture = document[0].render(scale=FLAT_PX_PER_MM * 25.4 / 72, rev_byteorder=False)
            return np.array(picture.to_numpy()[..., :3], np.uint8)
        finally:
            document.close()

    def _truth(
        self, layout: PageLayout, said: dict[FieldKey, str]
    ) -> list[tuple[str, object, str, str]]:
        rows: list[tuple[str, object, str, str]] = []
        for field in layout.fields:
            raw = said[field.name, field.row]
            row = "" if field.row is None else field.row
            rows.append((field.name, row, raw, typed(field, raw, self._template)))
        return rows


def _grid(scan_map: ScanMap, size_mm: tuple[float, float]) -> dict[str, Any]:
    x, y = np.meshgrid(np.linspace(8, size_mm[0] - 8, 15), np.linspace(8, size_mm[1] - 8, 11))
    points_mm = np.column_stack([x.ravel(), y.ravel()])
    return {
        "points_mm": np.round(points_mm, 3).tolist(),
        "points_px": np.round(scan_map(points_mm), 3).tolist(),
    }


def _write_csv(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
