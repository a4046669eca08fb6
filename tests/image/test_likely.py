"""Which page a picture without a page code is likely of."""

from __future__ import annotations

import numpy as np
import pytest
import sheet
from test_register import covered

from formscan.image.likely import likely_page
from formscan.templates.model import PageLayout


def moved(layout):
    """The same corner marks around other boxes: another form."""
    fields = []
    for index, field in enumerate(layout.fields):
        dx, dy = ((3.1, 2.3), (-2.2, 4.6), (1.3, -2.7))[index % 3]

        def away(box, dx=dx, dy=dy):
            return box.model_copy(update={"x": box.x + dx, "y": box.y + dy})

        marks = tuple(mark.model_copy(update={"box": away(mark.box)}) for mark in field.marks)
        cells = tuple(away(cell) for cell in field.cells)
        changed = {"cells": cells, "marks": marks, "box": away(field.box)}
        fields.append(field.model_copy(update=changed))
    return layout.model_copy(update={"fields": tuple(fields), "reference_png": ""})


@pytest.fixture(scope="module")
def other(demo):
    """A form with the marks of ``demo`` and its own print."""
    layout = sheet.with_reference(moved(demo.pages[0]))
    return demo.model_copy(update={"form": "other", "pages": (layout,)})


@pytest.fixture(scope="module")
def codeless(demo):
    return sheet.draw(demo.pages[0], code=None)


def shown(drawn, turn_deg=180.0):
    return sheet.page(sheet.noisy(sheet.photograph(drawn, sheet.shot(turn_deg=turn_deg)), 1))


def test_marks_tell_the_page_type_and_the_way_up(demo, codeless):
    layout = demo.pages[0]
    tags = tuple(one.model_copy(update={"tag_id": one.tag_id + 4}) for one in layout.anchors)
    back = PageLayout(page=2, width_mm=210, height_mm=148, anchors=tags)
    both = demo.model_copy(update={"pages": (back, layout)})
    found = likely_page(shown(codeless), [both])
    assert (found.layout.page, found.marks, found.orientation_deg) == (1, 4, 180)


def test_of_two_forms_with_the_same_marks_the_print_decides(demo, other, codeless):
    found = likely_page(shown(codeless), [other, demo])
    assert (found.template.form, found.marks, found.orientation_deg) == ("demo", 4, 180)


def test_without_marks_the_print_tells_form_and_page(demo, other, codeless):
    found = likely_page(shown(covered(codeless, (0, 1, 2, 3)), 3.0), [other, demo])
    assert (found.template.form, found.marks, found.orientation_deg) == ("demo", 0, 0)


def test_a_foreign_paper_is_like_no_page(demo):
    rough = np.random.default_rng(1).integers(0, 255, (30, 42), dtype=np.uint8)
    letter = np.kron(rough, np.ones((30, 30), np.uint8))
    assert likely_page(sheet.page(letter), [demo]) is None
