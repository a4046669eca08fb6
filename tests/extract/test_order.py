from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from formscan.extract.order import median, percentile

KINDS = {"uint8": st.integers(0, 255), "float32": st.floats(-300, 300, width=32)}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), percent=st.sampled_from([0, 2, 25, 60, 65, 70, 90, 99.5, 100]))
def test_they_are_those_of_numpy(kind, data, percent):
    shape = data.draw(arrays.array_shapes(max_dims=2, max_side=30))
    values = data.draw(arrays.arrays(kind, shape, elements=KINDS[kind]))
    before = values.copy()
    assert median(values) == float(np.median(values))
    assert percentile(values, percent) == pytest.approx(np.percentile(values, percent), rel=1e-5)
    assert np.array_equal(values, before)
