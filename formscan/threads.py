"""One native thread per process; must be asked for before numpy and OpenCV are imported."""

from __future__ import annotations

import os

__all__ = ["one_native_thread"]

_VARIABLES = (
    "OMP_NUM_THREADS",
    "OMP_THREAD_LIMIT",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)


def one_native_thread() -> None:
    """Make native libraries use one thread, here and in workers; call before they are imported.

    More processes of one thread each beat fewer of several, and floating-point sums then come
    out in the same order whatever the number of processors.
    """
    for name in _VARIABLES:
        os.environ[name] = "1"
