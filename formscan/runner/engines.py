"""From the name of an engine to its executor; each is imported only where it is used."""

from __future__ import annotations

import importlib.util

from formscan.errors import MissingProgramError, told
from formscan.runner.base import Executor
from formscan.settings import RunnerOptions

__all__ = ["executor", "require_engine"]


def executor(options: RunnerOptions) -> Executor:
    """The executor that ``options`` ask for.

    Raises:
        MissingProgramError: It needs what is not installed.
    """
    require_engine(options)
    if options.engine == "dask":
        from formscan.runner.dask import Dask

        return Dask(options)
    from formscan.runner.local import Processes, Serial

    return Serial() if options.engine == "serial" else Processes(options)


def require_engine(options: RunnerOptions) -> None:
    """MissingProgramError where the engine is not installed."""
    if options.engine == "dask" and importlib.util.find_spec("distributed") is None:
        raise MissingProgramError(told("cluster.not_installed"))
