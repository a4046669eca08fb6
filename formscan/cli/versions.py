"""Versions of what results depend on."""

from __future__ import annotations

import platform
from importlib import metadata

__all__ = ["PACKAGES", "version_of", "versions"]

PACKAGES = (
    "numpy",
    "opencv-python-headless",
    "onnxruntime",
    "pillow",
    "pypdfium2",
    "zxing-cpp",
    "pyxform",
    "elementpath",
    "pydantic",
    "SQLAlchemy",
    "reportlab",
    "segno",
    "xlsxwriter",
    "jinja2",
    "rich",
    "click",
    "platformdirs",
    "pdf2image",
    "rapidfuzz",
)


def version_of(package: str) -> str:
    """Installed version, "" where it is missing."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def versions() -> dict[str, str]:
    """Of Python, formscan and every package, for ``run.json``."""
    from formscan import __version__

    return {
        "formscan": __version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{package: version_of(package) for package in (*PACKAGES, "rapidocr")},
    }
