"""onnxruntime, the one outside program that runs networks here."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["OnnxModel", "load_model"]


class OnnxModel:
    """A network with one input and named outputs, on one thread, the same on every run."""

    def __init__(self, path: Path) -> None:
        """Open a model file.

        Raises:
            FileNotFoundError: There is no such file; ``make train`` makes it.
        """
        import onnxruntime

        if not path.exists():
            message = f"{path} is missing: run `make train`, or install formscan's wheel again"
            raise FileNotFoundError(message)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        settings.enable_cpu_mem_arena = False  # lines of every width would leave blocks behind
        settings.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path), settings, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def run(
        self, batch: NDArray[np.float32], outputs: tuple[str, ...]
    ) -> tuple[NDArray[np.float32], ...]:
        """The named outputs for a float32 batch."""
        return tuple(self._session.run(list(outputs), {self._input: batch}))

    def metadata(self, key: str) -> str:
        """What the model file says under ``key``, "" where it says nothing."""
        return str(self._session.get_modelmeta().custom_metadata_map.get(key, ""))


@functools.cache
def load_model(path: Path) -> OnnxModel:
    """A model, opened once per process."""
    return OnnxModel(path)
