from __future__ import annotations

from datetime import date

import pytest

from formscan.batch.kept import Changed, keep_settings
from formscan.errors import SettingsError
from formscan.settings import compose
from formscan.store import open_store

DAY = date(2024, 5, 17)


@pytest.fixture
def keep(tmp_path):
    """Keeps the settings of one run after another in one folder."""

    def run(against=(), **given):
        settings = compose([], tmp_path, against=against, given=given)
        with open_store(tmp_path) as store:
            return keep_settings(store, settings, DAY)

    return run


def test_a_first_run_changes_nothing(keep):
    assert keep(max_error=("code=0.01",), header={"area": "640201"}) == ()


def test_a_later_run_names_what_it_judges_otherwise(keep, tmp_path):
    keep()
    assert keep(max_error=("code=0.002",)) == (Changed("max_error.code", "0.001", "0.002"),)
    assert keep() == (Changed("max_error.code", "0.002", "0.001"),)
    assert keep(header={"kader": ["640201", "640202"]}) == (
        Changed("header.kader", "", "640201, 640202"),
    )
    assert keep() == ()
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    (earlier / "pages.csv").touch()
    assert keep(against=(earlier,)) == (Changed("against", "", str(earlier.resolve())),)


def test_a_folder_that_is_no_batch_fixes_nothing(keep, tmp_path):
    with pytest.raises(SettingsError):
        keep(against=(tmp_path / "nothing",), max_error=("code=0.01",))
    assert keep() == ()
