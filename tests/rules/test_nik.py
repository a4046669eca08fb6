from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.rules import Asked
from formscan.rules.base import NOBODY
from formscan.rules.nik import BIRTH, REGION, RETIRED, STRUCTURE, digits_of_birth
from formscan.tables import regions

DISTRICTS = tuple(regions().below("64"))


def holds(rule, nik, *beside):
    return rule.holds(Asked("nik", nik, beside=beside))


@pytest.mark.parametrize(
    ("nik", "sound"),
    [
        ("6402011203800001", True),
        ("6402015504850002", True),
        (NOBODY, True),
        ("6402012902000001", True),
        ("6402016902000001", True),
        ("6402012902990001", False),
        ("6402010003800001", False),
        ("6402013203800001", False),
        ("6402017203800001", False),
        ("6402011213800001", False),
        ("6402011200800001", False),
        ("6402011203800000", False),
        ("640201120380001", False),
        ("64020112038000012", False),
        ("640201120380000A", False),
        ("64020112038٠٠٠01", False),
    ],
)
def test_structure(nik, sound):
    assert holds(STRUCTURE, nik) is sound


@pytest.mark.parametrize(
    ("nik", "known", "in_use"),
    [
        ("6402011203800001", True, True),
        ("6404011203800001", True, False),
        ("6473021203800001", True, False),
        ("6499011203800001", False, True),
        ("0000001203800001", False, True),
        (NOBODY, True, True),
    ],
)
def test_a_retired_region_is_known_and_pointed_out(nik, known, in_use):
    assert holds(REGION, nik) is known
    assert holds(RETIRED, nik) is in_use


@given(st.dates(), st.sampled_from("12"), st.integers(1, 9999), st.sampled_from(DISTRICTS))
def test_a_nik_made_of_the_form_agrees_with_it_and_no_other_day_does(day, sex, serial, district):
    subdistrict = next(iter(regions().below(district)))
    born = day.isoformat()
    nik = f"{subdistrict}{digits_of_birth(born, sex)}{serial:04d}"
    assert holds(STRUCTURE, nik)
    assert holds(REGION, nik)
    assert holds(RETIRED, nik)
    assert holds(BIRTH, nik, born, sex)
    assert not holds(BIRTH, nik, born, "1" if sex == "2" else "2")
    other = day.replace(day=day.day % 28 + 1).isoformat()
    assert not holds(BIRTH, nik, other, sex)


@pytest.mark.parametrize("beside", [("", "2"), ("1985-04-15", ""), ("", "")])
def test_nothing_is_compared_with_a_blank(beside):
    assert holds(BIRTH, "6402011203800001", *beside)
