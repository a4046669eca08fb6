"""Fit the confidence curves on simulated fields of validation writers.

    python -m training.calibrate OUT TRUTH.csv [OUT TRUTH.csv ...]
        [--out formscan/extract/models/calibration.json]

Each OUT is a folder of ``formscan run``. Per error kind, and per kind for blanks: a logistic
score over a few measures (L2, signs fixed where a measure can speak one way only) and the share
that was right at each height of it. Curves that these runs do not tell of are kept: runs without
the second reader make those of the first one alone.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formscan.extract.calibration import curve_name, measured
from formscan.reading import FieldReading
from formscan.settle.doubled import with_evidence
from formscan.settle.link import link
from formscan.settle.names import with_names
from formscan.settle.sheet import Sheet
from formscan.settle.writer import styles_of, with_hand
from formscan.store import open_store
from formscan.templates.model import Field, Template
from formscan.validate.values import typed

COMB = {
    "posterior": 1,
    "weakest": 1,
    "logp": 1,
    "empty_margin": 1,
    "junk": -1,
    "touch": -1,
    "changed": -1,
    "legal": 1,
    "second": 1,
    "by_ink": 1,
    "alike": 1,
    "apart": 1,
    "confirmed": 1,
    "lines": -1,
    "filled": -1,
    "noise": -1,
    "ink": -1,
    "strike": -1,
    "taken_back": -1,
    "heavy": -1,
    "thin": -1,
    "scale": 1,
    "contrast": 1,
}
SPELT = {name: sign for name, sign in COMB.items() if name not in {"by_ink", "confirmed", "legal"}}
SPELT |= {"changed": -1, "listed": 1, "spelling": 1}
COMB_BLANK = {"residue": -1, "filled": -1, "empty_margin": 1, "ink": -1, "noise": -1}
KIN = (("code", "number", "date"), ("id",), ("name", "text"), ("mark",), ("barcode",))


@dataclass(frozen=True, slots=True)
class Example:
    kind: str
    blank: bool
    reader: str
    measures: dict[str, float]
    right: bool

    @property
    def spelt(self) -> bool:
        return "spelling" in self.measures


def examples_of(out: Path, truth_file: Path) -> list[Example]:
    """Every reading of a run beside what the paper says."""
    truth: dict[tuple[str, str, str, str], tuple[str, str]] = {}
    with truth_file.open(encoding="utf-8", newline="") as handle:
        for line in csv.DictReader(handle):
            key = (Path(line["scan"]).name, line["frame"], line["field"], line["row"])
            truth[key] = (line["raw"], line["value"])
    found = []
    with open_store(out, make=False) as store:
        templates = {(t.form, t.version): t for t in store.templates()}
        outcomes = [outcome for outcome in store.outcomes(glyphs=True) if outcome.identity]
    styles = styles_of([outcomes], tuple(templates.values()))
    for sheaf in link(outcomes, templates).sheaves:
        own = with_hand((*sheaf.sheets, *sheaf.waiting), sheaf.template, styles)
        for sheet in with_evidence(own, sheaf.template):
            ref = sheet.pictures[0].ref
            fields = {(field.name, field.row): field for field in sheet.layout.fields}
            for reading in (*sheet.readings, *_spelt(sheet)):
                row = "" if reading.row is None else str(reading.row)
                key = (Path(ref.scan).name, str(ref.frame), reading.name, row)
                if key in truth and _counts(reading):
                    field = fields[reading.name, reading.row]
                    found.append(_example(reading, field, sheaf.template, truth[key]))
    return found


def _spelt(sheet: Sheet) -> list[FieldReading]:
    """The names once more, in the light of how names are spelt."""
    again = zip(sheet.readings, with_names(sheet).readings, strict=True)
    return [spelt for read, spelt in again if spelt is not read]


def _counts(reading: FieldReading) -> bool:
    """Whether the reading could count by itself at all."""
    values = {m.name: m.value for m in reading.measures}
    argued = (
        values.get("changed", 0.0) > 0 if "spelling" in values else values.get("by_ink", 0.0) < 0
    )
    return bool(reading.candidates) and "?" not in reading.raw and not argued


def _example(
    reading: FieldReading, field: Field, template: Template, truth: tuple[str, str]
) -> Example:
    raw, value = truth
    same = typed(field, reading.raw, template) == value if value else reading.raw == raw
    return Example(
        kind=field.error_kind,
        blank=reading.raw == field.empty_value,
        reader=reading.reader.split("-")[0],
        measures={m.name: m.value for m in reading.measures},
        right=same,
    )


def fit(examples: list[Example], signs: dict[str, int]) -> dict[str, dict[str, object]]:
    """The curves of the kinds among ``examples``, fitted together: each has its own offset."""
    names = [n for n in signs if all(n in e.measures for e in examples)]
    names += [hinge for n in names for hinge in hinges(n, signs[n], examples)]
    limits = np.array([signs[re.split("[<>]", n)[0]] for n in names])
    x = np.array([[measured(n, e.measures) for n in names] for e in examples], dtype=np.float64)
    y = np.array([e.right for e in examples], dtype=np.float64)
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-3)
    z = np.clip((x - mean) / scale, -8, 8)
    first, *others = sorted({e.kind for e in examples})
    own = np.array([[float(e.kind == k) for k in others] for e in examples]).reshape(len(y), -1)
    both = np.hstack([z, own])
    weights, bias = _logistic(both, y, np.append(limits, [0] * len(others)))
    offsets = {first: 0.0, **dict(zip(others, weights[len(names) :].tolist(), strict=True))}
    curve: dict[str, object] = {
        "features": names,
        "mean": [round(float(v), 6) for v in mean],
        "scale": [round(float(v), 6) for v in scale],
        "weights": [round(float(v), 6) for v in weights[: len(names)]],
        "knots": isotonic(both @ weights + bias, y),
        "fields": len(y),
        "wrong": int((1 - y).sum()),
    }
    return {
        kind: curve | {"bias": round(float(bias) + offset, 6)} for kind, offset in offsets.items()
    }


def hinges(name: str, sign: int, examples: list[Example]) -> list[str]:
    """The feature from several heights on, where a measure speaks against the reading."""
    values = np.array([e.measures[name] for e in examples])
    shares = (0.5, 0.2, 0.1, 0.05, 0.02)
    if sign > 0:
        return [f"{name}<{v:.4g}" for v in sorted({*np.quantile(values, shares)})]
    return [f"{name}>{v:.4g}" for v in sorted({*(-np.quantile(-values, shares))})]


def isotonic(
    score: NDArray[np.float64], y: NDArray[np.float64], stretches: int = 60, fewest: int = 40
) -> list[list[float]]:
    """(score, log-odds) in the middle of each stretch of the ranking.

    Neighbouring stretches that are out of order are pooled (pool adjacent violators); where no
    error was seen, half an error is supposed, since none seen is not none.
    """
    order = np.argsort(score, kind="stable")
    parts = np.array_split(order, max(min(stretches, len(y) // fewest), 1))
    pools: list[list[NDArray[np.int64]]] = []
    for part in parts:
        new = [part]
        while pools and _share(new, y) <= _share(pools[-1], y):
            new = pools.pop() + new
        pools.append(new)
    knots: list[list[float]] = []
    for pool in pools:
        count = sum(len(part) for part in pool)
        wrong = max(count * (1 - _share(pool, y)), 0.5)
        level = round(float(np.log(max(count - wrong, 0.5) / wrong)), 6)
        level = max(level, knots[-1][1]) if knots else level
        for part in pool:
            middle = round(float(np.median(score[part])), 6)
            if not knots or middle > knots[-1][0]:
                knots.append([middle, level])
    return _without_inner(knots)


def _share(pool: list[NDArray[np.int64]], y: NDArray[np.float64]) -> float:
    return float(y[np.concatenate(pool)].mean())


def _without_inner(knots: list[list[float]]) -> list[list[float]]:
    """The knots without those that lie level between their neighbours."""
    return [
        knot
        for at, knot in enumerate(knots)
        if not 0 < at < len(knots) - 1 or {knots[at - 1][1], knots[at + 1][1]} != {knot[1]}
    ]


def _logistic(
    z: NDArray[np.float64],
    y: NDArray[np.float64],
    signs: NDArray[np.int64],
    strength: float = 10.0,
) -> tuple[NDArray[np.float64], float]:
    """L2 logistic regression, signed weights; projected gradient with Nesterov's momentum."""
    count, right = len(y), float(y.sum())
    x = np.hstack([z, np.ones((count, 1))])
    pull = np.append(np.full(z.shape[1], strength), 0.0)
    signed = np.append(signs, 0)
    here = np.zeros(x.shape[1])
    here[-1] = np.log((right + 0.5) / (count - right + 0.5))
    ahead, momentum = here, 1.0
    step = 4.0 / (float(np.linalg.eigvalsh(x.T @ x / count).max()) + 4 * strength / count)
    for _ in range(400):
        off = 1 / (1 + np.exp(-np.clip(x @ ahead, -30, 30))) - y
        there = ahead - step * (x.T @ off + pull * ahead) / count
        there = np.where(signed * there < 0, 0.0, there)
        if (ahead - there) @ (there - here) > 0:
            momentum = 1.0  # gone too far: begin again from here (O'Donoghue & Candes 2015)
        further = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = there + (momentum - 1) / further * (there - here)
        here, momentum = there, further
    return here[:-1], float(here[-1])


