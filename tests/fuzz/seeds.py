"""What fuzzing starts from, and what the tests run without a fuzzer."""

from __future__ import annotations

import numpy as np
from broken import BROKEN, encoded, good_picture

_SIZE = (96, 64)


def seeds(target: str) -> dict[str, bytes]:
    """Name to bytes; the same on every call."""
    if target == "image":
        return _pictures()
    rng = np.random.default_rng(sorted(map(ord, target)))
    return {f"seed-{size}": rng.bytes(size) for size in (3, 6, 12, 25, 50, 100, 200)}


def _pictures() -> dict[str, bytes]:
    small = good_picture(1).resize(_SIZE)
    formats = {name: encoded(small, name) for name in ("JPEG", "PNG", "TIFF", "WEBP", "PDF", "BMP")}
    fax = small.convert("1")
    formats["G4"] = encoded(fax, "TIFF", compression="group4", save_all=True, append_images=[fax])
    formats["CMYK"] = encoded(small.convert("CMYK"), "JPEG")
    formats["ALPHA"] = encoded(small.convert("LA"), "PNG")
    rng = np.random.default_rng(1)
    broken = {name: make(small, rng) for name, (_, make) in BROKEN.items()}
    return {**formats, **broken}
