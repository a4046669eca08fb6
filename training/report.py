"""Measure the glyph network and write its model card.

    python -m training.report --unipen FILE --work DIR [--splits validation test]

Isolated glyphs (rendered alone) and boxed ones (written into combs, scanned, cut by the
package's own cutter), per split; nothing here is used to choose anything.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.calibration import load_calibration
from formscan.extract.comb import CombReader
from formscan.extract.glyphs import MODEL, read_glyphs
from formscan.pipeline import readers_version
from formscan.simulate.unipen import CHARACTERS, Split, StrokeFile, load_strokes
from formscan.templates.model import Template
from training.comb_paper import LINES, Hand, Paper, field_of, write
from training.prepare import strokes_part

CELLS, COMBS = 16, 160
COMMAND = "make train UNIPEN=FILE"


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """Accuracy over glyphs."""

    right: NDArray[np.bool_]
    label: NDArray[np.int64]
    read: list[str]
    sure: NDArray[np.bool_]
    writer: NDArray[np.str_]

    def row(self, name: str) -> str:
        shares = [float(self.right[self.writer == w].mean()) for w in np.unique(self.writer)]
        tenth, half = np.percentile(shares, (10, 50)) * 100
        sure = self.sure.mean() * 100
        wrong = int((~self.right[self.sure]).sum())
        return (
            f"| {name} | {len(self.right)} | {self.right.mean() * 100:.2f} | {half:.1f} | "
            f"{tenth:.1f} | {sure:.1f} | {wrong} of {int(self.sure.sum())} |"
        )

    def confusions(self) -> str:
        pairs = Counter(
            f"{CHARACTERS[label]}>{read or 'empty'}"
            for label, read, right in zip(self.label.tolist(), self.read, self.right, strict=True)
            if not right
        )
        return ", ".join(f"{pair} {n}" for pair, n in pairs.most_common(10))

    def worst(self) -> str:
        shares = {
            CHARACTERS[label]: float(self.right[self.label == label].mean())
            for label in np.unique(self.label)
        }
        ranked = sorted(shares.items(), key=lambda item: item[1])
        return ", ".join(f"{c} {share * 100:.1f} %" for c, share in ranked[:6])


def isolated(file: StrokeFile, split: Split, *, digits: bool) -> Figures:
    """Every character once, rendered alone."""
    x, y, items = strokes_part(file, split, 950)
    keep = (y < 10) == digits
    x, y, items = x[keep], y[keep].astype(np.int64), items[keep]
    first, last = (0, 10) if digits else (10, 36)
    logits = read_glyphs(x).logits[:, first:last].astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    share = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    best = share.argmax(axis=1) + first
    read = [CHARACTERS[b] for b in best.tolist()]
    return Figures(best == y, y, read, share.max(axis=1) >= 0.98, file.writers[items])


def boxed(file: StrokeFile, split: Split, line: str, *, digits: bool) -> Figures:
    """Combs of one writer each, office paper, a tenth of the glyphs overflowing."""
    rng = np.random.default_rng(77)
    items = file.select(split)
    items = items[(file.labels[items] < 10) == digits]
    writers = np.unique(file.writers[items])
    field = field_of(CELLS, "digits" if digits else "letters", (6, 6, 4))
    crops, taken = [], []
    for _ in range(COMBS):
        mine = items[file.writers[items] == writers[rng.integers(len(writers))]]
        chosen = rng.choice(mine, CELLS)
        hand = dataclasses.replace(Hand.drawn(rng, 0.1), habits=False, wobble=0.1)
        paper = Paper.drawn(rng, line, office=True)
        glyphs = [(file.strokes(i), int(file.labels[i])) for i in chosen]
        crops.append(write(field, glyphs, hand, paper, rng))
        taken.append(chosen)
    template = Template(form="report", version="1", pages=())
    readings = CombReader().read(crops, template)
    best = [cell.candidates[0] for reading in readings for cell in reading.cells]
    all_items = np.concatenate(taken)
    labels = file.labels[all_items].astype(np.int64)
    read = [candidate.text for candidate in best]
    right = np.array([CHARACTERS[y] == r for y, r in zip(labels.tolist(), read, strict=True)])
    sure = np.array([candidate.probability >= 0.98 for candidate in best])
    return Figures(right, labels, read, sure, file.writers[all_items])


HEAD = "| set | glyphs | right % | median writer | tenth percentile | sure (>= .98) % | wrong |"


def measured(file: StrokeFile, splits: list[Split]) -> str:
    lines = []
    for split in splits:
        lines += [f"### Writers of the {split} split", "", HEAD, "|---|---|---|---|---|---|---|"]
        notes = []
        for digits in (True, False):
            kind = "digits" if digits else "capitals"
            alone = isolated(file, split, digits=digits)
            lines.append(alone.row(f"{kind}, alone"))
            for line in LINES:
                figures = boxed(file, split, line, digits=digits)
                lines.append(figures.row(f"{kind}, boxes with {line} lines"))
            notes.append(f"{kind}: weakest classes {alone.worst()}; mistaken {alone.confusions()}")
        lines += ["", *(f"- {note}" for note in notes), ""]
    return "\n".join(lines)


def curves_table() -> str:
    """Of each confidence curve: fields, measures without their hinges, highest value."""
    lines = []
    for name, curve in sorted(load_calibration().curves.items()):
        measures = [feature for feature in curve.features if not {"<", ">"} & {*feature}]
        lines.append(f"| {name} | {curve.fields} | {', '.join(measures)} | {curve.highest:.4f} |")
    return "\n".join(lines)


def card(figures: str, training: str) -> str:
    digest = hashlib.sha256(MODEL.read_bytes()).hexdigest()
    return (
        Path(__file__)
        .with_name("card.md")
        .read_text(encoding="utf-8")
        .format(
            digest=digest,
            size=MODEL.stat().st_size,
            figures=figures,
            training=training,
            curves=curves_table() or "| none yet | | | |",
            command=COMMAND,
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unipen", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--splits", nargs="+", default=["validation", "test"])
    parser.add_argument("--card", type=Path, default=MODEL.with_suffix(".md"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    cache = options.work / "figures.json"
    known = json.loads(cache.read_text()) if cache.exists() else {}
    if known.get("readers") != readers_version():
        file = load_strokes(options.unipen)
        known = {"readers": readers_version(), "figures": measured(file, options.splits)}
        cache.write_text(json.dumps(known))
    log = options.work / "training.txt"
    training = log.read_text().strip() if log.exists() else ""
    options.card.write_text(card(known["figures"], training), encoding="utf-8")
    print(known["figures"])


if __name__ == "__main__":
    main()
