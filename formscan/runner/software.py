"""What readings depend on besides the page: this package and those that look at pixels."""

from __future__ import annotations

import functools
import hashlib
import platform
from collections.abc import Mapping
from importlib import metadata, resources

from formscan.extract.engines.ppocr import model_path
from formscan.extract.engines.tesseract import languages

__all__ = ["differences", "software"]

_PACKAGES = (
    "numpy", "opencv-python-headless", "onnxruntime", "pillow", "pypdfium2", "zxing-cpp",
    "rapidfuzz",
)  # fmt: skip


@functools.cache
def software() -> dict[str, str]:
    """Name to version of everything that must be equal on all computers of a run."""
    model = model_path()
    return {
        "formscan": _digest(),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **{package: metadata.version(package) for package in _PACKAGES},
        "tesseract": languages() or "-",
        "rapidocr": model.name if model is not None else "-",
    }


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """``numpy 2.3 (here 2.4)`` for all that differs."""
    return [
        f"{name} {there.get(name, '-')} (here {version})"
        for name, version in here.items()
        if there.get(name) != version
    ]


def _digest() -> str:
    """Of every file of this package that is code or a model."""
    digest = hashlib.sha256()
    queue = [resources.files("formscan")]
    while queue:
        for one in sorted(queue.pop().iterdir(), key=lambda found: found.name):
            if one.is_dir() and one.name != "__pycache__":
                queue.append(one)
            elif one.name.endswith((".py", ".onnx", ".json")):
                digest.update(one.name.encode() + one.read_bytes())
    return digest.hexdigest()[:12]
