"""Turns stacks of hand-filled paper forms into data that people can trust."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
