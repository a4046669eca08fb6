from __future__ import annotations

import pickle

import pytest

from formscan.image.load import enumerate_pages
from formscan.pipeline import PageSetup, read_page, readers_version, template_sha256


@pytest.fixture(scope="module")
def outcomes(mini, mini_scans):
    setup = pickle.loads(pickle.dumps(PageSetup(templates=(mini,))))
    return {ref.scan: read_page(ref, setup) for ref in enumerate_pages([str(mini_scans)])}


def test_a_page_is_identified_registered_and_read(outcomes, mini):
    first = outcomes["scans/s1p1.jpg"]
    assert (first.status, first.reason) == ("ok", "")
    assert (first.identity.form, first.identity.page, first.identity.serial) == (
        "mini",
        1,
        "00000001",
    )
    assert first.residual_mm < 0.1
    assert abs(first.dpi - 200) < 1
    assert first.template_sha256 == template_sha256(mini)
    assert first.readers == readers_version()
    assert [stage.name for stage in first.stage_ms] == ["load", "identify", "register", "read"]


def test_every_field_has_a_reading_in_template_order_and_says_what_was_crossed(
    outcomes, mini, answers
):
    for page in (1, 2):
        readings = outcomes[f"scans/s2p{page}.jpg"].readings
        fields = mini.layout(page).fields
        assert [(r.name, r.row) for r in readings] == [(f.name, f.row) for f in fields]
        for reading in readings:
            assert reading.raw == answers.get((reading.name, reading.row), "")


def test_the_box_of_a_reading_is_where_the_field_lies_in_the_scan(outcomes, mini):
    for reading in outcomes["scans/s3p1.jpg"].readings:
        (box,) = (
            f.box for f in mini.layout(1).fields if (f.name, f.row) == (reading.name, reading.row)
        )
        left, top, width, height = (value * 25.4 / 200 for value in reading.box_px)
        assert abs(left - box.x) < 0.3
        assert abs(top - box.y) < 0.3
        assert abs(left + width - box.right) < 0.4
        assert abs(top + height - box.bottom) < 0.4


def test_an_empty_sheet_is_blank_and_no_error(outcomes):
    empty = outcomes["scans/empty_sheet.png"]
    assert (empty.status, empty.reason, empty.readings) == ("blank", "", ())
    assert (empty.width_px, empty.height_px) == (1169, 827)


def test_a_page_of_a_form_that_is_not_loaded_is_rejected_with_its_reason(mini, mini_scans):
    other = mini.model_copy(update={"form": "other"})
    (ref,) = enumerate_pages([str(mini_scans / "s1p1.jpg")])
    outcome = read_page(ref, PageSetup(templates=(other,)))
    assert (outcome.status, outcome.reason) == ("rejected", "unknown_form")
    assert outcome.width_px > 0
