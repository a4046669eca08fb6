"""Every disturbance of a scan in three strengths, and what formscan should make of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from benchmarks import sheets
from benchmarks.scenes import Paint, Scene
from formscan.simulate.bend import Shift

Step = Callable[[Scene], None]
Expected = Literal["right", "refused"]


@dataclasses.dataclass(frozen=True)
class Disturbance:
    """One thing that goes wrong, weakly, plainly and badly.

    Attributes:
        steps: Three strengths.
        limit_mm: Largest p95 of the field error that is wanted.
        expected: ``refused`` where no page can be read.
    """

    steps: tuple[Step, Step, Step]
    limit_mm: float = 0.25
    expected: Expected = "right"


def _set(**values: Any) -> Step:
    def apply(scene: Scene) -> None:
        for name, value in values.items():
            setattr(scene, name, value)

    return apply


def _both(*steps: Step) -> Step:
    def apply(scene: Scene) -> None:
        for step in steps:
            step(scene)

    return apply


def _bent(what: Callable[[Scene, float], Shift], amount: float) -> Step:
    return lambda scene: scene.shifts.append(what(scene, amount))


def _painted(paint: Paint) -> Step:
    return lambda scene: scene.paints.append(paint)


def _turned(low: float, high: float) -> Step:
    def apply(scene: Scene) -> None:
        scene.turn_deg = float(scene.rng.uniform(low, high) * scene.rng.choice([-1, 1]))

    return apply


def _cut(share: float) -> Step:
    def apply(scene: Scene) -> None:
        lost = np.zeros(4)
        lost[int(scene.rng.integers(4))] = share
        scene.lost = tuple(lost)

    return apply


def _phone(tilt: float, dpi: float) -> Step:
    def apply(scene: Scene) -> None:
        scene.turn_deg = float(scene.rng.uniform(-6, 6))
        towards = scene.rng.uniform(0, 2 * np.pi)
        scene.tilt = (tilt * np.cos(towards), tilt * np.sin(towards))
        scene.dpi, scene.margin_mm, scene.busy = dpi, 15, True
        scene.blur_px, scene.noise, scene.jpeg, scene.shadow = 1.2, 8.0, 75, 0.3

    return apply


def _copies(count: int, scale: float, one_bit: int = 0) -> Step:
    rest = _set(scale=(scale, scale), gray=True, background=20, margin_mm=3, one_bit=one_bit)
    return _both(_turned(0, 3), rest, _painted(sheets.photocopied(count)))


def _three(make: Callable[[Any], Step], *values: Any) -> tuple[Step, Step, Step]:
    first, second, third = (make(value) for value in values)
    return first, second, third


def _named(name: str) -> Callable[[Any], Step]:
    return lambda value: _set(**{name: value})


def _lid(level: int) -> Callable[[float], Step]:
    return lambda mm: _both(_turned(0, 3), _set(margin_mm=mm, background=level))


def _covered(what: str) -> Callable[[int], Step]:
    return lambda count: _both(_turned(0, 2), _painted(sheets.covered_tags(count, what)))


def _beside(scene: Scene) -> None:
    scene.beside = scene.other


def _turned_by(degrees: float) -> Step:
    return _both(_set(turn_deg=degrees), _set(margin_mm=2))


DISTURBANCES: dict[str, Disturbance] = {
    "none": Disturbance((_set(noise=1.0), _set(), _set(noise=8.0, jpeg=75))),
    "skew": Disturbance(_three(lambda v: _turned(v, v), 1, 3, 8)),
    "any angle": Disturbance((_turned(10, 45), _turned(45, 135), _turned(135, 180))),
    "quarter turns": Disturbance(_three(_turned_by, 90, 180, 270)),
    "white lid": Disturbance(_three(_lid(250), 2, 10, 30)),
    "black lid": Disturbance(_three(_lid(20), 2, 10, 30)),
    "shrunk print": Disturbance(_three(lambda v: _set(scale=(v, v), margin_mm=4), 1.05, 0.95, 0.9)),
    "edge lost": Disturbance(_three(_cut, 0.005, 0.01, 0.02)),
    "feeder stretch": Disturbance(_three(lambda v: _bent(sheets.stretch, v), 0.003, 0.01, 0.02)),
    "wave": Disturbance(_three(lambda v: _bent(sheets.wave, v), 0.6, 1.2, 1.8), 0.5),
    "fold": Disturbance(_three(lambda v: _bent(sheets.fold, v), 0.6, 1.2, 1.8), 0.5),
    "curl": Disturbance(_three(lambda v: _bent(sheets.curl, v), 1.0, 2.0, 3.0), 0.5),
    "curled corner": Disturbance(
        _three(lambda v: _bent(sheets.curled_corner, v), 1.0, 2.0, 3.0), 0.5
    ),
    "folded corner": Disturbance(_three(lambda v: _painted(sheets.dog_ear(v)), 12, 20, 30), 0.5),
    "phone": Disturbance((_phone(3e-4, 250), _phone(7e-4, 200), _phone(1e-3, 150)), 0.5),
    "phone, bent": Disturbance(
        _three(lambda v: _both(_phone(5e-4, 200), _bent(sheets.curl, v)), 1.0, 2.0, 3.0), 0.5
    ),
    "messenger": Disturbance(
        _three(lambda v: _both(_phone(5e-4, 200), _set(long_side=v, jpeg=65)), 2000, 1600, 1280),
        0.5,
    ),
    "resolution": Disturbance(_three(_named("dpi"), 600.0, 150.0, 100.0)),
    "one bit": Disturbance(
        (_set(one_bit=150), _set(one_bit=120, dpi=200.0), _set(one_bit=180, dpi=200.0))
    ),
    "grey": Disturbance(_three(lambda v: _set(gray=True, dpi=v), 300.0, 200.0, 150.0)),
    "coloured paper": Disturbance(
        _three(_named("tint"), (0.75, 0.95, 1.0), (0.9, 0.8, 1.0), (0.85, 0.95, 0.7))
    ),
    "inverted": Disturbance(
        (
            _set(inverted=True),
            _set(inverted=True, gray=True),
            _set(inverted=True, gray=True, dpi=200.0),
        )
    ),
    "photocopy": Disturbance((_copies(1, 1.03), _copies(2, 0.97), _copies(3, 0.95))),
    "photocopy, one bit": Disturbance(
        (_copies(1, 1.0, 150), _copies(2, 0.97, 150), _copies(3, 0.95, 150))
    ),
    "corner under thumb": Disturbance(_three(_covered("thumb"), 1, 2, 3), 0.5),
    "corner stapled": Disturbance(_three(_covered("staple"), 1, 2, 4), 0.5),
    "corner scribbled": Disturbance(_three(_covered("ink"), 1, 2, 3), 0.5),
    "code scribbled": Disturbance(_three(lambda v: _painted(sheets.hurt_code(v)), 0.12, 0.4, 1.0)),
    "code torn off": Disturbance(_three(lambda v: _painted(sheets.torn_code(v)), 45, 55, 65), 0.5),
    "blur": Disturbance(_three(_named("blur_px"), 1.2, 1.8, 2.5), 0.5),
    "noise": Disturbance(_three(_named("noise"), 15.0, 25.0, 40.0)),
    "JPEG quality": Disturbance(_three(_named("jpeg"), 40, 20, 10)),
    "side shadow": Disturbance(_three(_named("shadow"), 0.3, 0.5, 0.7)),
    "faint": Disturbance(_three(_named("contrast"), 0.6, 0.4, 0.25)),
    "shining through": Disturbance(
        _three(lambda v: _painted(sheets.shining_through(v)), 0.1, 0.2, 0.3)
    ),
    "mirrored": Disturbance(
        (_set(mirrored=True), _set(mirrored=True, turn_deg=2.0), _set(mirrored=True, gray=True)),
        expected="refused",
    ),
    "two sheets": Disturbance((_set(twice=1.0), _set(twice=0.6), _beside), expected="refused"),
}
