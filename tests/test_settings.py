from __future__ import annotations

from pathlib import Path

import pytest

from formscan.errors import SettingsError
from formscan.settings import compose, parse_max_error
from formscan.templates.model import MAX_ERROR

OUT = Path("out")


def test_the_command_line_beats_the_environment_beats_the_file(tmp_path):
    file = tmp_path / "run.toml"
    file.write_text('engine = "serial"\nworkers = 3\nlink_scans = true\n[max_error]\ncode = 0.01\n')
    alone = compose(["a"], OUT, file=file)
    assert (alone.runner.engine, alone.runner.workers, alone.link_scans) == ("serial", 3, True)
    assert dict(alone.max_error) == {**MAX_ERROR, "code": 0.01}
    environment = {"FORMSCAN_WORKERS": "5", "FORMSCAN_ENGINE": ""}
    heard = compose(["a"], OUT, file=file, environment=environment)
    assert (heard.runner.engine, heard.runner.workers) == ("serial", 5)
    given = {"workers": 0, "engine": None, "max_error": ("mark=0.5",), "link_scans": None}
    typed = compose(["a"], OUT, file=file, environment=environment, given=given)
    assert (typed.runner.workers, typed.link_scans) == (0, True)
    assert dict(typed.max_error) == {**MAX_ERROR, "mark": 0.5}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("workes = 3", "workes"),
        ('engine = "threads"', "threads"),
        ("workers = -1", "-1"),
        ("workers = [", "settings file"),
        ("[max_error]\ncodes = 0.1", "codes"),
        ("[max_error]\ncode = 0.7", "0.7"),
        ('[max_error]\ncode = "much"', "much"),
        ("[max_error]\ncode = nan", "nan"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_by_name(tmp_path, text, told):
    file = tmp_path / "run.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=told.replace("[", r"\[")):
        compose(["a"], OUT, file=file)


@pytest.mark.parametrize("pair", ["code", "code=", "=0.1", "code=-0.1", "code=0.51", "codex=0.1"])
def test_a_max_error_that_cannot_be_meant_is_refused(pair):
    with pytest.raises(SettingsError):
        parse_max_error([pair])


def test_kinds_keep_their_order_whatever_is_given():
    assert [kind for kind, _ in parse_max_error(["text=0.1", "mark=0"])] == list(MAX_ERROR)
