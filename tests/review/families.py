"""A batch of families whose readings are in doubt, with pictures of their pages."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from formscan.geometry import BoxMm
from formscan.image.load import enumerate_pages
from formscan.page import Identity, PageRef
from formscan.reading import Candidate, Cell, FieldReading, PageOutcome
from formscan.store import ReadWith, Store, keep_original
from formscan.templates.model import Choice, Field, PageLayout, Template
from formscan.templates.question import Question

PX_PER_MM = 6
NIK = "3301014508900001"

FIELDS = (
    ("kode_kader", None, {"error_kind": "code", "alphabet": "digits"}, 6),
    ("nama", 1, {"error_kind": "name", "alphabet": "name"}, 20),
    ("nik", 1, {"error_kind": "id", "alphabet": "digits"}, 16),
    ("tgl_lahir", 1, {"error_kind": "date", "value_type": "date", "pattern": "DDMMYYYY"}, 8),
    ("jk", 1, {"error_kind": "code", "value_type": "select_one", "code_list": "jk"}, 1),
    ("hubungan", 1, {"error_kind": "code", "value_type": "select_one", "code_list": "hub"}, 1),
)
LABELS = {"kode_kader": "Kode kader", "nama": "Nama", "nik": "NIK", "tgl_lahir": "Tanggal lahir"}


def printed() -> tuple[Field, ...]:
    made = []
    for line, (name, row, more, cells) in enumerate(FIELDS):
        boxes = tuple(
            BoxMm(x=20 + 6 * n, y=15 + 12 * line, width=6, height=8) for n in range(cells)
        )
        repeat = "anggota" if row else ""
        labels = {"id": LABELS.get(name, name), "en": LABELS.get(name, name)}
        kind = {"name": name, "row": row, "repeat": repeat, "kind": "comb", "labels": labels}
        box = BoxMm.around(boxes)
        made.append(Field.model_validate({**kind, "box": box, "cells": boxes, **more}))
    return tuple(made)


def asked(name: str, kind: str, repeat: str = "", **more: str) -> Question:
    path = f"/data/{repeat}/{name}" if repeat else f"/data/{name}"
    return Question.model_validate(
        {"name": name, "path": path, "type": kind, "repeat": repeat, **more}
    )


def warga() -> Template:
    """A form of one page with a repeated group and a rule."""
    rule = "/data/anggota/hubungan = '2' and /data/anggota/jk = '1'"
    said = {"id": "Istri harus perempuan.", "en": "A wife must be female."}
    note = asked("r03", "note", "anggota", relevant=rule, severity="error", rule="R03")
    return Template(
        form="warga",
        version="1",
        pages=(PageLayout(page=1, width_mm=210, height_mm=100, fields=printed()),),
        questions=(
            asked("kode_kader", "text"),
            asked("anggota", "repeat"),
            *(
                asked(name, "text", "anggota", required="true()")
                for name, row, _, _ in FIELDS
                if row
            ),
            note.model_copy(update={"labels": said}),
        ),
        code_lists={
            "jk": (
                Choice(value="1", labels={"id": "Laki-laki", "en": "Male"}),
                Choice(value="2", labels={"id": "Perempuan", "en": "Female"}),
            ),
            "hub": tuple(Choice(value=value) for value in "1234"),
        },
    )


SURE = {
    "kode_kader": ("640732", 1.0),
    "nama": ("SITI AMINAH", 1.0),
    "nik": (NIK, 1.0),
    "tgl_lahir": ("05081990", 1.0),
    "jk": ("2", 1.0),
    "hubungan": ("2", 1.0),
}
DOUBTS: tuple[dict[str, tuple[str, float]], ...] = (
    {"nik": (NIK, 0.9), "jk": ("2", 0.7)},
    {"tgl_lahir": ("05081990", 0.75), "nama": ("SITI AMINAH", 0.6)},
    {"jk": ("1", 1.0)},
    {"nama": ("<B>", 0.5), "nik": ("33010145089000?1", 0.1)},
)
"""What is in doubt in each family; the third breaks a rule."""

CROWD: tuple[dict[str, tuple[str, float]], ...] = (
    {"jk": ("2", 0.7), "nik": (NIK, 0.9)},
    {"jk": ("2", 0.6), "hubungan": ("2", 0.95)},
    {"jk": ("2", 0.8)},
    {"jk": ("1", 0.7)},
    {"nama": ("SITI AMINAH", 0.9), "jk": ("2", 0.5)},
    {"tgl_lahir": ("05081990", 0.8)},
)
"""Families that are looked at side by side; in the fourth, a man would be a wife."""

Doubts = tuple[dict[str, tuple[str, float]], ...]


def fill(out: Path, store: Store, form: Template, scans: Path, families: Doubts = DOUBTS) -> None:
    scans.mkdir()
    for number, doubts in enumerate(families, start=1):
        _draw(scans / f"{number}.png", form, SURE | doubts)
    store.set_meta("as_of", "2024-05-17")
    store.add_templates([form])
    refs = list(enumerate_pages([scans], out))
    assert all(keep_original(out, ref) for ref in refs)
    save(store, form, refs, families)


def save(store: Store, form: Template, refs: list[PageRef], families: Doubts = DOUBTS) -> None:
    with_what = ReadWith("1", frozenset({form.sha256()}), "", "t-1")
    for number, (ref, doubts) in enumerate(zip(refs, families, strict=True), start=1):
        readings = tuple(_reading(one, *(SURE | doubts)[one.name]) for one in form.layout(1).fields)
        outcome = PageOutcome(
            ref=ref, status="ok", readings=readings, width_px=1260, height_px=600, dpi=150,
            identity=Identity("warga", "1", 1, f"{number:08d}", "ABC123"),
        )  # fmt: skip
        store.save(outcome, with_what)


def _draw(file: Path, form: Template, said: dict[str, tuple[str, float]]) -> None:
    picture = Image.new("L", (210 * PX_PER_MM, 100 * PX_PER_MM), 255)
    pen = ImageDraw.Draw(picture)
    for one in form.layout(1).fields:
        for cell, letter in zip(one.cells, said[one.name][0], strict=False):
            edges = [PX_PER_MM * edge for edge in (cell.x, cell.y, cell.right, cell.bottom)]
            pen.rectangle(edges, outline=150)
            pen.text((edges[0] + 10, edges[1] + 8), letter, fill=20, font_size=30)
    pen.text((900, 20), file.stem, fill=20, font_size=30)
    picture.save(file)


def _reading(one: Field, raw: str, confidence: float) -> FieldReading:
    others = {"jk": ("1", "2"), "nama": ("SITI AMINAN",)}.get(one.name, ())
    texts = dict.fromkeys([raw, *others])
    box = one.box
    edges = [round(PX_PER_MM * edge) for edge in (box.x, box.y, box.width, box.height)]
    return FieldReading(
        one.name, one.row, "t-1", tuple(Candidate(text, confidence) for text in texts), confidence,
        box_px=(edges[0], edges[1], edges[2], edges[3]), cells=_cells(one, raw, confidence),
    )  # fmt: skip


def _cells(one: Field, raw: str, confidence: float) -> tuple[Cell, ...]:
    """All boxes are sure but the first, and the second of a date that is worse than usual.

    A NIK has none, so that nothing speaks for it; nor has what is no name.
    """
    if one.error_kind == "id" or raw == "<B>":
        return ()
    texts = ["" if letter == " " else letter for letter in raw.ljust(len(one.cells))]
    shares = [min(confidence, 0.99995), *[0.99995] * len(texts)]
    shares[1] = 0.9 if one.error_kind == "date" and confidence < 0.8 else shares[1]
    boxes = zip(texts, shares, strict=False)
    return tuple(Cell((Candidate(text, share),)) for text, share in boxes)
