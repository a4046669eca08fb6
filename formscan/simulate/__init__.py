"""Template + values + handwriting + degradation → scans with exact truth."""

from __future__ import annotations

from formscan.simulate.generate import Simulated, SimulateOptions, simulate

__all__ = ["SimulateOptions", "Simulated", "simulate"]
