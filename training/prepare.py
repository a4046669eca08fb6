"""Render the training, validation and test glyphs into a work folder, part by part.

    python -m training.prepare --unipen FILE --work DIR [--only NAME]

Every part is one ``.npz`` with ``x`` (n, 28, 28) uint8 and ``y`` (n,) uint8 (36 = junk), made
from its own seed; a part that is there already is not made again.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.simulate.unipen import Split, StrokeFile, load_strokes
from training import render, sources
from training.combs import comb_part
from training.pen import draw, line

JUNK = 36
Part = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64]]
SHARDS_A = 8
SHARDS_B = 8


def strokes_part(file: StrokeFile, split: Split, seed: int) -> Part:
    """Every digit twice and every capital once, rendered alone."""
    rng = np.random.default_rng(seed)
    items = file.select(split)
    if split == "train":
        items = np.concatenate([items, items[file.labels[items] < 10]])
    glyphs = [render.glyph(file.strokes(i), int(file.labels[i]), rng) for i in items]
    return np.stack(glyphs), file.labels[items], items


def junk_part(file: StrokeFile, split: Split, count: int, seed: int) -> Part:
    rng = np.random.default_rng(seed)
    items = file.select(split)
    glyphs = []
    for _ in range(count):
        pair = rng.choice(items, 2).tolist()
        labels = [int(file.labels[i]) for i in pair]
        glyphs.append(render.junk([file.strokes(i) for i in pair], labels, rng))
    return np.stack(glyphs), np.full(count, JUNK, dtype=np.uint8), np.full(count, -1)


def mnist_part(folder: Path, part: str) -> Part:
    x, y = sources.mnist(folder, part)
    return x, y, np.full(len(y), -1)


def slashed_part(folder: Path, seed: int) -> Part:
    """MNIST zeros with a slash."""
    rng = np.random.default_rng(seed)
    x, y = sources.mnist(folder, "train")
    zeros = x[y == 0][:3000]
    out = []
    for zero in zeros:
        canvas = zero.astype(np.float32) / 255
        a = (6 + rng.normal(0, 2), 24 + rng.normal(0, 2))
        b = (22 + rng.normal(0, 2), 4 + rng.normal(0, 2))
        draw(canvas, [line(a, b)], rng.uniform(1.5, 3), 1.0)
        ink = (np.clip(canvas, 0, 1) * 255).astype(np.uint8)
        out.append(render.normalise(ink))
    return np.stack(out), np.zeros(len(out), dtype=np.uint8), np.full(len(out), -1)


def fonts_part(folder: Path, rounds: int, seed: int) -> Part:
    rng = np.random.default_rng(seed)
    pictures, labels = sources.font_glyphs(folder)
    out = []
    for picture in np.repeat(pictures, rounds, axis=0):
        scale = rng.uniform(0.6, 1.15)
        matrix = cv2.getRotationMatrix2D((42, 42), rng.normal(0, 4), scale)
        matrix[0, 1] += rng.normal(0, 0.12)
        matrix[0, 2] += 42 - (matrix[0] @ (42, 42, 1))
        canvas = cv2.warpAffine(picture, matrix, (84, 84)).astype(np.float32) / 255
        if rng.random() < 0.4:
            canvas = cv2.dilate(canvas, np.ones((2, 2), np.uint8))
        out.append(render.normalise(render.damaged(canvas, rng)))
    return np.stack(out), np.repeat(labels, rounds), np.full(len(out), -1)


def parts(unipen: Path, work: Path) -> dict[str, Callable[[], Part]]:
    file = load_strokes(unipen)
    npm = work / "npm"
    seeds = {"train": 100, "validation": 900, "test": 950}
    table: dict[str, Callable[[], Part]] = {
        "mnist": lambda: mnist_part(npm, "train"),
        "mnist_test": lambda: mnist_part(npm, "t10k"),
        "slashed": lambda: slashed_part(npm, 5),
        "fonts": lambda: fonts_part(npm, 12, 6),
        "junk": lambda: junk_part(file, "train", 24000, 7),
        "val_a": lambda: strokes_part(file, "validation", seeds["validation"]),
        "val_junk": lambda: junk_part(file, "validation", 2000, 8),
        "test_a": lambda: strokes_part(file, "test", seeds["test"]),
    }
    for shard in range(SHARDS_A):
        table[f"train_a{shard}"] = lambda s=shard: strokes_part(file, "train", 100 + s)
    for shard in range(SHARDS_B):
        table[f"train_b{shard}"] = lambda s=shard: comb_part(file, "train", 200 + s)
    table["val_b"] = lambda: comb_part(file, "validation", 901)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unipen", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", default="", help="prefix of the parts to make")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    for name, make in parts(options.unipen, options.work).items():
        target = options.work / f"{name}.npz"
        if target.exists() or not name.startswith(options.only):
            continue
        x, y, item = make()
        waiting = target.with_suffix(".part")
        with waiting.open("wb") as handle:
            np.savez(handle, x=x, y=y, item=item)
        waiting.rename(target)
        print(f"{name}: {len(y)} glyphs, crc {zlib.crc32(x.tobytes()):08x}", flush=True)


if __name__ == "__main__":
    main()
