from __future__ import annotations

import cv2
import numpy as np
import pytest
import sheet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formscan.errors import RegistrationError
from formscan.image.identify import Sighting, identify
from formscan.image.register import register
from formscan.templates.model import PageLayout


def sighted(page, template):
    return identify(page, [template])


def known(template):
    """A sighting as if the code had been read, without its corners."""
    from formscan.page import Identity

    identity = Identity("demo", "1", 1, "00012345", "ABC123")
    return Sighting(identity, template, template.pages[0])


def field_points(template):
    return np.concatenate([field.box.corners() for field in template.pages[0].fields])


def errors_mm(registered, how, template):
    points = field_points(template)
    off_px = np.linalg.norm(registered.px_from_mm(points) - how.px(points), axis=1)
    return off_px / (registered.dpi / 25.4)


def taken(drawn, how, seed=1, **noise):
    return sheet.page(sheet.noisy(sheet.photograph(drawn, how), seed, **noise))


@pytest.mark.parametrize("turn", [0, 2.5, -5, 45, 92, 178, 271, -44])
def test_any_way_up_and_skewed(demo, demo_drawn, turn):
    how = sheet.shot(turn_deg=turn)
    page = taken(demo_drawn, how)
    registered = register(page, sighted(page, demo))
    assert errors_mm(registered, how, demo).max() < 0.1
    assert registered.residual_mm < 0.1
    seen = (-registered.orientation_deg + registered.skew_deg - turn + 180) % 360 - 180
    assert abs(seen) < 0.2
    assert abs(registered.skew_deg) <= 45.2
    assert registered.dpi == pytest.approx(203.2, rel=0.01)
    assert 0.3 < registered.sharpness <= 1.0


def test_a_phone_s_perspective(demo, demo_drawn):
    how = sheet.shot(turn_deg=4, tilt=(4e-4, -5e-4), margin_mm=15)
    page = taken(demo_drawn, how)
    registered = register(page, sighted(page, demo))
    assert errors_mm(registered, how, demo).max() < 0.15


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    turn=st.floats(-45, 45),
    px_per_mm=st.floats(5.5, 14),
    tilt=st.tuples(st.floats(-4e-4, 4e-4), st.floats(-4e-4, 4e-4)),
)
def test_every_flat_sheet_is_found_to_a_tenth_of_a_millimetre(
    demo, demo_drawn, turn, px_per_mm, tilt
):
    how = sheet.shot(px_per_mm=px_per_mm, turn_deg=turn, tilt=tilt, margin_mm=3)
    page = taken(demo_drawn, how)
    registered = register(page, sighted(page, demo))
    assert errors_mm(registered, how, demo).max() < 0.2


def test_turning_the_picture_turns_the_transform(demo, demo_drawn):
    how = sheet.shot(turn_deg=2)
    page = taken(demo_drawn, how)
    flat = register(page, sighted(page, demo))
    turned_page = sheet.page(np.ascontiguousarray(np.rot90(page.bgr, 2)))
    turned = register(turned_page, sighted(turned_page, demo))
    height, width = page.gray.shape
    points = field_points(demo)
    back = np.array([width - 1, height - 1]) - turned.px_from_mm(points)
    assert np.abs(back - flat.px_from_mm(points)).max() < 1.0
    assert (turned.orientation_deg, flat.orientation_deg) == (180, 0)


def covered(drawn, ids):
    covered = drawn.copy()
    for anchor in sheet.tags():
        if anchor.tag_id in ids:
            left, top, right, bottom = (
                round(value * sheet.DRAW_PX_PER_MM)
                for value in (anchor.box.x - 2, anchor.box.y - 2, anchor.box.right + 2,
                              anchor.box.bottom + 2)
            )  # fmt: skip
            covered[top:bottom, left:right] = (60, 90, 120)
    return covered