def curves(examples: list[Example]) -> dict[str, dict[str, object]]:
    """All curves; kinds of one kin share one fit, and so do the blanks of all kinds."""
    groups: dict[tuple[bool, bool, tuple[str, ...]], list[Example]] = defaultdict(list)
    for each in examples:
        if each.reader == "comb":
            kin = () if each.blank else next(k for k in KIN if each.kind in k)
            groups[each.blank, each.spelt, kin].append(each)
    made = {}
    for (blank, spelt, _), group in sorted(groups.items()):
        alone = not any("second" in e.measures for e in group)
        for kind, curve in fit(group, COMB_BLANK if blank else SPELT if spelt else COMB).items():
            made[curve_name(kind, blank=blank, alone=alone, spelt=spelt)] = curve
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", type=Path, help="OUT TRUTH [OUT TRUTH ...]")
    parser.add_argument(
        "--out", type=Path, default=Path("formscan/extract/models/calibration.json")
    )
    options = parser.parse_args()
    examples = []
    for out, truth in zip(options.pairs[::2], options.pairs[1::2], strict=True):
        examples += examples_of(out, truth)
    made = curves(examples)
    known = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else {}
    text = json.dumps(
        {"schema": 1, "curves": known.get("curves", {}) | made}, indent=1, sort_keys=True
    )
    options.out.write_text(text + "\n", encoding="utf-8")
    for name, curve in made.items():
        print(f"{name}: {curve['fields']} fields, {curve['wrong']} wrong")


if __name__ == "__main__":
    main()
