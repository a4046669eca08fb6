from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formscan.extract.glyphs import packed
from formscan.extract.style import everybodys_digits
from formscan.page import Identity, PageRef
from formscan.reading import Candidate, Cell, FieldReading, Measure, PageOutcome
from formscan.settle.sheet import Sheet
from formscan.settle.writer import styles_of, with_hand
from formscan.templates.load import load_template

MEASURES = ("posterior", "weakest", "logp", "empty_margin", "confirmed", "by_ink")


@pytest.fixture(scope="module")
def fk23():
    return load_template("fk23")


def glyph(digit: int, quirk: int = 0) -> tuple[str, float]:
    """Features of a digit as everybody writes it; of a quirky 7 that looks half like a 1."""
    means = everybodys_digits()
    looks = means[digit] + (1.3 * means[1] if quirk and digit == quirk else 0.0)
    return packed(looks.astype(np.float32))


def comb(name: str, row: int | None, text: str, doubt: int = -1) -> FieldReading:
    """A number with quirky sevens; the box ``doubt`` may rather be a 1."""
    cells = []
    for at, digit in enumerate(text):
        likely = ((digit, 0.999), ("?", 0.0001))
        if at == doubt:
            likely = (("1", 0.6), (digit, 0.4))
        cells.append(Cell(tuple(Candidate(*each) for each in likely), (), *glyph(int(digit), 7)))
    raw = "".join(cell.candidates[0].text for cell in cells)
    measures = tuple(Measure(each, 0.0) for each in MEASURES)
    return FieldReading(name, row, "comb-3", (Candidate(raw, 0.5),), 0.95, tuple(cells), measures)


def page(fk23, serial: str, *readings: FieldReading) -> PageOutcome:
    identity = Identity("fk23", fk23.version, 1, serial, "ABC234")
    ref = PageRef(f"/{serial}.jpg", 1, f"scans/{serial}.jpg", serial)
    return PageOutcome(ref, "ok", identity=identity, readings=readings)


def numbers(fk23) -> tuple[FieldReading, ...]:
    return tuple(comb("nik", row, f"777012345678{row:04d}") for row in range(1, 7))


def read_again(fk23, readings: tuple[FieldReading, ...], styles=None) -> str:
    sheet = Sheet(fk23.layout(1), (), readings, {})
    (found,) = with_hand((sheet,), fk23, styles or {})
    return found.readings[-1].raw


def test_a_seven_like_a_one_is_read_as_the_record_shows_sevens(fk23) -> None:
    doubtful = comb("no_kk", None, "7770123456780007", doubt=15)
    assert doubtful.raw.endswith("1")
    assert read_again(fk23, (*numbers(fk23), doubtful)) == "7770123456780007"


def test_few_glyphs_change_nothing(fk23) -> None:
    doubtful = comb("no_kk", None, "7770123456780007", doubt=15)
    assert read_again(fk23, (doubtful,)) == doubtful.raw


def test_other_forms_of_the_enumerator_tell_of_the_hand(fk23) -> None:
    kader = comb("kode_kader", None, "640301")
    doubtful = comb("no_kk", None, "7770123456780007", doubt=15)
    lone = page(fk23, "00000001", kader, doubtful)
    pages = [lone, *(page(fk23, f"0000000{n}", kader, *numbers(fk23)) for n in range(2, 4))]
    styles = styles_of([[one] for one in pages], (fk23,))
    assert set(styles) == {"640301"}
    assert read_again(fk23, lone.readings, styles) == "7770123456780007"
    assert read_again(fk23, lone.readings) == doubtful.raw


def test_a_doubtful_code_belongs_to_nobody(fk23) -> None:
    kader = replace(comb("kode_kader", None, "640301"), confidence=0.5)
    assert styles_of([[page(fk23, "00000001", kader, *numbers(fk23))]], (fk23,)) == {}


def test_the_order_of_the_pages_does_not_matter(fk23) -> None:
    kader = comb("kode_kader", None, "640301")
    pages = [page(fk23, f"0000000{n}", kader, *numbers(fk23)) for n in range(1, 4)]
    one, other = (styles_of([order], (fk23,))["640301"] for order in (pages, pages[::-1]))
    assert np.array_equal(one.sums, other.sums)
    assert np.array_equal(one.votes, other.votes)
