"""Administrative regions of Indonesia by Kemendagri code (2, 4, 6 and 10 digits).

The codes in force in 2023 (cahyadsn/wilayah, MIT), those that came or went until 2025, and those
retired before, which live on in the first six digits of a NIK. Built by
``training/build_regions.py``; read once, when the first code is asked for.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from typing import Literal

from formscan.errors import TemplateError, told

__all__ = ["RegionState", "Regions", "regions"]

RegionState = Literal["", "current", "added", "dropped", "retired"]
"""``added``: after 2022; ``dropped``: gone by 2025; ``retired``: before 2022; "" unknown."""

_STATES: dict[str, RegionState] = {"": "current", "+": "added", "-": "dropped", "!": "retired"}
_DATA = "data/wilayah.tsv.gz"


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """The table.

    Attributes:
        sha256: Hex digest of the uncompressed data; templates refer to it.
    """

    sha256: str
    _names: dict[str, str] = field(repr=False)
    _states: dict[str, RegionState] = field(repr=False)

    def name(self, code: str) -> str:
        """Name of a region, "" where the code is unknown.

        A six-digit code below a retired district has that district's name: which sub-districts
        it had is not in the table.
        """
        found = self._names.get(code, "")
        if not found and len(code) == 6 and code.isdecimal() and self.state(code[:4]) == "retired":
            return self._names[code[:4]]
        return found

    def state(self, code: str) -> RegionState:
        """Whether a code is in force, "" where it is unknown."""
        if code not in self._names:
            return ""
        return self._states.get(code, "current")

    def below(self, code: str) -> Iterator[str]:
        """The codes one level below ``code`` that are in force, ascending; "" gives provinces."""
        length = {0: 2, 2: 4, 4: 6, 6: 10}.get(len(code), 0)
        for other in self._names:
            if len(other) == length and other.startswith(code) and other not in self._states:
                yield other

    def __len__(self) -> int:
        return len(self._names)


@functools.cache
def regions() -> Regions:
    """The region table, read on first use.

    Raises:
        TemplateError: The package's data file is missing or damaged.
    """
    try:
        data = gzip.decompress(resources.files(__package__).joinpath(_DATA).read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        remedy = told("definition.table_damaged", table=_DATA, why=error)
        raise TemplateError("wilayah", (remedy,)) from error
    names: dict[str, str] = {}
    states: dict[str, RegionState] = {}
    for line in data.decode().splitlines():
        code, name, state = line.split("\t")
        names[code] = name
        if state:
            states[code] = _STATES[state]
    return Regions(hashlib.sha256(data).hexdigest(), names, states)
