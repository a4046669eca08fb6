"""The few figures of an evaluation that fit a terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table

from formscan.messages import text
from formscan.report.evaluate import Evaluation
from formscan.report.html import number, percent
from formscan.report.records import RecordFigures
from formscan.report.score import Score
from formscan.report.statistics import Rate

__all__ = ["finished_sentence", "summary_table"]


_COLUMNS = ("kind", "written", "right", "coverage", "accepted_errors", "at_most")
_WIDE = (*_COLUMNS, "digits", "letters", "blanks", "phantoms")


def summary_table(
    evaluation: Evaluation, language: str = "id", *, wide: bool = True
) -> list[Table]:
    """A table by kind and a line of pages; narrow consoles get fewer columns."""
    columns = _WIDE if wide else _COLUMNS
    title = text("evaluate.title", language)
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1))
    for column in columns:
        heading = text(f"evaluate.{column}", language)
        if column == "kind":
            table.add_column(heading, no_wrap=True)
        else:
            longest = max(len(word) for word in heading.split())
            table.add_column(heading, justify="right", min_width=max(longest, 8))
    for score in evaluation.kinds:
        name = text(f"evaluate.kind_{score.kind}", language)
        table.add_row(*_cells(score, name, language)[: len(columns)])
    table.add_section()
    total = _cells(evaluation.total, text("evaluate.all", language), language)
    table.add_row(*total[: len(columns)])
    pages = Table.grid(padding=(0, 2))
    statuses = (
        f"{text(f'report.status_{status}', language)} {count}"
        for status, count in evaluation.page_status.items()
    )
    pages.add_row(f"{text('evaluate.pages', language)}: {evaluation.truth_pages}", *statuses)
    return [table, pages, _records(evaluation.records, language)]


def _records(records: RecordFigures, language: str) -> Table:
    """A line of records, and how many of the finished ones hold a wrong field."""
    line = Table.grid(padding=(0, 2))
    counts = (
        f"{text(f'report.status_{word}', language)} {n}" for word, n in records.status.items()
    )
    head = f"{text('evaluate.records', language)}: {sum(records.status.values())}"
    line.add_row(head, *counts, finished_sentence(records, language))
    return line


def finished_sentence(records: RecordFigures, language: str) -> str:
    """How many of the finished records hold a wrong field."""
    if not records.finished:
        return text("evaluate.records_none", language)
    return text(
        "evaluate.records_wrong", language, wrong=records.finished_wrong, n=records.finished,
        fields=records.fields_wrong,
    )  # fmt: skip


def _cells(score: Score, name: str, language: str) -> list[str]:
    return [
        name,
        number(score.right.n, language),
        percent(score.right.value, language, 2),
        percent(score.coverage.value, language, 1),
        *_errors(score.accepted_errors, language),
        percent(score.digits.value, language, 2),
        percent(score.letters.value, language, 2),
        number(score.blanks, language),
        number(score.phantoms, language),
    ]


def _errors(rate: Rate, language: str) -> tuple[str, str]:
    if not rate.n:
        return "-", "-"
    return f"{rate.count}/{number(rate.n, language)}", _bound(rate.high, language)


def _bound(high: float, language: str) -> str:
    """A bound of 100 % (too few writers) says nothing."""
    return percent(high, language, 2) if high < 1.0 else "-"
