"""If it is documented it runs; if it runs it is documented.

Every ``formscan …`` line in a shell block of the README and of ``docs/`` names commands and options
that exist; every command stands in ``docs/commands.md`` with all its options; every relative link
leads somewhere. The tutorial's blocks are run, in order, in a fresh folder.
"""

from __future__ import annotations

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
BLOCK = re.compile(r"^```(?:sh|bash)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
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
    for block in BLOCK.findall(text):
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


def test_tutorial_runs(tmp_path):
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    bin_folder = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": bin_folder + os.pathsep + os.environ["PATH"],
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    for line in shell_lines(text):
        if line.startswith("formscan "):
            done = subprocess.run(
                line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
