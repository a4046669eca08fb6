"""Damages to a valid FK23 family, each with the problems of which one must be told.

Written from the rules in words, not from the form's expressions: an independent second opinion.
"""

from __future__ import annotations

from damage import household, members
from damage.home import Home, families, is_whole, wild

__all__ = ["DAMAGES", "Home", "families", "is_whole", "wild"]

DAMAGES = (*members.DAMAGES, *household.DAMAGES)
"""Each changes a ``Home``: the problems (``code:field``) of which one must be told, or None."""
