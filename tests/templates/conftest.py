from __future__ import annotations

from pathlib import Path

import pytest

from formscan.templates.compile import compile_form
from formscan.templates.load import load_template
from formscan.templates.model import Template

POSYANDU = Path(__file__).parent / "forms" / "posyandu.md"


@pytest.fixture(scope="session")
def fk23() -> Template:
    return load_template("fk23")


@pytest.fixture(scope="session")
def posyandu() -> Template:
    return compile_form(POSYANDU)
