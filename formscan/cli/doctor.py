"""``formscan doctor``: what is installed, what is missing, and the command that mends it."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

import click

from formscan.cli.given import FILE
from formscan.cli.speech import Command, Option, say
from formscan.cli.versions import PACKAGES, version_of
from formscan.errors import MissingProgramError

__all__ = ["Finding", "command", "findings"]

_OLDEST_PYTHON = (3, 11)
_EXTRAS = {"distributed": "cluster", "watchfiles": "watch", "s3fs": "s3"}
"""Package to the extra of formscan that brings it."""


class Finding(NamedTuple):
    """One thing looked at.

    Attributes:
        state: ``missing`` stops work, ``optional`` lessens it.
        what: Name of the thing.
        detail: Version, or what is lost without it.
        remedy: The command that mends it, "" where nothing is to be done.
    """

    state: Literal["ok", "optional", "missing"]
    what: str
    detail: str
    remedy: str = ""


@click.command("doctor", cls=Command, help="doctor.help")
@click.option("--scan", cls=Option, type=FILE, help="doctor.scan")
@click.option("--form", "forms", cls=Option, multiple=True, help="run.form")
def command(scan: Path | None, forms: tuple[str, ...]) -> None:
    """See ``doctor.help`` of the message catalogues."""
    found = list(findings())
    for finding in found:
        click.echo(_line(finding))
    missing = [finding.what for finding in found if finding.state == "missing"]
    if missing:
        raise MissingProgramError(say("doctor.incomplete", missing=", ".join(missing)))
    click.echo(say("doctor.complete"))
    if scan is not None:
        from formscan.cli.scan_check import judge_scan

        for line in judge_scan(scan, forms):
            click.echo(line)


def _line(finding: Finding) -> str:
    mark = {"ok": "[ok]", "optional": "[--]", "missing": "[!!]"}[finding.state]
    line = f"{mark:5} {finding.what:26} {finding.detail}"
    return (
        f"{line}\n{'':6}{say('doctor.remedy', remedy=finding.remedy)}" if finding.remedy else line
    )


def findings() -> Iterator[Finding]:
    """Everything that formscan needs or can use, in the order of a table."""
    yield _python()
    for package in PACKAGES:
        yield _package(package)
    yield from _models()
    yield _library()
    yield _fonts()
    yield _program("pdftoppm", "poppler", "sudo apt install poppler-utils")
    yield _tesseract()
    yield _handwriting()
    for package, extra in _EXTRAS.items():
        yield _extra(package, extra)


def _python() -> Finding:
    version = platform.python_version()
    enough = tuple(int(part) for part in platform.python_version_tuple()[:2]) >= _OLDEST_PYTHON
    if enough:
        return Finding("ok", "Python", version)
    return Finding("missing", "Python", version, "https://www.python.org/downloads/ (3.11+)")


def _package(package: str) -> Finding:
    version = version_of(package)
    if version:
        return Finding("ok", package, version)
    return Finding("missing", package, say("doctor.absent"), f"pip install {package}")


def _models() -> Iterator[Finding]:
    folder = resources.files("formscan.extract") / "models"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".onnx")), key=lambda f: f.name)
    for file in files:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        yield Finding("ok", file.name, f"sha256 {digest[:16]}")
    if not files:
        yield Finding(
            "missing", "glyphs.onnx", say("doctor.absent"), "pip install --force-reinstall formscan"
        )


def _library() -> Finding:
    from formscan.templates.load import library

    forms = library()
    if forms:
        return Finding("ok", say("doctor.library"), ", ".join(forms))
    return Finding(
        "missing",
        say("doctor.library"),
        say("doctor.absent"),
        "pip install --force-reinstall formscan",
    )


def _fonts() -> Finding:
    folder = resources.files("formscan.templates") / "fonts"
    fonts = sorted(file.name for file in folder.iterdir() if file.name.lower().endswith(".ttf"))
    if fonts:
        return Finding("ok", say("doctor.fonts"), ", ".join(fonts))
    return Finding(
        "missing",
        say("doctor.fonts"),
        say("doctor.absent"),
        "pip install --force-reinstall formscan",
    )


def _tesseract() -> Finding:
    """The program, and the languages that it reads with."""
    from formscan.extract.engines.tesseract import languages

    install = "sudo apt install tesseract-ocr tesseract-ocr-ind tesseract-ocr-eng"
    found = _program("tesseract", "tesseract", install)
    if found.state != "ok":
        return found
    if spoken := languages():
        state: Literal["ok", "optional"] = "ok" if spoken == "ind+eng" else "optional"
        return Finding(
            state, "tesseract", f"{found.detail}, {spoken}", "" if state == "ok" else install
        )
    return Finding("optional", "tesseract", say("doctor.without_tesseract"), install)


def _handwriting() -> Finding:
    from formscan.extract.engines.ppocr import model_path

    path = model_path()
    if path is None:
        remedy = 'pip install "formscan[handwriting]"'
        return Finding("optional", "rapidocr", say("doctor.without_handwriting"), remedy)
    return Finding("ok", "rapidocr", path.name)


def _extra(package: str, extra: str) -> Finding:
    """A package that one command or option needs."""
    version = version_of(package)
    if version:
        return Finding("ok", package, version)
    remedy = f'pip install "formscan[{extra}]"'
    return Finding("optional", package, say(f"doctor.without_{extra}"), remedy)


def _program(name: str, what: str, remedy: str) -> Finding:
    path = shutil.which(name)
    if path is None:
        return Finding("optional", what, say(f"doctor.without_{what}"), remedy)
    flag = "-v" if name == "pdftoppm" else "--version"
    shown = subprocess.run(  # noqa: S603 - a program found on PATH, a fixed flag
        [path, flag], capture_output=True, text=True, check=False, timeout=20
    )
    first = (shown.stdout or shown.stderr).strip().splitlines()
    return Finding("ok", what, first[0] if first else path)
