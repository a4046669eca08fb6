"""What an outcome depends on besides the scan."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

__all__ = ["ReadWith"]


@dataclass(frozen=True, slots=True)
class ReadWith:
    """With what pages are read: an outcome made with something else is not used again.

    Attributes:
        version: Of formscan.
        templates: Hashes of every template that may be met.
        forced: Hash of the template that pages without a code are read with, or "".
        readers: ``pipeline.readers_version()``.
    """

    version: str
    templates: frozenset[str]
    forced: str
    readers: str

    def sha256(self) -> str:
        """Hex digest of all of it."""
        parts = [self.version, self.forced, self.readers, *sorted(self.templates)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