@pytest.mark.parametrize("lost", [(0,), (1,), (2,), (3,), (0, 2), (1, 3)])
def test_a_thumb_on_one_or_two_corner_marks(demo, demo_drawn, lost):
    how = sheet.shot(turn_deg=1.5)
    page = taken(covered(demo_drawn, lost), how)
    registered = register(page, sighted(page, demo))
    assert errors_mm(registered, how, demo).max() < 0.3


def reason_of(page, sighting):
    with pytest.raises(RegistrationError) as caught:
        register(page, sighting)
    assert caught.value.detail
    return caught.value.reason


def test_without_any_mark_the_picture_of_the_blank_form_tells_the_place(demo, demo_drawn):
    how = sheet.shot(turn_deg=3)
    page = taken(covered(demo_drawn, (0, 1, 2, 3)), how)
    registered = register(page, known(demo))
    assert errors_mm(registered, how, demo).max() < 0.3


def test_without_marks_and_picture_the_page_is_refused(demo, demo_drawn):
    page = taken(covered(demo_drawn, (0, 1, 2, 3)), sheet.shot())
    with pytest.raises(RegistrationError, match=r"0 of 4 corner marks") as caught:
        register(page, known(sheet.template(reference=False)))
    assert caught.value.reason == "anchors_not_found"


def test_a_mirrored_page_is_named(demo, demo_drawn):
    picture = np.ascontiguousarray(sheet.photograph(demo_drawn, sheet.shot())[:, ::-1])
    assert reason_of(sheet.page(picture), known(demo)) == "mirrored"


def test_two_sheets_in_one_picture_are_not_guessed_at(demo, demo_drawn):
    one = sheet.photograph(demo_drawn, sheet.shot(px_per_mm=8))
    assert reason_of(sheet.page(np.vstack([one, one])), known(demo)) == "anchors_not_found"


def test_two_pages_of_a_form_side_by_side_are_not_guessed_at(demo, demo_drawn):
    layout = demo.pages[0]
    anchors = tuple(
        anchor.model_copy(update={"tag_id": anchor.tag_id + 4}) for anchor in layout.anchors
    )
    second = PageLayout(page=2, width_mm=sheet.WIDTH_MM, height_mm=sheet.HEIGHT_MM, anchors=anchors)
    both = demo.model_copy(update={"pages": (layout, second)})
    front = sheet.photograph(demo_drawn, sheet.shot())
    back = sheet.photograph(sheet.draw(second), sheet.shot())
    with pytest.raises(RegistrationError, match="two sheets"):
        register(sheet.page(np.hstack([front, back])), known(both))


def test_fields_outside_the_picture_are_cut_off(demo, demo_drawn):
    layout = demo.pages[0]
    beyond = sheet.comb("beyond", sheet.WIDTH_MM - 6, 60, 3)
    wide = layout.model_copy(update={"fields": (*layout.fields, beyond)})
    template = demo.model_copy(update={"pages": (wide,)})
    page = taken(demo_drawn, sheet.shot())
    assert reason_of(page, known(template)) == "cut_off"


def test_the_side_that_is_lost_is_named_with_its_place(demo, demo_drawn):
    how = sheet.shot(px_per_mm=8, margin_mm=2)
    whole = sheet.photograph(demo_drawn, how)
    page = sheet.page(np.ascontiguousarray(whole[:, 8 * 33 :]))
    with pytest.raises(RegistrationError, match=r"the left edge is cut off at 31 mm"):
        register(page, known(demo))


def test_a_negative_is_turned_over(demo, demo_drawn):
    how = sheet.shot(turn_deg=1)
    page = sheet.page(255 - sheet.photograph(demo_drawn, how))
    registered = register(page, sighted(page, demo))
    assert errors_mm(registered, how, demo).max() < 0.1
    assert np.median(registered.page.gray) > 200


def shifted(box, dx, dy):
    return box.model_copy(update={"x": box.x + dx, "y": box.y + dy})


