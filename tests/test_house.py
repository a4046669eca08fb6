"""The house itself: errors travel, catalogues are complete, public names are true."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

import formscan
from formscan import errors, messages

PACKAGE = Path(formscan.__file__).parent
MESSAGES = Path(messages.__file__).parent


def all_errors() -> list[type[errors.FormscanError]]:
    found: list[type[errors.FormscanError]] = []
    queue = [errors.FormscanError]
    while queue:
        error = queue.pop()
        found.append(error)
        queue.extend(error.__subclasses__())
    return found


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: error.__name__)
def test_error_pickles_and_says_what_it_was_told(error):
    if issubclass(error, errors.TemplateError):
        raised = error("a.md", ("survey row 3: no name",))
    else:
        raised = error("no_identity", "no QR found")
    again = pickle.loads(pickle.dumps(raised))
    assert type(again) is error
    assert str(again) == str(raised)
    assert again.exit_code == error.exit_code


def catalogue(language):
    return {
        f"{path.stem}.{key}": value
        for path in (MESSAGES / language).glob("*.toml")
        for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


def test_both_languages_say_the_same_things_with_the_same_blanks():
    indonesian, english = catalogue("id"), catalogue("en")
    assert indonesian.keys() == english.keys()
    blanks = re.compile(r"\{(\w+)")
    for key, sentence in indonesian.items():
        assert set(blanks.findall(sentence)) == set(blanks.findall(english[key])), key


def modules():
    return [info.name for info in pkgutil.walk_packages(formscan.__path__, "formscan.")]


@pytest.mark.parametrize("name", modules())
def test_public_names_exist(name):
    if name == "formscan.__main__":
        pytest.skip("running it is its purpose")
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public), public
