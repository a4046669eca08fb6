"""From scans to ODK submissions: what a run exports, JavaRosa lets pass as a phone would."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from oracle import needs_java, region_codes, told_by_javarosa
from PIL import Image

from formscan.batch import settle_batch
from formscan.decision import Decision
from formscan.record import Record
from formscan.store import Ledger, open_store
from formscan.templates.load import load_template
from tests.commands import call, rows

SAMPLES = Path(__file__).parents[2] / "samples"
SET = "kantor-jpg"
NOTES = {one.name for one in load_template("fk23").questions if one.type == "note"}
WARNINGS = {one.name for one in load_template("fk23").questions if one.severity == "warn"}


def answered(out: Path) -> Record:
    """The record of a batch after somebody who knows the truth has answered what waits."""
    truth = {
        (row["scan"].removeprefix("scans/"), row["field"], row["row"]): row["raw"]
        for row in rows(SAMPLES / "truth.csv")
    }
    with open_store(out) as store:
        ledger = Ledger(store)
        for row in rows(out / "fields.csv"):
            if row["status"] == "review":
                raw = truth[row["scan"], row["field"], row["row"]]
                at = int(row["row"]) if row["row"] else None
                kind = "value" if raw else "blank"
                said = Decision(row["record"], row["field"], at, kind, raw, reviewer="Ani")
                ledger.decide(said, "2025-01-01")
        (record,) = (one for group in settle_batch(store) for one in group.records)
    return record


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Record, Path]:
    """A family, and the submission that became of it."""
    folder = tmp_path_factory.mktemp("odk")
    out = folder / "out"
    call("run", SAMPLES / "scans" / SET, "--form", "fk23", "--out", out, "--engine", "serial",
             "--as-of", "2025-01-01")  # fmt: skip
    record = answered(out)
    told = call("export", out, "--format", "odk", "-o", folder / "odk")
    assert "1 submission written" in told
    (file,) = (folder / "odk" / "fk23" / "instances").rglob("submission.xml")
    return record, file


def test_a_family_that_was_settled_is_exported_under_its_key(exported):
    record, file = exported
    xml = file.read_text(encoding="utf-8")
    assert record.status == "accepted"
    assert f"<instanceID>{record.key}</instanceID>" in xml
    assert f"<no_seri>{record.serial}</no_seri>" in xml


def test_signatures_lie_beside_the_submission(exported):
    _, file = exported
    named = set(re.findall(r"<(ttd_\w+)>\1\.jpg<", file.read_text(encoding="utf-8")))
    assert named == {"ttd_kepala", "ttd_kader"}
    for name in named:
        with Image.open(file.with_name(f"{name}.jpg")) as picture:
            assert picture.width > 2 * picture.height
            assert picture.convert("L").getextrema()[0] < 120, "somebody signed"


@needs_java
def test_a_phone_would_let_the_submission_pass(exported, tmp_path):
    record, file = exported
    xml = file.read_text(encoding="utf-8")
    wrong = xml.replace("<jumlah_anggota>", "<jumlah_anggota>1")
    (told, broken) = told_by_javarosa("fk23", [xml, wrong], region_codes(record), tmp_path)
    assert refused(told) == set()
    assert "jumlah_anggota" in refused(broken)
    assert len([path for path in told if path.startswith("/anggota[")]) > 20


def refused(told) -> set[str]:
    """Names of the questions that are broken or lack an answer, and of the error notes shown."""
    names = {path: re.sub(r"\[\d+\]", "", path).rpartition("/")[2] for path in told}
    return {
        names[path]
        for path, one in told.items()
        if one.relevant
        and (names[path] in NOTES - WARNINGS or not one.holds or (one.required and not one.value))
    }
