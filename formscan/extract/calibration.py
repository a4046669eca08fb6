"""From the measures of a reading to the probability that it is right.

One curve per error kind and one per kind for blanks, fitted by ``training/calibrate.py`` on
writers that neither the network nor the thresholds have seen in training: a logistic score
(Platt 1999) that ranks the readings, and the share that was right at each height of the score
(isotonic regression, Zadrozny & Elkan 2002). Weights are never negative for measures that can
only speak for a reading, so that a better picture never lowers the confidence.
"""

from __future__ import annotations

import bisect
import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from formscan.reading import Measure

__all__ = ["Calibration", "Curve", "curve_name", "load_calibration", "measured"]


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve.

    Attributes:
        features: Names of measures; ``junk>0.1`` is what a measure has above 0.1, else 0, and
            ``second<-3`` what it lacks of -3, so that extremes can weigh more than the rest.
        mean: Subtracted from each.
        scale: Then divided by it.
        weights: One per feature.
        bias: Of the score, at the mean.
        knots: (score, log-odds of being right), both ascending; straight in between, level
            beyond. Half an error is added to each stretch, since none seen is not none.
        fields: How many fields it was fitted on.
    """

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    knots: tuple[tuple[float, float], ...]
    fields: int = 0

    def probability(self, values: Mapping[str, float]) -> float | None:
        """P(right), None where a feature is missing."""
        total = self.bias
        for name, mean, scale, weight in zip(
            self.features, self.mean, self.scale, self.weights, strict=True
        ):
            value = measured(name, values)
            if value is None:
                return None
            total += weight * max(min((value - mean) / scale, 8.0), -8.0)
        return 1 / (1 + math.exp(-self._log_odds(total)))

    @property
    def highest(self) -> float:
        """No confidence is above this: what the number of fitted fields can bear."""
        return 1 / (1 + math.exp(-self.knots[-1][1]))

    def _log_odds(self, score: float) -> float:
        at = bisect.bisect(self.knots, (score, math.inf))
        if at == 0 or at == len(self.knots):
            return self.knots[min(at, len(self.knots) - 1)][1]
        (left, low), (right, high) = self.knots[at - 1 : at + 1]
        return low + (high - low) * (score - left) / (right - left)


@dataclass(frozen=True, slots=True)
class Calibration:
    """All curves.

    Attributes:
        curves: By name, see ``curve_name``.
    """

    curves: Mapping[str, Curve]

    def probability(self, name: str, measures: Sequence[Measure], fallback: float) -> float:
        """Calibrated P(field right).

        Args:
            name: Curve, see ``curve_name``.
            measures: What the reader measured.
            fallback: Returned (within 0 and 0.9999) where no such curve was fitted.
        """
        curve = self.curves.get(name)
        if curve is not None:
            found = curve.probability({m.name: m.value for m in measures})
            if found is not None:
                return found
        return min(max(fallback, 0.0), 0.9999)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Calibration:
        """Calibration as ``training/calibrate.py`` writes it."""
        return cls(
            {
                name: Curve(
                    features=tuple(curve["features"]),
                    mean=tuple(curve["mean"]),
                    scale=tuple(curve["scale"]),
                    weights=tuple(curve["weights"]),
                    bias=float(curve["bias"]),
                    knots=tuple((float(x), float(y)) for x, y in curve["knots"]),
                    fields=int(curve["fields"]),
                )
                for name, curve in data["curves"].items()
            }
        )


def measured(feature: str, values: Mapping[str, float]) -> float | None:
    """The value of a curve's feature; None where its measure is missing."""
    name, sign, limit = _parts(feature)
    if name not in values:
        return None
    if not sign:
        return values[name]
    beyond = values[name] - limit
    return max(beyond, 0.0) if sign == ">" else min(beyond, 0.0)


@functools.cache
def _parts(feature: str) -> tuple[str, str, float]:
    for sign in "<>":
        name, found, limit = feature.partition(sign)
        if found:
            return name, sign, float(limit)
    return feature, "", 0.0


def curve_name(error_kind: str, *, blank: bool, alone: bool = False, spelt: bool = False) -> str:
    """Name of the curve of a kind of field.

    Args:
        error_kind: Of the field.
        blank: The reading says that nothing is written.
        alone: The first reader had no second one; nothing changes for blanks.
        spelt: A name that was read in the light of how names are spelt.
    """
    if blank:
        return f"{error_kind}/blank"
    if spelt:
        return f"{error_kind}/spelt"
    return f"{error_kind}/alone" if alone else error_kind


@functools.cache
def load_calibration() -> Calibration:
    """The curves that come with the package; none where they have not been fitted."""
    file = resources.files("formscan.extract") / "models" / "calibration.json"
    if not file.is_file():
        return Calibration({})
    return Calibration.from_json(json.loads(file.read_text(encoding="utf-8")))
