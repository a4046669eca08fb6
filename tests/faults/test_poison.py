"""A folder full of broken, hostile and odd files: a row each, the good pages as ever."""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from batches import finished, tables
from poison import NAMES, pdf_forms_within_forms, write_poison

from formscan.image.load import enumerate_pages
from formscan.page import PageRef
from formscan.runner import executor
from formscan.settings import RunnerOptions

CEILING_MB = 1500


def test_every_poisoned_file_has_its_rows_and_harms_no_other(
    mini_scans, scan_page, mini_file, tmp_path
):
    alone, among = tmp_path / "alone", tmp_path / "among"
    for folder in (alone, among):
        shutil.copytree(mini_scans, folder / "scans")
    expected = write_poison(among / "scans/poison", seed=7)
    good = scan_page(tmp_path / "good.jpg", 9, 1)
    for number, name in enumerate(NAMES):
        (among / "scans" / name).write_bytes(good.read_bytes() + bytes([number]))
    (among / "scans/round").mkdir()
    (among / "scans/round/again").symlink_to(among / "scans", target_is_directory=True)
    (among / "scans/round/itself.jpg").symlink_to("itself.jpg")
    (among / "scans/round/nowhere.pdf").symlink_to("not there")

    assert finished(alone, mini_file)[0] == 0
    code, said = finished(among, mini_file, "--workers", "2", "--overlays")
    assert (code, "Results are in" in said) == (0, True)

    pages = defaultdict(set)
    for row in _rows(among / "out/pages.csv"):
        pages[row["scan"]].add(row["reason"] or row["status"])
    found = {name: pages.pop(f"scans/poison/{name}") for name in expected}
    assert found == {name: {reason or "blank"} for name, reason in expected.items()}
    assert pages.pop("scans/round/itself.jpg") == {"unreadable_file"}
    assert pages.pop("scans/round/nowhere.pdf") == {"unreadable_file"}
    assert [pages.pop(f"scans/{name}") for name in NAMES] == [{"ok"}] * len(NAMES)
    assert pages.keys() == {row["scan"] for row in _rows(alone / "out/pages.csv")}

    tables(among / "out")
    kept = _rows(among / "out/mini.csv")
    assert [row for row in kept if row["no_seri"] != "00000009"] == _rows(alone / "out/mini.csv")
    speed = json.loads((among / "out/run.json").read_text(encoding="utf-8"))["speed"]
    assert speed["peak_memory_mb"] < CEILING_MB


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class _Draw:
    """A job that draws a PDF page, which is nowhere but in one library."""

    def __call__(self, ref: PageRef):
        from formscan.image.load import load
        from formscan.reading import PageOutcome

        load(ref)
        return PageOutcome(ref=ref, status="ok")


@pytest.mark.skipif(os.name == "nt", reason="no timer of processor time")
def test_a_page_that_would_take_hours_is_given_up_and_the_rest_is_read(tmp_path, scan_page):
    hours = tmp_path / "hours.pdf"
    hours.write_bytes(pdf_forms_within_forms(None, deep=6, wide=60))
    good = scan_page(tmp_path / "good.jpg", 1, 1)
    refs = enumerate_pages([str(hours), str(good)])
    options = RunnerOptions(workers=1, page_cpu_s=1.0)
    found = {each.ref.scan: each.reason for each in executor(options).run(_Draw(), refs)}
    assert found == {"hours.pdf": "worker_died", "good.jpg": ""}


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_folder_that_may_not_be_looked_into_is_a_row(scan_page):
    with tempfile.TemporaryDirectory() as name:
        scans = Path(name) / "scans"
        scan_page(scans / "closed/a.jpg", 1, 1)
        scan_page(scans / "b.jpg", 1, 1)
        for folder in (Path(name), scans):
            folder.chmod(0o755)
        (scans / "closed").chmod(0o000)
        try:
            refs = _as_nobody(lambda: enumerate_pages([str(scans)]))
        finally:
            (scans / "closed").chmod(0o755)
    assert [(ref.scan, bool(ref.sha256)) for ref in refs] == [
        ("scans/b.jpg", True),
        ("scans/closed", False),
    ]


def _as_nobody(work):
    """``work()`` without the rights of root, which may read everything."""
    if os.geteuid() != 0:
        return work()
    os.seteuid(65534)
    try:
        return work()
    finally:
        os.seteuid(0)


def test_a_file_larger_than_any_scan_is_not_even_hashed(tmp_path):
    with (tmp_path / "huge.tif").open("wb") as file:
        file.truncate(1 << 40)
    (ref,) = enumerate_pages([str(tmp_path / "huge.tif")])
    assert (ref.frame, ref.sha256) == (1, "")
