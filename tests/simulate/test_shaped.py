from __future__ import annotations

import re

import pytest

from formscan.simulate.chance import stream
from formscan.simulate.shaped import shaped


@pytest.mark.parametrize("pattern", ["[A-Z]{2}-[0-9]{5}", r"\d{4,7}", "RM/[0-9A-F]{3}", "[a-c_]"])
def test_texts_have_the_shape(pattern):
    for number in range(20):
        text = shaped(f"regex(., '^{pattern}$')", stream(1, number))
        assert re.fullmatch(pattern, text), text


@pytest.mark.parametrize("constraint", ["", ". > 3", "regex(., '^(a|b)$')", "regex(., '^a+$')"])
def test_what_is_not_so_simple_gives_nothing(constraint):
    assert shaped(constraint, stream(1)) == ""
