from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import sheet


@pytest.fixture(scope="session")
def demo():
    return sheet.template()


@pytest.fixture(scope="session")
def demo_drawn(demo):
    return sheet.draw(demo.pages[0])
