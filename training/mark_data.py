"""Simulated pages as the mark reader sees them, kept so that networks and curves are soon refitted.

    python -m training.mark_data --out DIR

Writes ``train.npz`` and ``calibrate.npz``. Pages of both come from different seeds than those of
``benchmarks/marks.py``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from formscan.extract.boxes import INPUT_PX
from formscan.extract.mark import MarkOptions, seen_page
from training.mark_kinds import EMPTY
from training.mark_pages import AS_PEOPLE, EVERY_KIND, Marked, fk23_pages, foreign_pages

LEAST_TRACE = 0.15
"""Of the page's pen, averaged over two by two input pixels."""

SEVERITIES = ("office", "field", "phone", "copy")


def pages(part: str, scale: float) -> Iterable[Marked | None]:
    """The pages of a part, easy and hard ones mixed."""
    if part == "train":
        plain, every, seed, sheets = 250, 950, 11, (0, 8)
    else:
        plain, every, seed, sheets = 0, 350, 12, (30, 8)
    few = [max(round(scale * count), 1) for count in (plain, every, *sheets)]
    return chain(
        foreign_pages(few[0] if plain else 0, AS_PEOPLE, seed),
        foreign_pages(few[1], EVERY_KIND, seed + 100),
        *(fk23_pages(few[2] if sheets[0] else 0, s, AS_PEOPLE, seed) for s in SEVERITIES),
        *(fk23_pages(few[3], s, EVERY_KIND, seed + 100) for s in SEVERITIES),
    )


def collect(marked: Iterable[Marked | None]) -> dict[str, np.ndarray]:
    """Arrays over boxes (inputs, looks, group) and over groups (page, truth, kind ...)."""
    boxes: dict[str, list] = {"inputs": [], "looks": []}
    groups: dict[str, list] = {
        name: [] for name in ("page", "size", "truth", "kind", "doubtful", "multiple", "values")
    }
    for number, page in enumerate(page for page in marked if page is not None):
        spots, seen, doubtful = seen_page(page.crops, MarkOptions())
        boxes["inputs"].append(seen.inputs.astype(np.float16))
        boxes["looks"] += [look for group in page.looks for look in group]
        groups["page"] += [number] * len(spots)
        groups["size"] += [len(spot.marks) for spot in spots]
        groups["truth"] += page.truth
        groups["kind"] += page.kinds
        groups["doubtful"] += doubtful
        groups["multiple"] += [spot.crop.field.multiple for spot in spots]
        groups["values"] += ["|".join(mark.value for mark in spot.marks) for spot in spots]
    arrays = {name: np.array(values) for name, values in groups.items()}
    return arrays | {
        "inputs": np.concatenate(boxes["inputs"]),
        "looks": np.array(boxes["looks"], np.int8),
    }


def left_a_trace(inputs: np.ndarray, looks: np.ndarray) -> np.ndarray:
    """(n,) whether a box shows what was done in it: photocopiers swallow pale pencils whole.

    What is not on the scan is no truth for a reader.
    """
    beyond = inputs[:, INPUT_PX**2 : 2 * INPUT_PX**2].reshape(-1, INPUT_PX, INPUT_PX)
    middle = beyond[:, 2:-2, 2:-2].astype(np.float32)
    pairs = middle[:, 1:, 1:] + middle[:, :-1, :-1] + middle[:, 1:, :-1] + middle[:, :-1, 1:]
    return (looks == EMPTY) | (pairs.max(axis=(1, 2)) > 4 * LEAST_TRACE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the pages")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    for part in ("train", "calibrate"):
        arrays = collect(pages(part, options.scale))
        np.savez_compressed(options.out / f"{part}.npz", **arrays)
        print(f"{part}: {len(arrays['size'])} groups, {len(arrays['looks'])} boxes")


if __name__ == "__main__":
    main()
