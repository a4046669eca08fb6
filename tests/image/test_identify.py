from __future__ import annotations

import cv2
import numpy as np
import pytest
import sheet

from formscan.errors import UnidentifiedPageError
from formscan.image.identify import identify


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 3, 37])
def test_the_code_is_read_any_way_up(demo, demo_drawn, turn):
    how = sheet.shot(turn_deg=turn)
    sighting = identify(sheet.page(sheet.photograph(demo_drawn, how)), [demo])
    told = sighting.identity
    assert (told.form, told.version, told.page) == ("demo", "1", 1)
    assert (told.serial, told.print_run, told.source) == ("00012345", "ABC123", "qr")
    off = np.linalg.norm(sighting.qr_px - how.px(sheet.QR.corners()), axis=1)
    assert off.max() < 6


def test_a_code_far_from_its_place_is_found_too(demo, demo_drawn):
    small = sheet.photograph(demo_drawn, sheet.shot(px_per_mm=8, margin_mm=90), background=90)
    assert identify(sheet.page(small), [demo]).identity.serial == "00012345"


def test_a_blurred_and_noisy_code(demo, demo_drawn):
    picture = sheet.photograph(demo_drawn, sheet.shot(px_per_mm=8))
    bad = sheet.noisy(cv2.GaussianBlur(picture, (0, 0), 1.6), seed=1, sigma=12, quality=50)
    assert identify(sheet.page(bad), [demo]).identity.serial == "00012345"


def reason_of(page, templates, forced=None):
    with pytest.raises(UnidentifiedPageError) as caught:
        identify(page, templates, forced)
    assert caught.value.detail
    return caught.value.reason


def drawn(demo, code):
    return sheet.page(sheet.photograph(sheet.draw(demo.pages[0], code), sheet.shot()))


def test_unknown_form_and_version_name_the_remedy(demo):
    page = drawn(demo, sheet.CODE._replace(version="9"))
    assert reason_of(page, [demo]) == "unknown_version"
    assert reason_of(drawn(demo, sheet.CODE), []) == "unknown_form"
    assert reason_of(drawn(demo, sheet.CODE._replace(form="other")), [demo]) == "unknown_form"
    assert reason_of(drawn(demo, sheet.CODE._replace(page=7)), [demo]) == "unknown_form"


def without_corners(demo):
    pages = tuple(one.model_copy(update={"anchors": ()}) for one in demo.pages)
    return demo.model_copy(update={"pages": pages})


def test_no_code_at_all(demo):
    """Corner marks tell a sheet of ours whose code is lost from paper that is none."""
    assert reason_of(drawn(demo, None), [demo]) == "damaged_identity"
    assert reason_of(drawn(without_corners(demo), None), [demo]) == "no_identity"


def test_a_wrong_check_character_is_never_believed(demo, monkeypatch):
    right = sheet.payload(sheet.CODE)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    monkeypatch.setattr(sheet, "payload", lambda code: wrong)
    assert reason_of(drawn(demo, sheet.CODE), [demo]) == "damaged_identity"


def test_another_program_s_code_is_no_identity(demo, monkeypatch):
    monkeypatch.setattr(sheet, "payload", lambda code: "https://example.org/menu")
    assert reason_of(drawn(without_corners(demo), sheet.CODE), [demo]) == "no_identity"


def test_a_form_without_code_is_taken_at_its_word(demo):
    bare = demo.model_copy(
        update={"pages": (demo.pages[0].model_copy(update={"qr_box": None, "anchors": ()}),)}
    )
    sighting = identify(drawn(demo, None), [bare], forced=bare)
    assert sighting.identity.source == "option"
    assert sighting.identity.page == 1
    assert sighting.qr_px is None
