"""A form of four pages whose pages repeat the family's number, and families written on it.

Page 1: ``kk`` (six boxes), ``urut``, two names. Page 2: the last three digits of ``kk``, ``urut``
again, two codes. Pages 3 and 4 continue the roster: the serial they follow, ``kk`` again, names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from formscan.geometry import BoxMm
from formscan.page import Identity, PageRef
from formscan.reading import Candidate, FieldReading, PageOutcome
from formscan.settle import SettleOptions
from formscan.templates.model import Field, PageLayout, Template
from formscan.templates.question import Question

OPTIONS = SettleOptions(as_of=date(2024, 1, 1))
BOX = BoxMm(x=0, y=0, width=5, height=5)


def _comb(name: str, boxes: int, kind: str = "id", **more: object) -> Field:
    settings = {"kind": "comb", "box": BOX, "cells": (BOX,) * boxes, "error_kind": kind, **more}
    return Field.model_validate({"name": name, **settings})


def _name(row: int) -> Field:
    return _comb("nama", 10, "name", row=row, repeat="warga", alphabet="name")


def _again(name: str, boxes: int, question: str) -> Field:
    return _comb(name, boxes, paper_only=True, evidence=(question,))


FIELDS = {
    1: (_comb("kk", 6), _comb("urut", 4, "code"), _name(1), _name(2)),
    2: (_again("kk_h2", 3, "kk"), _again("urut_h2", 4, "urut"), _comb("a", 2, "code"),
        _comb("b", 2, "code")),
    3: (_again("seri_h3", 8, "no_seri"), _again("kk_h3", 6, "kk"), _name(3), _name(4)),
    4: (_again("seri_h4", 8, "no_seri"), _again("kk_h4", 6, "kk"), _name(5)),
}  # fmt: skip

LINKED = Template(
    form="keluarga",
    version="1",
    pages=tuple(
        PageLayout(page=page, width_mm=210, height_mm=297, fields=fields, continuation=page > 2)
        for page, fields in FIELDS.items()
    ),
    pages_per_record=2,
    questions=(
        Question(name="no_seri", path="/data/no_seri", type="text"),
        *(Question(name=name, path=f"/data/{name}", type="text") for name in ("kk", "urut")),
        Question(name="warga", path="/data/warga", type="repeat"),
        Question(name="nama", path="/data/warga/nama", type="text", repeat="warga"),
        *(Question(name=name, path=f"/data/{name}", type="text") for name in ("a", "b")),
    ),
)


def family(number: int) -> dict[int, dict[tuple[str, int | None], str]]:
    """What family ``number`` writes, by page; no two families share a name or number."""
    kk, urut = f"{64_0000 + number * 37}", f"{number:04d}"
    names = {
        row: f"{'ABCDEFGHIJ'[number % 10] * row}{'KLMNOPQRST'[number // 10]}" for row in range(1, 6)
    }
    return {
        1: {("kk", None): kk, ("urut", None): urut, ("nama", 1): names[1], ("nama", 2): names[2]},
        2: {("kk_h2", None): kk[-3:], ("urut_h2", None): urut, ("a", None): f"{number:02d}",
            ("b", None): f"{99 - number:02d}"},
        3: {("kk_h3", None): kk, ("nama", 3): names[3], ("nama", 4): names[4]},
        4: {("kk_h4", None): kk, ("nama", 5): names[5]},
    }  # fmt: skip


def page(
    number: int,
    said: Mapping[tuple[str, int | None], str | tuple[str, float]],
    *,
    serial: str = "00000001",
    file: str = "",
    frame: int = 1,
    status: str = "ok",
    reason: str = "",
    print_run: str = "ABCDEF",
    version: str = "1",
) -> PageOutcome:
    """A page on which ``said`` is written, read with confidence 1 unless told otherwise.

    The file's bytes are those of its name: pages of one file are sides of one sheet.
    """
    name = file or f"x/{serial}-{number}.png"
    readings = []
    for field in FIELDS[number] if status == "ok" else ():
        told = said.get((field.name, field.row), "")
        raw, sure = told if isinstance(told, tuple) else (told, 1.0)
        readings.append(FieldReading(field.name, field.row, "t-1", (Candidate(raw, sure),), sure))
    return PageOutcome(
        ref=PageRef(f"/tmp/{name}", frame, name, f"sha-{name}"),
        status=status,
        reason=reason,
        identity=Identity("keluarga", version, number, serial, print_run),
        readings=tuple(readings),
    )
