from __future__ import annotations

import pytest

from formscan.batch import load_setup
from formscan.errors import TemplateError
from formscan.templates.build import template_json
from formscan.templates.load import load_template
from formscan.templates.question import Check


def test_two_templates_of_one_version_are_refused(mini, mini_file, tmp_path):
    other = tmp_path / "other.json"
    changed = mini.model_copy(update={"pages_per_record": 1})
    other.write_text(changed.model_dump_json(exclude_defaults=True))
    with pytest.raises(TemplateError, match="loaded twice"):
        load_setup([str(mini_file), str(other)])
    assert len(load_setup([str(mini_file), str(mini_file)]).templates) == 1


def test_a_named_template_without_codes_is_the_form_of_pages_without_one(mini, tmp_path):
    bare = mini.model_copy(
        update={"pages": tuple(one.model_copy(update={"qr_box": None}) for one in mini.pages)}
    )
    file = tmp_path / "bare.json"
    file.write_text(bare.model_dump_json(exclude_defaults=True))
    assert load_setup([str(file)]).forced == bare
    second = bare.model_copy(update={"form": "second"})
    other = tmp_path / "second.json"
    other.write_text(second.model_dump_json(exclude_defaults=True))
    with pytest.raises(TemplateError, match="no page codes"):
        load_setup([str(file), str(other)])


def test_the_whole_library_is_the_default():
    setup = load_setup(())
    assert "fk23" in {template.form for template in setup.templates}
    assert setup.forced is None


def test_a_rule_that_is_not_installed_is_told_before_the_first_page(tmp_path):
    posyandu = load_template("posyandu")
    asking = tuple(
        one.model_copy(update={"checks": (Check(name="nosuch"),)})
        if one.name == "tgl_buka"
        else one
        for one in posyandu.questions
    )
    file = tmp_path / "asking.json"
    file.write_text(template_json(posyandu.model_copy(update={"questions": asking})))
    with pytest.raises(TemplateError, match="'nosuch', which is not installed"):
        load_setup([str(file)])
