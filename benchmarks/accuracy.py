"""Accuracy on simulated families by writers that training never saw: ``make accuracy``.

For each severity: ``formscan simulate``, ``formscan run``, ``formscan evaluate``, and the
registration of every page held against the simulator's own geometry. Tables go between the
markers of ``docs/accuracy.md``, all figures into ``docs/accuracy.json``, curves into
``docs/pictures``.

Resumable: what lies finished in ``--work`` is used again; a changed option starts that severity
anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.confidence_pictures import draw_all
from benchmarks.simulated import registration_errors
from benchmarks.tables import accuracy_tables, put_between_markers

ROOT = Path(__file__).resolve().parent.parent
SEVERITIES = ("office", "field", "phone")


def main() -> None:
    """Measure, and write down what was measured."""
    options = _options()
    results = []
    for severity in options.severities:
        results.append(measure(severity, options))
        _write(results, options)
    print(accuracy_tables(results))


def measure(severity: str, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one severity."""
    folder = options.work / severity
    told = {"severity": severity, "families": options.families, "seed": options.seed}
    told |= {
        "writers": options.writers,
        "form": options.form,
        "hand": "unipen test split" if options.unipen else "built-in",
    }
    _begin(folder, told)
    commands = _commands(folder, severity, options)
    _simulate(folder, commands["simulate"])
    speed = _run(folder, commands["run"])
    _call(commands["evaluate"])
    evaluation = json.loads((folder / "out/evaluation.json").read_text(encoding="utf-8"))
    return {
        **told,
        "commands": [_shown(command) for command in commands.values()],
        "speed": speed,
        "registration": _registration(folder, options.form),
        "evaluation": evaluation,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.accuracy")
    parser.add_argument("--families", type=int, default=100)
    parser.add_argument("--severities", type=lambda text: text.split(","), default=SEVERITIES)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--form", default="fk23")
    parser.add_argument("--seed", type=int, default=2023)
    parser.add_argument("--unipen", type=Path, help="strokes of real writers; else built-in hands")
    parser.add_argument("--work", type=Path, default=ROOT / "out/accuracy")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs/accuracy.md")
    options = parser.parse_args()
    if options.unipen and not options.unipen.is_file():
        print(f"{options.unipen} is not there: built-in hands are used instead", file=sys.stderr)
        options.unipen = None
    return options


def _commands(folder: Path, severity: str, options: argparse.Namespace) -> dict[str, list[str]]:
    formscan = str(Path(sys.executable).with_name("formscan"))
    out = str(folder / "out")
    simulate = [formscan, "simulate", options.form, "-n", str(options.families)]
    simulate += ["--seed", str(options.seed), "--severity", severity]
    simulate += ["--writers", str(options.writers), "-o", str(folder / "sheets")]
    if options.unipen:
        simulate += ["--unipen", str(options.unipen), "--split", "test"]
    run = [formscan, "run", str(folder / "sheets/scans"), "--out", out, "--form", options.form]
    run += ["--as-of", "2023-07-31", "--link-scans"]
    run += ["--workers", str(options.workers)] if options.workers else []
    evaluate = [formscan, "--lang", "en", "evaluate", out]
    evaluate += ["--truth", str(folder / "sheets/truth.csv")]
    return {"simulate": simulate, "run": run, "evaluate": evaluate}


def _begin(folder: Path, told: dict[str, Any]) -> None:
    """Keep what was made with the same options, else start anew."""
    note = folder / "told.json"
    if folder.is_dir() and not (note.is_file() and json.loads(note.read_text()) == told):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(told), encoding="utf-8")


def _simulate(folder: Path, command: list[str]) -> None:
    done = folder / "simulated"
    if not done.exists():
        shutil.rmtree(folder / "sheets", ignore_errors=True)
        _call(command)
        done.touch()


def _run(folder: Path, command: list[str]) -> dict[str, Any]:
    """Run, and keep the speed of the first time: a repeated run reads nothing."""
    start = time.perf_counter()
    _call(command)
    speed: dict[str, Any] = json.loads((folder / "out/run.json").read_text())["speed"]
    speed["seconds_whole_run"] = round(time.perf_counter() - start, 2)
    kept = folder / "speed.json"
    if speed["pages_read"] or not kept.exists():
        kept.write_text(json.dumps(speed), encoding="utf-8")
        (folder / "registration.json").unlink(missing_ok=True)  # read anew: register anew
    return dict(json.loads(kept.read_text(encoding="utf-8")))


def _registration(folder: Path, form: str) -> dict[str, Any]:
    kept = folder / "registration.json"
    if not kept.exists():
        kept.write_text(json.dumps(registration_errors(folder / "sheets", form)), encoding="utf-8")
    return dict(json.loads(kept.read_text(encoding="utf-8")))


def _call(command: list[str]) -> None:
    print("$", _shown(command), file=sys.stderr, flush=True)
    subprocess.run(command, check=True, stdout=sys.stderr)


def _shown(command: list[str]) -> str:
    """As a reader would type it: no folder of this machine."""
    words = [Path(command[0]).name]
    for word in command[1:]:
        path = Path(word)
        words.append(os.path.relpath(path, ROOT) if path.is_absolute() else word)
    return " ".join(words)


def _write(results: list[dict[str, Any]], options: argparse.Namespace) -> None:
    machine = {"cpus": os.cpu_count(), "python": platform.python_version()}
    machine["parent_peak_mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    document = {"machine": machine, "results": results}
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    options.docs.with_suffix(".json").write_text(text, encoding="utf-8")
    put_between_markers(options.docs, accuracy_tables(results))
    draw_all(results, options.docs.parent / "pictures")


if __name__ == "__main__":
    main()
