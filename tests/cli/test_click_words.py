"""In Indonesian no word of click is left in English; in English none is Indonesian."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import click
import pytest
from click.testing import CliRunner

from formscan.cli import main

ENGLISH = re.compile(
    r"\b(usage|options?|commands?|error|missing|invalid|no such|try|show this|required|default"
    r"|choose|not one of|not in the range|does not|is not|requires|did you mean|text|integer"
    r"|path|file|directory|args)\b",
    re.IGNORECASE,
)
WRONG = (
    ["run"],
    ["run", "a", "--out"],
    ["run", "a", "--out", "b", "--engine", "x"],
    ["run", "a", "--out", "b", "--workers", "999"],
    ["run", "a", "--out", "b", "--workers", "x"],
    ["run", "a", "--out", "b", "--json=1"],
    ["run", "a", "--out", "b", "--ou"],
    ["run", "a", "--out", "b", "--as-of", "x"],
    ["doctor", "a"],
    ["nosuch"],
    ["form", "print", "fk23"],
    ["form", "print", "fk23", "--copies", "0", "-o", "x"],
)


def shown(*arguments: str, language: str = "id") -> str:
    return CliRunner().invoke(main, ["--lang", language, *arguments]).output


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_errors_of_use_are_said_in_indonesian(arguments):
    said = re.sub(r"'[^']*'|--[\w-]+", "", shown(*arguments))
    assert "Salah:" in said
    assert not ENGLISH.search(said)
    assert "Error:" in shown(*arguments, language="en")


@pytest.mark.parametrize("arguments", [
    ["run", "a", "--out", "b", "--batch", "none.toml"],
    ["run", "a", "--out", "b", "--against", "none"],
    ["evaluate", ".", "--truth", "."],
], ids=" ".join)  # fmt: skip
def test_what_is_not_there_is_said_in_indonesian(arguments):
    said = re.sub(r"'[^']*'|--[\w-]+|none(\.toml)?", "", shown(*arguments))
    assert "pengaturan" in said
    assert not ENGLISH.search(said)


@pytest.mark.parametrize("arguments", [["--nosuch"], ["--lang"], ["-x", "run"]], ids=" ".join)
def test_mistakes_before_the_command_are_told_in_the_language_beside_them(arguments):
    for flag in (["--lang", "en"], ["--lang=en"]):
        assert "Error:" in CliRunner().invoke(main, [*flag, *arguments]).output
    assert "Salah:" in CliRunner().invoke(main, ["--lang", "id", *arguments]).output
    assert "Salah:" in CliRunner().invoke(main, arguments).output


def commands(group: click.Group, path: tuple[str, ...] = ()):
    yield path
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_the_frame_of_every_help_is_in_the_language_asked_for(path):
    said = shown(*path, "--help")
    assert said.startswith("Pemakaian: ")
    assert "Tampilkan pesan ini lalu selesai." in said
    assert not re.search(
        r"\[OPTIONS\]|\[ARGS\]|Options:|Commands:|\brequired\]|\b(TEXT|INTEGER|PATH|FILE)\b(?! )",
        said.split("\n", 1)[1],
    )
    english = shown(*path, "--help", language="en")
    assert english.startswith("Usage: ")
    assert "Show this message and exit." in english


def test_blanks_of_a_translation_are_those_of_the_sentence():
    source = resources.files("formscan.messages") / "click.id.toml"
    blank = re.compile(r"\{\w+(?:!r)?\}|%\(\w+\)s")
    for sentence, translated in tomllib.loads(source.read_text(encoding="utf-8")).items():
        left_out = {"{name}", "{number_type}"} if "{value!r}" in sentence else {"{name}"}
        assert set(blank.findall(translated)) <= set(blank.findall(sentence))
        assert set(blank.findall(sentence)) - set(blank.findall(translated)) <= left_out
