"""Reads the real sheets of OMRChecker's samples and compares every field with its output.

    python benchmarks/omrchecker.py ../shared/data/omrchecker

That output is no independent truth. Each disagreement was looked at; its verdict stands in
``omrchecker_verdicts.csv``: theirs-wrong counts as equal, unsure as ours wrong. Exits 1 below
99 % agreement, or when a reading that counts by itself (confidence >= 0.9999) is ours-wrong.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from pathlib import Path
from typing import NamedTuple

import cv2

from formscan.errors import PageError
from formscan.extract.crop import crop_field
from formscan.image.enumerate import enumerate_pages
from formscan.image.identify import identify
from formscan.image.load import load
from formscan.image.register import register
from formscan.page import PageRef
from formscan.pipeline import PageSetup, read_page
from formscan.settle.accept import floored, is_accepted
from formscan.templates.importers.omrchecker import import_template
from formscan.templates.model import Template

SHEETS = {
    "community/UmarFarootAPS": "scans",
    "sample5": ".",
    "sample1": "MobileCamera",
    "community/Sandeep-1507": ".",
    "community/Shamanth": ".",
    "community/ibrahimkilic": ".",
    "community/Antibodyy": ".",
    "community/UPSC-mock": ".",
    "answer-key/using-csv": ".",
    "answer-key/weighted-answers": "images",
    "sample2": "AdrianSample",
    "sample3/colored-thick-sheet": ".",
    "sample3/xeroxed-thin-sheet": ".",
    "sample4": ".",
    "sample6": ".",
    "community/DomBrzezinski": "photos",
    "community/EricSoOSU": ".",
    "community/dxuian": ".",
    "community/samuelIkoli": ".",
}
"""Folder of the template, and where its sheets lie in it; the last four have no expectation."""

TEMPLATES = {"sample6": "template_fb_align.json"}
"""Where it is not ``template.json``."""

VERDICTS = Path(__file__).with_name("omrchecker_verdicts.csv")
LEAST_AGREEMENT = 0.99


class Difference(NamedTuple):
    ref: PageRef
    template: Template
    sheet: str
    field: str
    ours: str
    theirs: str
    confidence: float
    verdict: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--crops", type=Path, help="write the crops of all differences here")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    expected = _expected(options.folder)
    verdicts = _verdicts()
    fields = right = accepted = accepted_wrong = 0
    differences: list[Difference] = []
    for folder, scans in SHEETS.items():
        template = import_template(options.folder / folder / TEMPLATES.get(folder, ""))
        for ref in enumerate_pages([str(options.folder / folder / scans)]):
            sheet = Path(ref.path).resolve().relative_to(options.folder.resolve()).as_posix()
            if sheet not in expected:
                continue
            counts, found = _compare(ref, sheet, template, expected[sheet], verdicts)
            differences += found
            print(
                f"{sheet}: {counts[1]} of {counts[0]} agree, {counts[2]} accepted, "
                f"{counts[3]} of them wrong"
            )
            fields, right = fields + counts[0], right + counts[1]
            accepted, accepted_wrong = accepted + counts[2], accepted_wrong + counts[3]
    for one in differences:
        print(
            f"  {one.sheet} {one.field}: ours {one.ours!r}, theirs {one.theirs!r}, "
            f"confidence {one.confidence:.4f}, {one.verdict or 'not looked at'}, "
            f"crop {_crop(one, options.crops)}"
        )
    print(f"accepted: {accepted} of {fields}, wrong among them: {accepted_wrong}")
    print(f"agreement: {right} of {fields} = {100 * right / max(fields, 1):.2f} %")
    return int(right < LEAST_AGREEMENT * fields or accepted_wrong > 0 or fields == 0)


def _expected(folder: Path) -> dict[str, dict[str, str]]:
    tests = json.loads((folder / "expected_master.json").read_text(encoding="utf-8"))["tests"]
    return {
        scan.removeprefix("samples/"): values
        for scans in tests.values()
        for scan, values in scans.items()
    }


def _verdicts() -> dict[tuple[str, str, str, str], str]:
    with VERDICTS.open(encoding="utf-8", newline="") as stream:
        return {
            (row["sheet"], row["field"], row["ours"], row["theirs"]): row["verdict"]
            for row in csv.DictReader(stream)
        }


def _compare(
    ref: PageRef,
    sheet: str,
    template: Template,
    expected: dict[str, str],
    verdicts: dict[tuple[str, str, str, str], str],
) -> tuple[tuple[int, int, int, int], list[Difference]]:
    """(fields, right, accepted, wrong among accepted) of one sheet, and what differs."""
    outcome = read_page(ref, PageSetup((template,), forced=template))
    if outcome.status != "ok":
        print(f"{sheet}: {outcome.status} {outcome.reason} {outcome.detail}")
    readings = {reading.name: reading for reading in outcome.readings}
    right = accepted = wrong = 0
    differences = []
    names = [name for name in expected if name != "score"]
    for name in names:
        reading = readings.get(name)
        ours = reading.raw if reading else "not read"
        confidence = floored(reading.confidence) if reading else 0.0
        verdict = verdicts.get((sheet, name, ours, expected[name]), "")
        equal = ours == expected[name]
        # Two readers that agree can both be wrong: such verdicts count as well.
        fine = verdict != "ours-wrong" if equal else verdict == "theirs-wrong"
        sure = is_accepted(confidence, "mark")
        right, accepted, wrong = right + fine, accepted + sure, wrong + (sure and not fine)
        if not equal:
            differences.append(
                Difference(ref, template, sheet, name, ours, expected[name], confidence, verdict)
            )
    return (len(names), right, accepted, wrong), differences


def _crop(one: Difference, folder: Path | None) -> str:
    """SHA-256, shortened, of the grey crop that the verdict is about; "" of a refused page."""
    page = load(one.ref)
    try:
        registered = register(page, identify(page, (one.template,), one.template))
    except PageError:
        return ""
    fields = {field.name: field for field in registered.layout.fields}
    crop = crop_field(registered, fields[one.field], 8.0, 3.0)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{one.sheet}_{one.field}.png".replace("/", "_")
        cv2.imwrite(str(folder / name), crop.gray if crop.bgr is None else crop.bgr)
    return hashlib.sha256(crop.gray.tobytes()).hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main())
