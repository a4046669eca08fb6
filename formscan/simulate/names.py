"""Names of people who do not exist: Indonesian name tokens, put together as people are named.

Tokens come from name lists under the MIT licence (faker, faker.js, indonesian-names), gathered
in ``names.txt``; ``given_names.txt`` says which names men and women are commonly given.
"""

from __future__ import annotations

import functools
from importlib import resources

from numpy.random import Generator

from formscan.simulate.chance import chance, pick

__all__ = ["family_word", "person_name"]

_FEMALE_ENDINGS = ("WATI", "NINGSIH", "YANI", "YANTI", "SARI", "IAH", "ANI", "INA", "ISA", "LIA")
_MALE_ENDINGS = ("WAN", "TO", "NO", "MAN", "DI", "SYAH", "ADI", "RYA", "UDDIN", "SON")


@functools.cache
def _tokens() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """(for men, for women, for anybody); single letters and long tokens left out."""
    text = resources.files(__package__).joinpath("names.txt").read_text(encoding="utf-8")
    words = [w for w in text.split("\n") if w and not w.startswith("#") and 3 <= len(w) <= 11]
    women = tuple(w for w in words if w.endswith(_FEMALE_ENDINGS))
    men = tuple(w for w in words if w.endswith(_MALE_ENDINGS) and w not in women)
    return men, women, tuple(words)


@functools.cache
def _given() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(of men, of women)."""
    text = resources.files(__package__).joinpath("given_names.txt").read_text(encoding="utf-8")
    men, women = (tuple(line.split()) for line in text.splitlines() if not line.startswith("#"))
    return men, women


def family_word(rng: Generator) -> str:
    """A word that the children of one father may share."""
    return pick(rng, _tokens()[0])


def person_name(
    sex: str, rng: Generator, *, shared: str = "", longest: int = 28, elder: bool = False
) -> str:
    """A name in capitals of ``A-Z . , '`` and single spaces, at most ``longest`` characters.

    Args:
        sex: "1" man, "2" woman.
        rng: The draw.
        shared: A word that may come last.
        longest: Boxes on the paper.
        elder: May carry a title (H., HJ., ALM.).
    """
    men, women, anybody = _tokens()
    words = [pick(rng, _given()[0 if sex == "1" else 1])]
    if not chance(rng, 0.27):
        words.append(pick(rng, (men if sex == "1" else women) if chance(rng, 0.7) else anybody))
    if len(words) == 2 and chance(rng, 0.2):
        words.append(pick(rng, anybody))
    if shared and chance(rng, 0.35):
        words = [*words[:2], shared]
    name = " ".join(_touched(words, sex, elder, rng))
    while len(name) > longest and len(words) > 1:
        words = words[:-1]
        name = " ".join(words)
    return name[:longest].strip()


def _touched(words: list[str], sex: str, elder: bool, rng: Generator) -> list[str]:
    """Abbreviations, apostrophes and titles, at the rates in which people have them."""
    words = list(words)
    if words[0] == "MUHAMMAD" and chance(rng, 0.5):
        short = pick(rng, ("M.", "MUH.", "MOH.", "MOHAMMAD"))
        words[0] = short if len(words) > 1 else words[0]
    if elder and chance(rng, 0.12):
        words.insert(0, "H." if sex == "1" else "HJ.")
    if chance(rng, 0.015) and len(words[-1]) > 4:
        words[-1] = f"{words[-1][0]}'{words[-1][1:]}"
    if chance(rng, 0.012):
        words[-1] += pick(rng, (", SE", ", SH", ", S.PD"))
    return words
