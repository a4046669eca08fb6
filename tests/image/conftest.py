from __future__ import annotations

import pytest
import sheet


@pytest.fixture(scope="session")
def demo():
    return sheet.template()


@pytest.fixture(scope="session")
def demo_drawn(demo):
    return sheet.draw(demo.pages[0])
