"""How many decisions a batch needs, and how fast the page takes them.

    python -m benchmarks.review_curve --families 100

A scripted reviewer answers from the truth through HTTP, once from the queue alone and once after
the group check. Errors are counted on the best value that each field has by then, accepted or not:
what a table would hold that takes every guess of the machine for true.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.curves import Course, curves
from benchmarks.scripted_reviewer import Reviewer, Served, Truth, truth_of
from benchmarks.tables import put_between_markers

ROOT = Path(__file__).resolve().parent.parent
GOALS = (20.0, 10.0, 5.0, 2.0, 1.0, 0.5)
"""Wrong fields per 1,000 written ones."""


def main() -> None:
    """Measure, and write down what was measured."""
    options = _options()
    out, sheets = options.work / "out", options.work / "sheets"
    if not (out / "run.json").is_file():
        _read(sheets, out, options)
    truth = truth_of(out, sheets / "truth.csv")
    courses = [_course(out, truth, group) for group in (False, True)]
    text = _tables(truth, courses, options)
    put_between_markers(options.docs, text, "review")
    drawn = options.docs.parent / "pictures" / "review-curve.svg"
    drawn.write_text(curves(truth.written, courses), encoding="utf-8")
    print(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.review_curve")
    parser.add_argument("--families", type=int, default=100)
    parser.add_argument("--severity", default="office")
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2023)
    parser.add_argument("--unipen", type=Path, help="strokes of real writers; else built-in hands")
    parser.add_argument("--work", type=Path, default=ROOT / "out/review_curve")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs/accuracy.md")
    return parser.parse_args()


def _read(sheets: Path, out: Path, options: argparse.Namespace) -> None:
    shutil.rmtree(options.work, ignore_errors=True)
    hand = ["--unipen", str(options.unipen), "--split", "test"] if options.unipen else []
    made = ["fk23", "-n", str(options.families), "--seed", str(options.seed)]
    made += ["--severity", options.severity, "--writers", str(options.writers)]
    _formscan("simulate", *made, "-o", str(sheets), *hand)
    _formscan("run", str(sheets / "scans"), "--out", str(out), "--form", "fk23")


def _formscan(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "formscan", *words], check=True)


def _course(out: Path, truth: Truth, group: bool) -> Course:
    copy = out.with_name("group" if group else "queue")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(out, copy)
    with Served(copy) as link:
        somebody = Reviewer(link, truth)
        begun = time.perf_counter()
        boxes = somebody.check_groups() if group else 0
        group_s = time.perf_counter() - begun
        somebody.work_off()
    left, errors = len(truth.wrong), [len(truth.wrong)]
    at = sorted(made for place, made in somebody.fixed.items() if place in truth.wrong)
    for decision in range(1, somebody.decisions + 1):
        left -= at.count(decision)
        errors.append(left)
    name = "group check, then queue" if group else "queue alone"
    return Course(name, tuple(errors), boxes, group_s, tuple(somebody.seconds))


def _tables(truth: Truth, courses: list[Course], options: argparse.Namespace) -> str:
    hand = "unipen test split" if options.unipen else "built-in hands"
    start = 1000 * courses[0].errors[0] / truth.written
    about = (
        f"{options.families} simulated families ({options.severity}, {hand}, seed {options.seed}), "
    )
    about += (
        f"{truth.written:,} written fields in {len({one[0] for one in truth.raw})} records; the "
    )
    about += f"machine's best guesses are wrong in {start:.1f} of 1,000."
    names = " | ".join(f"decisions, {one.name}" for one in courses)
    lines = [about, "", f"| Wrong per 1,000 | {names} |", "| --- | --- | --- |"]
    for goal in GOALS:
        needed = [_needed(one, goal * truth.written / 1000) for one in courses]
        lines.append(f"| {goal} | " + " | ".join(needed) + " |")
    ends = [f"{1000 * one.errors[-1] / truth.written:.2f}" for one in courses]
    lines.append("| *left when nothing waits* | " + " | ".join(ends) + " |")
    lines.append("| *decisions until then* | " + " | ".join(_count(one) for one in courses) + " |")
    lines += ["", "![Errors left against decisions made](pictures/review-curve.svg)", ""]
    lines += [_speed(one) for one in courses]
    return "\n".join(lines)


def _needed(course: Course, wrong: float) -> str:
    return next((f"{n:,}" for n, left in enumerate(course.errors) if left <= wrong), "not reached")


def _count(course: Course) -> str:
    return f"{len(course.errors) - 1:,}"


def _speed(course: Course) -> str:
    ms = sorted(1000 * each for each in course.seconds)
    p95 = ms[int(0.95 * (len(ms) - 1))]
    per_minute = 60 * len(ms) / sum(course.seconds)
    told = f"- {course.name}: {len(ms):,} items through HTTP, {per_minute:,.0f} a minute with the "
    told += f"next card; median {statistics.median(ms):.0f} ms, p95 {p95:.0f} ms."
    if course.boxes:
        told += f" Before that {course.boxes:,} boxes in {course.group_s:.0f} s."
    return told


if __name__ == "__main__":
    main()
