from __future__ import annotations

from pathlib import Path

import pytest

from formscan.errors import StoreError
from formscan.templates import identity
from formscan.templates.model import Template
from formscan.templates.payload import BASE32


def _run(last: int, form: str = "fk23") -> identity.PrintRun:
    return identity.PrintRun(
        print_run="7K2Q9X",
        form=form,
        version="1",
        template_sha256="0" * 64,
        first="00000001",
        last=f"{last:08d}",
        sheets=1,
        area="3273",
        printed_at="2024-02-01T08:00:00+07:00",
    )


def test_the_ledger_remembers_and_goes_on(tmp_path: Path) -> None:
    ledger = tmp_path / "new" / "print-runs.jsonl"
    assert identity.read_ledger(ledger) == ()
    assert identity.next_serial((), "fk23") == 1
    for run in (_run(20), _run(500, "other"), _run(12)):
        identity.append_run(ledger, run)
    with ledger.open("a", encoding="utf-8") as file:
        file.write("a torn line\n")
    runs = identity.read_ledger(ledger)
    assert [run.last for run in runs] == ["00000020", "00000500", "00000012"]
    assert identity.next_serial(runs, "fk23") == 21


def test_a_ledger_that_cannot_be_written_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError):
        identity.append_run(tmp_path / "file" / "print-runs.jsonl", _run(1))


def test_print_runs_are_random(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = {identity.new_print_run() for _ in range(50)}
    assert len(runs) == 50
    assert all(len(run) == 6 and set(run) <= set(BASE32) for run in runs)


def test_pages_come_sheet_by_sheet(fk23: Template) -> None:
    assert [[page.page for page in sheet] for sheet in identity.sheets_of(fk23)] == [[1, 2], [3, 4]]
    codes = identity.run_codes(fk23, "7K2Q9X", 41, copies=2, sheets=1)
    assert [[(code.serial, code.page) for code in sheet] for sheet in codes] == [
        [("00000041", 1), ("00000041", 2)],
        [("00000042", 1), ("00000042", 2)],
    ]
    more = identity.run_codes(fk23, "7K2Q9X", 1, copies=1, sheets=2)
    assert [[code.page for code in sheet] for sheet in more] == [[1, 2], [3, 4]]
