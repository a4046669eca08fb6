"""``watch.html``: what the hot folder is doing, for whoever stands at the scanner."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from formscan.report.html import render

__all__ = ["FILE", "HotState", "Taken", "write_hot_page"]

FILE = "watch.html"
"""Name of the page in the output folder."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One page that was read.

    Attributes:
        at: Time of day, ``14:03:22``.
        scan: Its name in all outputs.
        frame: 1-based page of the file.
        status: As in ``pages.csv``.
        reason: As in ``pages.csv``, "" where nothing is wrong.
    """

    at: str
    scan: str
    frame: int
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class HotState:
    """All that the page shows.

    Attributes:
        state: ``away``: the folder cannot be reached; ``stopped``: nobody watches any more.
        folder: That is watched.
        at: When this was written, date and time of day.
        done: Pages read of those found in this round.
        pages: Pages found in this round.
        waiting: Names of files that are still growing.
        taken: The pages read last, the newest first.
        problems: Pages rejected since the start, the newest first.
        page_counts: Status to number of pages, of the whole output folder.
        record_counts: Status to number of records.
        review_items: Lines of ``review.csv``.
        trouble: Why it stopped, "" where all is well.
    """

    state: Literal["waiting", "reading", "writing", "away", "stopped"]
    folder: str
    at: str
    done: int = 0
    pages: int = 0
    waiting: tuple[str, ...] = ()
    taken: tuple[Taken, ...] = ()
    problems: tuple[Taken, ...] = ()
    page_counts: tuple[tuple[str, int], ...] = ()
    record_counts: tuple[tuple[str, int], ...] = ()
    review_items: int = 0
    trouble: str = ""


def write_hot_page(out: Path, state: HotState, language: str) -> Path:
    """Write ``OUT/watch.html``, whole or not at all; browsers fetch it anew by themselves."""
    target = out / FILE
    partial = target.with_name(f"{FILE}.part")
    partial.write_text(render("watch.html", language, hot=state), encoding="utf-8")
    partial.replace(target)
    return target
