from __future__ import annotations

from formscan.templates.load import load_template


def test_the_library_form_loads() -> None:
    template = load_template("fk23")
    assert template.form == "fk23"
    assert [layout.page for layout in template.pages] == [1, 2, 3, 4]
