"""The files that a batch leaves for people and programs, see the contract in ``docs/``."""

from __future__ import annotations

from formscan.export.odk import Submissions, write_submissions
from formscan.export.run_json import run_document, write_run_json
from formscan.export.workbook import write_workbook
from formscan.export.write import Counts, Written, write_outputs

__all__ = [
    "Counts",
    "Submissions",
    "Written",
    "run_document",
    "write_outputs",
    "write_run_json",
    "write_submissions",
    "write_workbook",
]
