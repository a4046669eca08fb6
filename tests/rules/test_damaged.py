"""Five hundred families that obey FK23, and five hundred that do not."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from damage import DAMAGES, Home, families, is_whole, wild

BATCHES, EACH = 10, 50


@pytest.mark.parametrize("batch", range(BATCHES))
def test_valid_families_raise_no_error(fk23, settled, batch):
    for family in itertools.islice(families(fk23, 100 + batch), EACH):
        found = settled(family.values, pages=family.pages)
        (record,) = found.records
        assert [str(one) for one in record.problems if one.severity == "error"] == []
        assert not [one for one in record.problems if one.review]
        unproven = any(page.reason == "unproven" for page in found.pages)
        assert record.status == ("review" if unproven else "accepted")


@pytest.mark.parametrize("batch", range(BATCHES))
def test_each_damage_is_told(fk23, settled, codes, batch):
    rng, drawn = Random(batch), filter(is_whole, families(fk23, 200 + batch))
    for number in range(batch * EACH, (batch + 1) * EACH):
        harm, said = DAMAGES[number % len(DAMAGES)], None
        while said is None:
            family = next(drawn)
            values = dict(family.values)
            said = harm(Home(values, rng))
        (record,) = settled(values, pages=family.pages).records
        assert said & set(codes(record)), (harm.__name__, said, codes(record))
        told = [one for one in record.problems if str(one) in said]
        assert record.status == "review" or {one.severity for one in told} == {"warn"}


def test_anything_may_be_written_anywhere(fk23, settled):
    cells = {
        (field.name, field.row): len(field.cells)
        for layout in fk23.pages
        for field in layout.fields
    }
    rng = Random(1)
    for family in itertools.islice(families(fk23, 300), EACH):
        values = dict(family.values)
        wild(values, cells, rng)
        for record in settled(values, pages=family.pages).records:
            refused = {one.field for one in record.problems if one.severity == "error"}
            assert not [
                one.ref for one in record.values if one.ref in refused and one.status == "accepted"
            ]
