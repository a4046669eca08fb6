"""Template + values + handwriting + degradation → scans with exact truth."""

from __future__ import annotations

from formscan.simulate.generate import SimulateOptions, simulate

__all__ = ["SimulateOptions", "simulate"]