def test_a_sheet_whose_boxes_are_elsewhere_is_refused(demo, demo_drawn):
    """The tags of the template, other boxes and texts: an older print, a wrong version."""
    layout = demo.pages[0]
    moved = []
    for field in layout.fields:
        index = len(moved) % 3
        dx, dy = ((3.1, 2.3), (-2.2, 4.6), (1.3, -2.7))[index]
        cells = tuple(shifted(cell, dx, dy) for cell in field.cells)
        marks = tuple(
            mark.model_copy(update={"box": shifted(mark.box, dx, dy)}) for mark in field.marks
        )
        box = shifted(field.box, dx, dy)
        moved.append(field.model_copy(update={"cells": cells, "marks": marks, "box": box}))
    other = sheet.draw(layout.model_copy(update={"fields": tuple(moved)}))
    page = taken(other, sheet.shot())
    assert reason_of(page, known(demo)) == "residual_too_large"


def test_one_tag_in_the_wrong_place_is_never_believed(demo, demo_drawn):
    forged = covered(demo_drawn, (2,))
    box = sheet.tags()[2].box
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    side = round(box.width * sheet.DRAW_PX_PER_MM)
    away = box.model_copy(update={"x": box.x - 7, "y": box.y - 6})
    blank = away.grow(1.5)
    scale = sheet.DRAW_PX_PER_MM
    forged[round(blank.y * scale) : round(blank.bottom * scale),
           round(blank.x * scale) : round(blank.right * scale)] = 255  # fmt: skip
    sheet._paste(forged, away, cv2.aruco.generateImageMarker(dictionary, 2, side))
    how = sheet.shot()
    page = taken(forged, how)
    try:
        registered = register(page, sighted(page, demo))
    except RegistrationError:
        return
    assert errors_mm(registered, how, demo).max() < 0.5


def test_no_anchor_stretches_the_picture_to_the_sheet(demo):
    bare = demo.pages[0].model_copy(update={"anchors": (), "qr_box": None, "reference_png": ""})
    template = demo.model_copy(update={"pages": (bare,)})
    page = sheet.page(np.full((740, 1050), 230, np.uint8))
    registered = register(page, known(template))
    corners = np.array([(0, 0), (sheet.WIDTH_MM, sheet.HEIGHT_MM)])
    assert np.allclose(registered.px_from_mm(corners), [(-0.5, -0.5), (1049.5, 739.5)])
    assert registered.residual_mm == 0.0


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(turn=st.floats(-8, 8), quarters=st.integers(1, 3))
def test_a_picture_turned_by_quarters_is_read_at_the_same_places(demo, demo_drawn, turn, quarters):
    upright = taken(demo_drawn, sheet.shot(px_per_mm=6, turn_deg=turn))
    turned = sheet.page(np.ascontiguousarray(np.rot90(upright.bgr, quarters)))
    points = field_points(demo)
    there = register(turned, known(demo)).px_from_mm(points)
    for before in range(quarters - 1, -1, -1):
        width = upright.gray.shape[1 - before % 2]
        there = np.column_stack([width - 1 - there[:, 1], there[:, 0]])
    assert np.abs(there - register(upright, known(demo)).px_from_mm(points)).max() < 0.5


def test_more_noise_ends_in_refusal_and_never_in_a_wrong_place(demo, demo_drawn):
    how = sheet.shot(px_per_mm=6, turn_deg=1)
    flat = sheet.photograph(demo_drawn, how)
    outcomes = []
    for sigma in (5.0, 60.0, 600.0):
        try:
            registered = register(sheet.page(sheet.noisy(flat, 2, sigma=sigma)), known(demo))
        except RegistrationError:
            outcomes.append("refused")
            continue
        off = errors_mm(registered, how, demo).reshape(-1, 4).max(axis=1)
        doubt = [registered.is_doubtful(field.box) for field in demo.pages[0].fields]
        assert off[~np.array(doubt)].max(initial=0.0) < 1.0
        outcomes.append("read")
    assert outcomes[0] == "read"
    assert outcomes[-1] == "refused"
    assert outcomes == sorted(outcomes)
