"""How marks are read: real crops by style, simulated FK23 pages by kind, milliseconds.

    python -m benchmarks.marks --odkscan ../shared/data/odkscan

``make bench-marks`` writes the tables into ``docs/accuracy.md`` and the kinds as a picture.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from benchmarks.odkscan import TEMPLATE, read_marks, risk_table, style_table
from benchmarks.tables import put_between_markers, table
from formscan.extract.mark import MarkReader
from formscan.report.statistics import wilson
from formscan.settle.accept import floored, is_accepted
from training.mark_pages import AS_PEOPLE, DOUBLE, EVERY_KIND, Marked, fk23_pages, foreign_pages

SEED = 2023
SEVERITIES = ("office", "field", "phone", "copy")
GROUPS_A_PAGE = 24
SHOWN_PX = 88


def _nothing() -> np.ndarray:
    return np.zeros(4, int)


@dataclass
class Tally:
    """Groups of one condition, and of each kind of mark in it."""

    counts: dict[str, np.ndarray] = field(default_factory=lambda: defaultdict(_nothing))
    lost: int = 0
    boxes: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, kind: str, right: bool, sure: bool) -> None:
        for name in (kind, ""):
            self.counts[name] += (1, right, sure, sure and not right)


def measure(pages: Iterable[Marked | None], shown: dict[str, np.ndarray] | None = None) -> Tally:
    """Read pages; a page that is not found counts as lost, its groups as not accepted."""
    tally, reader = Tally(), MarkReader()
    for page in pages:
        if page is None:
            tally.lost += 1
            continue
        start = time.process_time()
        readings = reader.read(page.crops, TEMPLATE)
        boxes = sum(len(crop.field.marks) for crop in page.crops)
        tally.seconds.append((time.process_time() - start) / boxes)
        tally.boxes += boxes
        for at, (reading, truth, kind) in enumerate(
            zip(readings, page.truth, page.kinds, strict=True)
        ):
            right = reading.raw == truth and truth != DOUBLE
            tally.add(kind, right, is_accepted(floored(reading.confidence), "mark"))
            if shown is not None and kind not in shown:
                shown[kind] = _picture(page, at)
    return tally


def _picture(page: Marked, at: int) -> np.ndarray:
    """The box in which something was done."""
    crop = page.crops[at]
    looks = page.looks[at]
    marked = [i for i, look in enumerate(looks) if look] or [0]
    box = crop.field.marks[marked[0]].box
    left, top, right, bottom = (round(v) for v in crop.px_box(box.grow(0.5 * box.width)))
    cut = (crop.gray if crop.bgr is None else crop.bgr)[max(top, 0) : bottom, max(left, 0) : right]
    cut = cv2.cvtColor(cut, cv2.COLOR_GRAY2BGR) if cut.ndim == 2 else cut
    return cv2.resize(cut, (SHOWN_PX, SHOWN_PX), interpolation=cv2.INTER_CUBIC)


def people_table(tallies: dict[str, Tally]) -> str:
    rows = []
    for name, tally in tallies.items():
        count, right, sure, wrong = (int(value) for value in tally.counts[""])
        most = 100 * wilson(wrong, sure)[1] if wrong else 300 / max(sure, 1)
        rows.append([
            name, f"{count:,}", f"{100 * right / count:.2f} %", f"{100 * sure / count:.2f} %",
            f"{wrong} of {sure:,}", f"{most:.3f} %", str(tally.lost),
        ])  # fmt: skip
    return table(
        ["Scans", "Groups", "Right", "Accepted", "Wrong among accepted", "at most", "Pages lost"],
        rows,
    )


def kind_table(tallies: dict[str, Tally]) -> str:
    kinds = sorted({kind for tally in tallies.values() for kind in tally.counts if kind})
    header = ["What was done", "Groups"]
    header += [
        f"{name}: {what}" for name in tallies for what in ("right", "accepted", "wrong acc.")
    ]
    rows = []
    for kind in kinds:
        row = [kind, str(sum(int(tally.counts[kind][0]) for tally in tallies.values()))]
        for tally in tallies.values():
            count, right, sure, wrong = (int(value) for value in tally.counts[kind])
            shares = (right / max(count, 1), sure / max(count, 1))
            row += [*(f"{100 * share:.0f} %" for share in shares), str(wrong)]
        rows.append(row)
    return table(header, rows)


def gallery(shown: dict[str, np.ndarray]) -> np.ndarray:
    """Each kind once, with its name."""
    tiles = []
    for kind in sorted(shown):
        tile = np.full((SHOWN_PX + 18, 132, 3), 255, np.uint8)
        tile[:SHOWN_PX, 22 : 22 + SHOWN_PX] = shown[kind]
        cv2.putText(tile, kind, (4, SHOWN_PX + 13), 0, 0.38, (40, 40, 40), 1, cv2.LINE_AA)
        tiles.append(tile)
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % 6)
    return np.vstack([np.hstack(tiles[at : at + 6]) for at in range(0, len(tiles), 6)])


def report(folder: Path | None, groups: int, picture: Path) -> str:
    """All tables as Markdown."""
    pages = -(-groups // GROUPS_A_PAGE)
    shown: dict[str, np.ndarray] = {}
    parts = []
    if folder is not None:
        reads = list(read_marks(folder, held_back=True))
        parts.append(
            f"**Real marks** (ODK Scan's crops, sheets held back).\n\n{style_table(reads)}"
        )
        parts.append(risk_table(reads))
    people = {
        name: measure(fk23_pages(pages if name == "office" else pages // 4, name, AS_PEOPLE, SEED))
        for name in SEVERITIES
    }
    parts.append(f"**FK23 page 2 as people mark it** (seed {SEED}).\n\n{people_table(people)}")
    every = {
        name: measure(fk23_pages(pages // 4, name, EVERY_KIND, SEED + 1), shown)
        for name in ("office", "phone")
    }
    every["foreign forms"] = measure(foreign_pages(pages // 3, EVERY_KIND, SEED + 2))
    parts.append(
        f"**Every kind as often as any**, one group in five corrected.\n\n{kind_table(every)}"
    )
    cv2.imwrite(str(picture), gallery(shown))
    parts.append(f"![kinds of marks]({picture.name})")
    spent = 1e5 * float(np.median([s for one in people.values() for s in one.seconds]))
    parts.append(
        f"Reading marks takes {spent:.1f} ms of processor time per 100 boxes (median page)."
    )
    return "\n\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--odkscan", type=Path)
    parser.add_argument("--groups", type=int, default=5000, help="at office quality")
    parser.add_argument("--docs", type=Path, default=Path("docs/accuracy.md"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    known = options.odkscan if options.odkscan and options.odkscan.is_dir() else None
    text = report(known, options.groups, options.docs.with_name("marks.png"))
    put_between_markers(options.docs, text, "marks")
    print(text)


if __name__ == "__main__":
    main()
