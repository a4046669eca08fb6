"""Templates of OMRChecker (``template.json``)."""

from __future__ import annotations
