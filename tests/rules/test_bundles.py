"""What a cover sheet says of the records behind it."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest

from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.settle import SettleOptions, bundles_of, settle
from formscan.templates.cover import Cover, cover_payload

OWN = Path(__file__).parents[1] / "validate" / "family.json"


@pytest.fixture
def behind(fk23, pages_of, written, codes):
    """Problems of a valid family that lies behind covers: (area, kader) of each, or None."""

    pages = pages_of(written(json.loads(OWN.read_text(encoding="utf-8"))))

    def run(*stack):
        outcomes = []
        for frame, told in enumerate(stack, start=1):
            ref = PageRef("/x", frame, "a.pdf", "aa")
            if told is None:
                outcomes.append(dataclasses.replace(pages[0], ref=ref))
                pages.append(pages.pop(0))
            else:
                text = cover_payload(Cover("ABCDEF", *told, 1))
                outcomes.append(PageOutcome(ref, "cover", cover=text))
        known = {("fk23", fk23.version): fk23}
        covered = {
            (ref.sha256, ref.frame): bundle.header
            for bundle in bundles_of(outcomes, known)
            for ref in bundle.behind
        }
        options = SettleOptions(as_of=date(2023, 8, 1), covered=covered)
        (record,) = settle(outcomes, [fk23], options).records
        return codes(record)

    return run


def test_area_and_enumerator_of_the_cover_must_be_those_of_the_records_behind_it(behind):
    assert behind(("640201", "640201"), None, None) == []
    assert behind(("", ""), None, None) == []
    assert behind(("6402012002", "640299"), None, None) == [
        "in_area:kode_desa", "kader_listed:kode_kader"
    ]  # fmt: skip


def test_a_cover_says_nothing_of_pages_before_it_or_behind_the_next(behind):
    assert behind(None, None, ("6402012002", "")) == []
    assert behind(("6402012002", ""), ("640201", ""), None, None) == []
    assert behind(("640201", ""), None, ("", "640299"), None) == ["kader_listed:kode_kader"]
