"""Tesseract, the outside program that reads printed text: one process for all lines of a page."""

from __future__ import annotations

import csv
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from formscan.errors import MissingProgramError
from formscan.page import Picture

__all__ = ["PrintedLine", "languages", "read_lines"]

_WANTED = ("ind", "eng")
_WORD_LEVEL = "5"
_BORDER_PX = 12
_SECONDS = (10.0, 2.0)
"""A page may take so long, and so much more per line."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """What Tesseract makes of one line.

    Attributes:
        text: Words joined by a space, "" where it sees none.
        weakest: Confidence of the least sure word, 0 to 1, as Tesseract gives it.
    """

    text: str = ""
    weakest: float = 0.0


@functools.cache
def languages() -> str:
    """``ind+eng``, or what of it is installed; "" where there is no Tesseract to use."""
    program = shutil.which("tesseract")
    if program is None:
        return ""
    shown = subprocess.run(  # noqa: S603 - a program found on PATH, fixed arguments
        [program, "--list-langs"], capture_output=True, text=True, check=False, timeout=20
    )
    installed = set((shown.stdout + shown.stderr).split())
    return "+".join(language for language in _WANTED if language in installed)


def read_lines(pictures: Sequence[Picture], px_per_mm: float) -> list[PrintedLine]:
    """Read pictures that hold one line of print each.

    Args:
        pictures: (h, w) uint8 grey, dark on light.
        px_per_mm: Their resolution.

    Returns:
        One line a picture, in order.

    Raises:
        MissingProgramError: There is no Tesseract, or it failed or hung.
    """
    program, spoken = shutil.which("tesseract"), languages()
    if program is None or not spoken:
        message = "tesseract is missing: sudo apt install tesseract-ocr tesseract-ocr-ind"
        raise MissingProgramError(message)
    with tempfile.TemporaryDirectory(prefix="formscan-") as folder:
        paths = [Path(folder) / f"{number:03d}.png" for number in range(len(pictures))]
        for path, picture in zip(paths, pictures, strict=True):
            path.write_bytes(_png(picture))
        listing = Path(folder) / "lines.txt"
        listing.write_text("\n".join(map(str, paths)) + "\n", encoding="utf-8")
        dpi = str(round(px_per_mm * 25.4))
        try:
            done = subprocess.run(  # noqa: S603 - a program found on PATH, our own files
                [program, str(listing), "stdout", "-l", spoken, "--psm", "7", "--dpi", dpi, "tsv"],
                capture_output=True, text=True, encoding="utf-8", check=True,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
                timeout=_SECONDS[0] + _SECONDS[1] * len(pictures),
            )  # fmt: skip
        except (subprocess.SubprocessError, OSError) as error:
            message = f"tesseract failed: {type(error).__name__}"
            raise MissingProgramError(message) from error
    return _lines(done.stdout, len(pictures))


def _png(picture: Picture) -> bytes:
    """The picture with paper around it, without which Tesseract misses outer characters."""
    paper = int(np.percentile(picture, 90))
    framed = cv2.copyMakeBorder(
        picture, *(_BORDER_PX,) * 4, borderType=cv2.BORDER_CONSTANT, value=(paper, paper, paper)
    )
    return bytes(cv2.imencode(".png", framed)[1])


def _lines(tsv: str, count: int) -> list[PrintedLine]:
    words: list[list[tuple[str, float]]] = [[] for _ in range(count)]
    for row in csv.DictReader(tsv.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        page = int(row["page_num"]) - 1
        if row["level"] == _WORD_LEVEL and text and 0 <= page < count:
            words[page].append((text, max(float(row["conf"]), 0.0) / 100))
    return [
        PrintedLine(" ".join(text for text, _ in line), min(conf for _, conf in line))
        if line
        else PrintedLine()
        for line in words
    ]
