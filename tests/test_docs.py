"""If it is documented it runs; if it runs it is documented.

Every ``formscan …`` line in a shell block of the README and of ``docs/`` names commands and options
that exist; every command stands in ``docs/commands.md`` with all its options; every relative link
leads somewhere. The tutorial's blocks are run, in order, in a fresh folder.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from formscan.cli import main

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def commands(group=main, path=()):
    """Every command of the tree as (path, command)."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


TREE = dict(commands())


def shell_lines(text):
    for language, block in BLOCK.findall(text):
        if language not in ("", "sh", "bash"):
            continue
        for line in block.replace("\\\n", " ").splitlines():
            yield line.strip().removeprefix("$ ")


def documented():
    for page in PAGES:
        for line in shell_lines(page.read_text(encoding="utf-8")):
            if line.startswith("formscan "):
                yield pytest.param(line, id=f"{page.relative_to(ROOT)}: {line[:60]}")


@pytest.mark.parametrize("line", list(documented()))
def test_documented_command_exists(line):
    words = shlex.split(line.split("  #")[0])[1:]
    words = [word for word in words if word not in ("--help", "--version")]
    if words[:1] == ["--lang"]:
        words = words[2:]
    if not words:
        return
    path = tuple(words[:2]) if tuple(words[:2]) in TREE else tuple(words[:1])
    assert path in TREE, f"no command {path}"
    known = {option for parameter in TREE[path].params for option in parameter.opts}
    for word in words:
        if word.startswith("--") and "|" not in word:
            assert word.split("=")[0] in known, f"{' '.join(path)} has no {word}"


@pytest.mark.parametrize("path", list(TREE), ids=" ".join)
def test_command_is_documented_with_all_its_options(path):
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    heading = f"## formscan {' '.join(path)}\n"
    assert heading in text
    section = text.split(heading)[1].split("\n## ")[0]
    for parameter in TREE[path].params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert f"`{option}" in section, f"{option} is not documented"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def run_lines(text, folder):
    """Run the ``formscan`` lines of a page in a folder."""
    bin_folder = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": bin_folder + os.pathsep + os.environ["PATH"],
        "XDG_DATA_HOME": str(folder / "data"),
    }
    for line in shell_lines(text):
        if line.startswith("formscan "):
            done = subprocess.run(
                line, shell=True, cwd=folder, env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def test_tutorial_runs(tmp_path):
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    run_lines((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"), tmp_path)


def test_first_form_of_the_docs_goes_from_definition_to_csv(tmp_path):
    text = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")
    section = text.split("## A first form in 30 lines\n")[1].split("\n## ")[0]
    (form,) = (block for language, block in BLOCK.findall(section) if language == "markdown")
    assert len([line for line in form.splitlines() if line]) <= 30
    (tmp_path / "sumur.md").write_text(form, encoding="utf-8")
    run_lines(section, tmp_path)
    with (tmp_path / "hasil-sumur" / "sumur.csv").open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    questions = ["kode", "tanggal", "pompa", "berair", "dalam", "guna"]
    assert list(records[0])[:7] == ["KEY", *questions]
    assert len(records) == 2
    truth = (tmp_path / "latihan-sumur" / "truth.csv").read_text(encoding="utf-8")
    for record in records:
        assert record["_problems"] == ""
        shown = [f",{name},,{record[name]}," for name in ("pompa", "berair")]
        assert all(start.split(",")[1] in truth and record["berair"] for start in shown)
    assert {record["berair"] for record in records} <= {"ya", "tidak"}
