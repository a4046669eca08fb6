from __future__ import annotations

import pytest

from formscan.messages import LANGUAGES, text
from formscan.page import PAGE_REASONS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", [reason for reason in PAGE_REASONS if reason])
def test_every_reason_has_a_sentence(reason, language):
    assert text(f"image.{reason}", language).endswith(".")
