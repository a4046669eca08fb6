"""JavaRosa, the engine behind ODK Collect, asked what it says of filled forms.

It comes with pyxform (inside ODK Validate). A small Java program fills the phone form with each
submission and tells of every node whether it is relevant and required, whether its constraint
holds, and its (calculated) value.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import pyxform

from formscan.record import Record
from formscan.tables import lookup
from formscan.templates.workbook import read_workbook
from formscan.templates.xform import convert

__all__ = ["Told", "needs_java", "region_codes", "told_by_javarosa"]

LIBRARY = Path(__file__).parents[2] / "formscan/templates/library"
ORACLE = Path(__file__).parent / "javarosa/JavaRosaOracle.java"
JAR = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"

needs_java = pytest.mark.skipif(
    not (shutil.which("java") and shutil.which("javac") and JAR.is_file()),
    reason="needs a JDK, and the JavaRosa inside pyxform",
)


@dataclass(frozen=True)
class Told:
    """Of one node; all but ``relevant`` only where it is relevant and somebody may answer."""

    relevant: bool
    value: str = ""
    required: bool = False
    holds: bool = True


def told_by_javarosa(
    form: str, submissions: Sequence[str], codes: Iterable[str], folder: Path
) -> list[dict[str, Told]]:
    """What JavaRosa says of the nodes of each submission, by path.

    Args:
        form: Of the library.
        submissions: XML.
        codes: Regions that their rules look up.
        folder: Empty; to work in.
    """
    instances = folder / "instances"
    instances.mkdir()
    for number, xml in enumerate(submissions):
        (instances / f"{number:05}.xml").write_text(xml, encoding="utf-8")
    book = read_workbook(LIBRARY / form / f"{form}.md")
    (folder / "form.xml").write_text(convert(book).xml, encoding="utf-8")
    table = "".join(f"{code}\t{lookup('wilayah', 'nama', 'kode', code)}\n" for code in codes)
    (folder / "table.tsv").write_text(table, encoding="utf-8")
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", str(JAR), str(ORACLE),
               "form.xml", "table.tsv", "instances", "told.tsv"]  # fmt: skip
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    said = [{} for _ in submissions]
    for line in (folder / "told.tsv").read_text(encoding="utf-8").splitlines():
        file, path, value, *verdicts = line.split("\t")
        relevant, required, holds = (verdict == "true" for verdict in verdicts)
        said[int(file.partition(".")[0])][path] = Told(relevant, value, required, holds)
    return said


def region_codes(record: Record) -> set[str]:
    """The regions that the rules of FK23 look up for a family."""
    said = {(cell.name, cell.row): cell.value for cell in record.values}
    parts = ("kode_provinsi", "kode_kabkota", "kode_kecamatan", "kode_desa")
    village = "".join(said.get((name, None), "") for name in parts)
    return {village} | {text[:6] for (name, _), text in said.items() if name == "nik"}
