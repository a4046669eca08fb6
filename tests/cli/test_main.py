from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from formscan.cli import main
from formscan.errors import (
    FormscanError,
    MissingProgramError,
    NoPageError,
    SettingsError,
    StoreError,
    TemplateError,
)
from formscan.messages import LANGUAGES


def formscan(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "formscan", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


HEAVY = ("numpy", "cv2", "sqlalchemy", "pydantic", "rich", "pyxform", "jinja2", "onnxruntime")


def test_help_imports_nothing_heavy():
    program = (
        "import sys, contextlib, io\n"
        "from formscan.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as said:\n"
        "    main(['--help'])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], 'run' in said.getvalue())"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert shown.stdout.decode().strip() == "[] True"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_help_in_both_languages_without_message_keys(language):
    runner = CliRunner()
    names = main.list_commands(None)
    assert {"run", "doctor", "export"} <= set(names)
    for command in ([], *([name] for name in names)):
        shown = runner.invoke(main, ["--lang", language, *command, "--help"])
        assert shown.exit_code == 0
        for area in ("cli.", "run.", "doctor.", "export."):
            assert f" {area}" not in shown.output


def test_the_language_comes_from_option_environment_or_is_indonesian():
    runner = CliRunner()
    assert "Perintah" in runner.invoke(main, ["--help"], env={"FORMSCAN_LANG": ""}).output
    english = runner.invoke(main, ["--help"], env={"FORMSCAN_LANG": "en"}).output
    assert "Commands" in english
    assert runner.invoke(main, ["--lang", "en", "--help"]).output == english


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("x=1"), 3),
        (TemplateError("form.md", ("row 3: no name", "row 4: no name")), 4),
        (NoPageError("pages.csv"), 5),
        (MissingProgramError("poppler"), 6),
        (StoreError("disk"), 7),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_become_exit_codes_and_never_a_traceback(monkeypatch, error, code, language):
    def fail(*given, **named):
        raise error

    monkeypatch.setattr("formscan.cli.doctor.findings", fail)
    shown = CliRunner().invoke(main, ["--lang", language, "doctor"])
    assert shown.exit_code == code
    assert "Traceback" not in shown.output
    if isinstance(error, FormscanError):
        assert error.say(language) in shown.output


def test_errors_are_told_in_the_language_of_the_call(tmp_path):
    out = str(tmp_path)
    for language, word in (("id", "Sebutkan"), ("en", "Name the --out folder")):
        shown = CliRunner().invoke(main, ["--lang", language, "export", out, "-o", out])
        assert shown.exit_code == 3
        assert word in shown.stderr


@pytest.mark.parametrize("arguments", [["walk"], ["run"], ["run", "x"], ["run", "x", "--out"]])
def test_wrong_usage_is_exit_2(arguments):
    assert CliRunner().invoke(main, arguments).exit_code == 2


@pytest.mark.parametrize("encoding", ["cp1252", "cp437"])
def test_output_survives_narrow_consoles(encoding, tmp_path):
    name = tmp_path / "keluarga-\u2603-\u0416.jpg"
    shown = formscan("run", str(name), "--out", str(tmp_path / "o"), PYTHONIOENCODING=encoding)
    assert shown.returncode == 3
    assert b"Traceback" not in shown.stderr
    assert "keluarga-" in shown.stderr.decode(encoding)


def test_the_version_is_told():
    assert CliRunner().invoke(main, ["--version"]).output.startswith("formscan, version 0.1")
