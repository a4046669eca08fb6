"""``evaluation.html``: the figures of an evaluation for people."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from formscan.errors import StoreError, told
from formscan.messages import text
from formscan.report.evaluate import Evaluation, to_json
from formscan.report.html import render
from formscan.report.plots import Plot, reliability_plot, risk_plot
from formscan.report.score import Score
from formscan.report.summary import finished_sentence

__all__ = ["evaluation_html", "write_evaluation"]

_GOAL = 0.002
"""Share of wrong fields among the accepted that the guide line shows."""


def write_evaluation(
    evaluation: Evaluation, folder: Path, language: str = "id"
) -> tuple[Path, Path]:
    """Write ``evaluation.json`` and ``evaluation.html`` into ``folder``; their paths.

    Raises:
        StoreError: The folder cannot be written.
    """
    figures, page = folder / "evaluation.json", folder / "evaluation.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        figures.write_text(to_json(evaluation), encoding="utf-8")
        page.write_text(evaluation_html(evaluation, language), encoding="utf-8")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise StoreError(told("store.no_file", file=folder, why=why)) from error
    return figures, page


def evaluation_html(evaluation: Evaluation, language: str = "id") -> str:
    """The page: one file, nothing from outside, every text escaped."""
    named = [(text(f"evaluate.kind_{score.kind}", language), score) for score in evaluation.kinds]
    named.append((text("evaluate.all", language), evaluation.total))
    return render(
        "evaluation.html",
        language,
        evaluation=evaluation,
        total=evaluation.total,
        finished=finished_sentence(evaluation.records, language),
        unknown=any(score.kind == "unknown" for score in evaluation.kinds),
        plots=[(name, *_plots(score, language)) for name, score in named if score.curve],
        version=version("formscan"),
    )


def _plots(score: Score, language: str) -> tuple[Plot, Plot]:
    risk = risk_plot(
        score.curve, score.coverage.value, score.accepted_errors.value, _GOAL, language
    )
    return risk, reliability_plot(score.bins, language)
