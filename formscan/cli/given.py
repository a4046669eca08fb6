"""Files and folders that a command is given: they must be there, else nothing is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from formscan.errors import SettingsError, told

__all__ = ["FILE", "FOLDER"]


class _There(click.Path):
    """A path that exists; what is wrong with another one ends every command alike."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See click.

        Raises:
            SettingsError: There is no such file or folder, or it may not be read.
        """
        if not Path(value).exists():
            raise SettingsError(told("cli.not_there", path=value))
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            raise SettingsError(error.message) from error


FILE = _There(path_type=Path, exists=True, dir_okay=False)
FOLDER = _There(path_type=Path, exists=True, file_okay=False)
