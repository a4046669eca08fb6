"""The tables of ``docs/accuracy.md``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

Figures = dict[str, Any]

GOALS = (
    ("Registration error, p95", "office", "<=", 0.3, "mm"),
    ("Marks read rightly", "office", ">=", 99.8, "%"),
    ("Code digits read rightly", "office", ">=", 98.5, "%"),
    ("Wrong among accepted, all fields", "office", "<=", 0.2, "%"),
    ("Marks accepted unseen", "office", ">=", 90.0, "%"),
    ("Codes accepted unseen", "office", ">=", 80.0, "%"),
    ("NIKs accepted unseen", "office", ">=", 35.0, "%"),
)


def accuracy_tables(results: list[Figures]) -> str:
    """Markdown: goals, pages and speed, kinds per severity, and the commands behind them."""
    parts = [_about(results), _goals(results), _pages(results), _records(results)]
    parts += [_kinds(result) for result in results]
    parts.append(_commands(results))
    return "\n\n".join(part for part in parts if part)


def put_between_markers(path: Path, text: str, name: str = "measured") -> None:
    """Replace what stands between the markers ``name`` of a Markdown file."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    document = path.read_text(encoding="utf-8") if path.exists() else f"{begin}\n{end}\n"
    head, rest = document.split(begin, 1)
    tail = rest.split(end, 1)[1]
    path.write_text(f"{head}{begin}\n\n{text}\n\n{end}{tail}", encoding="utf-8")


def _about(results: list[Figures]) -> str:
    first = results[0]
    return (
        f"{first['families']} simulated families per severity, written by {first['writers']} hands "
        f"({first['hand']}), seed {first['seed']}."
    )


def _goals(results: list[Figures]) -> str:
    by_severity = {result["severity"]: result for result in results}
    rows = []
    for name, severity, sense, goal, unit in GOALS:
        if severity in by_severity:
            found = _measured(name, by_severity[severity])
            met = found is not None and (found <= goal if sense == "<=" else found >= goal)
            shown = "-" if found is None else f"{found:.3g}" if unit == "mm" else f"{found:.2f}"
            rows.append([name, severity, f"{sense} {goal} {unit}", f"{shown} {unit}", _yes(met)])
    return table(["Goal", "Severity", "Wanted", "Measured", "Met"], rows) if rows else ""


def _measured(name: str, result: Figures) -> float | None:
    evaluation = result["evaluation"]
    kinds = {score["name"]: score for score in evaluation["kinds"]}
    fields = {score["name"]: score for score in evaluation["fields"]}
    picked = {
        "Registration error, p95": lambda: result["registration"]["p95_mm"],
        "Marks read rightly": lambda: 100 * kinds["mark"]["right"]["rate"],
        "Code digits read rightly": lambda: 100 * kinds["code"]["digits"]["rate"],
        "Wrong among accepted, all fields": lambda: (
            100 * evaluation["total"]["accepted_errors"]["rate"]
        ),
        "Marks accepted unseen": lambda: 100 * kinds["mark"]["coverage"]["rate"],
        "Codes accepted unseen": lambda: 100 * kinds["code"]["coverage"]["rate"],
        "NIKs accepted unseen": lambda: 100 * fields["nik"]["coverage"]["rate"],
    }[name]
    try:
        return float(picked())
    except (KeyError, TypeError):
        return None


def _pages(results: list[Figures]) -> str:
    rows = []
    for result in results:
        statuses, place = result["evaluation"]["page_status"], result["registration"]
        speed = result["speed"]
        read = max(1, speed["pages_read"])
        stages = {k: 1000 * v / read for k, v in speed["seconds_per_stage"].items()}
        split = ", ".join(f"{name} {ms:.0f}" for name, ms in _in_order(stages))
        rows.append(
            [
                result["severity"],
                f"{statuses.get('ok', 0)} of {sum(statuses.values())}",
                f"{place['median_mm']:.3f}",
                f"{place['p95_mm']:.3f}",
                f"{place['max_mm']:.2f}",
                f"{sum(stages.values()):.0f}",
                split,
                f"{speed['pages_per_second']:.2f}",
                f"{speed['peak_memory_mb']:.0f}",
            ]
        )
    head = ["Severity", "Pages read", "Registration median mm", "p95 mm", "max mm", "ms a page"]
    return table([*head, "of that", "pages a second", "peak MB a process"], rows)


def _records(results: list[Figures]) -> str:
    """What became of whole families, and whether those that nobody will look at are right."""
    statuses = ("accepted", "confirmed", "review", "incomplete")
    rows = []
    for result in results:
        found = result["evaluation"]["records"]
        rows.append(
            [
                result["severity"],
                str(sum(found["status"].values())),
                *(str(found["status"].get(status, 0)) for status in statuses),
                f"{found['finished_wrong']} of {found['finished']}",
                f"{found['fields_wrong']} of {found['fields']:,}",
            ]
        )
    head = ["Severity", "Records", "Accepted", "Confirmed", "In review", "Incomplete"]
    head += ["Accepted or confirmed with a wrong field", "Wrong fields in those"]
    return table(head, rows)


def _in_order(stages: dict[str, float]) -> list[tuple[str, float]]:
    order = ("load", "identify", "register", "read")
    return sorted(stages.items(), key=lambda one: order.index(one[0]) if one[0] in order else 9)


def _kinds(result: Figures) -> str:
    evaluation = result["evaluation"]
    wanted = [score for score in evaluation["fields"] if score["name"] in ("nik", "no_kk")]
    rows = [_score(score, score["name"]) for score in evaluation["kinds"]]
    rows += [_score(score, f"*of these* `{score['name']}`") for score in wanted]
    rows.append(_score(evaluation["total"], "**all**"))
    head = ["Kind", "Written", "Right", "95 %", "Digits right", "Letters right", "Accepted"]
    head += ["Wrong among accepted", "at most", "Blank", "Phantoms", "Missed"]
    note = f"{evaluation['clusters']} {evaluation['clustered_by']}s; pictures apart: "
    note += f"{evaluation['images_right']} of {evaluation['images']} rightly told from blank."
    return f"### {result['severity']}\n\n{table(head, rows)}\n\n{note}"


def _score(score: Figures, name: str) -> list[str]:
    right, errors = score["right"], score["accepted_errors"]
    return [
        name,
        f"{right['n']:,}",
        _percent(right),
        f"{100 * right['low']:.2f}-{100 * right['high']:.2f}",
        _percent(score["digits"]),
        _percent(score["letters"]),
        _percent(score["coverage"], 1),
        f"{errors['count']} of {errors['n']:,}",
        f"{100 * errors['high']:.2f} %" if errors["n"] else "-",
        f"{score['blanks']:,}",
        f"{score['phantoms']}",
        f"{score['missed']}",
    ]


def _percent(rate: Figures, decimals: int = 2) -> str:
    return "-" if rate["rate"] is None else f"{100 * rate['rate']:.{decimals}f} %"


def _yes(met: bool) -> str:
    return "yes" if met else "**no**"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _commands(results: list[Figures]) -> str:
    lines = [command for result in results for command in result["commands"]]
    return "```\n" + "\n".join(lines) + "\n```"
