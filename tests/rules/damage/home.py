"""A family of FK23 while it is damaged."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from random import Random

from formscan.simulate.chance import stream
from formscan.simulate.families import Family, draw_family, draw_village
from formscan.templates.model import Template

Values = dict[tuple[str, int | None], str]
Said = set[str]
"""``code:field``; one of them must be among the problems of the damaged family."""


def families(fk23: Template, seed: int) -> Iterator[Family]:
    """Families without mistakes, without end."""
    village = draw_village(stream(seed, "v"))
    drawn = (draw_family(fk23, n, village, stream(seed, "f", n)) for n in itertools.count(1))
    return (family for family in drawn if not family.mistakes)


def is_whole(family: Family) -> bool:
    """Whether somebody was at home, and all sheets surely belong together."""
    numbered = family.values["no_kk", None] != "9" * 16
    return family.values["status_keluarga", None] in {"1", "2"} and numbered


class Home:
    """A family while it is damaged."""

    def __init__(self, values: Values, rng: Random) -> None:
        self.values, self.rng = values, rng
        self.rows = sorted({row for (_, row), text in values.items() if row and text})

    def __getitem__(self, key: str | tuple[str, int]) -> str:
        name, row = key if isinstance(key, tuple) else (key, None)
        return self.values.get((name, row), "")

    def __setitem__(self, key: str | tuple[str, int], text: str) -> None:
        name, row = key if isinstance(key, tuple) else (key, None)
        self.values[name, row] = text

    def where(self, fits: Callable[[int], bool]) -> int:
        """Some row that fits, 0 where none does."""
        found = [row for row in self.rows if fits(row)]
        return self.rng.choice(found) if found else 0

    def of(self, *relations: str) -> int:
        return self.where(lambda row: self["hubungan", row] in relations)

    def age(self, row: int) -> int:
        born, seen = self["tgl_lahir", row], self["tgl_pendataan"]
        earlier = (seen[2:4] + seen[:2]) < (born[2:4] + born[:2])
        return int(seen[4:]) - int(born[4:]) - earlier

    def born(self, row: int, years: int) -> None:
        """Make somebody ``years`` old on the day of the visit, and the NIK agree."""
        seen = self["tgl_pendataan"]
        self["tgl_lahir", row] = f"0101{int(seen[4:]) - years}"

    def member(self, name: str, row: int, *codes: str) -> Said:
        return {f"{code}:anggota[{row}].{name}" for code in codes}


Damage = Callable[[Home], Said | None]


def wild(values: Values, cells: dict[tuple[str, int | None], int], rng: Random) -> None:
    """Write anything anywhere, in place: whatever ends up on paper must not crash the rules.

    Args:
        values: What stands in the boxes.
        cells: Number of boxes of every field, 0 where there are none.
        rng: Draws one to eight fields and what is written there.
    """
    for key in rng.sample(sorted(cells, key=str), rng.randint(1, 8)):
        others = [text for (name, _), text in values.items() if name == key[0]]
        anything = "".join(rng.choice("0123456789ABZ ?'-") for _ in range(cells[key])).strip()
        values[key] = rng.choice(["", anything, "0" * cells[key], "9" * cells[key], *others[:3]])
