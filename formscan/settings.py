"""The settings of a run: command line over environment over an optional TOML file.

A settings file holds the same names as the command line::

    engine = "processes"
    workers = 4
    link_scans = false

    [max_error]
    code = 0.002

    [header]
    area = "6402012001"

Each can be overruled by the environment (``FORMSCAN_ENGINE``, ``FORMSCAN_WORKERS``,
``FORMSCAN_SCHEDULER``, ``FORMSCAN_TLS``) and that by the command line. Steps below this room keep
their Options beside their algorithm.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from formscan.errors import SettingsError, told
from formscan.rules.header import BatchHeader, parse_header
from formscan.templates.model import MAX_ERROR, ErrorKind

__all__ = ["Engine", "RunSettings", "RunnerOptions", "compose", "parse_max_error"]

Engine = Literal["serial", "processes", "dask"]

_SWITCHES = ("overlays", "link_scans", "with_pictures")
_KNOWN = frozenset(
    {"engine", "workers", "scheduler", "tls", "max_error", "header", "store", *_SWITCHES}
)


@dataclass(frozen=True, slots=True)
class RunnerOptions:
    """How pages are spread over processors.

    Attributes:
        engine: ``serial`` (the reference), ``processes`` or ``dask``.
        workers: Worker processes on this computer; 0 = one per processor.
        window: Pages handed out ahead of the slowest one, per worker; bounds the memory.
        page_cpu_s: Processor time that one page may take until its process is ended; a page takes
            1 s, and what takes minutes was made to.
        scheduler: Address of the Dask scheduler; "" = workers on this computer.
        tls: Folder with the keys of the cluster; None = not encrypted.
    """

    engine: Engine = "processes"
    workers: int = 0
    window: int = 4
    page_cpu_s: float = 300.0
    scheduler: str = ""
    tls: Path | None = None

    def worker_count(self) -> int:
        """Worker processes to start on this computer; 0 where those of a scheduler read."""
        if self.engine == "serial":
            return 1
        return 0 if self.scheduler else self.workers or max(1, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class RunSettings:
    """All that one ``formscan run`` is told.

    Attributes:
        scans: Files and folders, as typed.
        out: The output folder.
        forms: Library ids or files; () = every form of the library.
        as_of: Fixed when ``out`` is made; None = keep, or today for a new one.
        header: What the batch should hold.
        against: Output folders of earlier batches, for numbers that stand in both.
        store: Address of the database of a new batch; "" keeps it in ``out``.
    """

    scans: tuple[str, ...]
    out: Path
    forms: tuple[str, ...] = ()
    as_of: date | None = None
    runner: RunnerOptions = RunnerOptions()
    max_error: tuple[tuple[ErrorKind, float], ...] = tuple(MAX_ERROR.items())
    overlays: bool = False
    link_scans: bool = False
    with_pictures: bool = False
    header: BatchHeader = field(default_factory=BatchHeader)
    against: tuple[Path, ...] = ()
    store: str = ""


def parse_max_error(
    pairs: Sequence[str] | Mapping[str, float],
) -> tuple[tuple[ErrorKind, float], ...]:
    """The allowed error of every kind: the defaults with ``pairs`` (``code=0.002``) over them.

    Raises:
        SettingsError: An unknown kind, or a probability outside 0 to 0.5.
    """
    allowed = {str(kind): share for kind, share in MAX_ERROR.items()}
    items = pairs.items() if isinstance(pairs, Mapping) else (p.partition("=")[::2] for p in pairs)
    for kind, given in items:
        if kind not in allowed:
            known = ", ".join(MAX_ERROR)
            raise SettingsError(told("settings.error_kind", kind=kind, known=known))
        allowed[kind] = _probability(kind, given)
    return tuple((kind, allowed[kind]) for kind in MAX_ERROR)


def _probability(kind: str, given: str | float) -> float:
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 0.5:
        raise SettingsError(told("settings.error_share", kind=kind, given=given))
    return value


def compose(
    scans: Sequence[str],
    out: Path,
    *,
    forms: Sequence[str] = (),
    as_of: date | None = None,
    against: Sequence[Path] = (),
    given: Mapping[str, Any] | None = None,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> RunSettings:
    """Settings of a run; ``given`` (the command line) beats ``environment`` beats ``file``.

    Args:
        scans: Files and folders, as typed.
        out: The output folder.
        forms: Library ids or template files.
        as_of: See ``RunSettings``.
        against: See ``RunSettings``.
        given: Options that were typed; None values count as not given.
        file: TOML file with the same names.
        environment: ``FORMSCAN_*`` variables, usually ``os.environ``.

    Raises:
        SettingsError: A name that does not exist, or a value that cannot be meant.
    """
    merged: dict[str, Any] = _from_file(file) if file is not None else {}
    merged |= _from_environment(environment or {})
    merged |= {name: value for name, value in (given or {}).items() if value not in (None, ())}
    return RunSettings(
        scans=tuple(scans),
        out=out,
        forms=tuple(forms),
        as_of=as_of,
        runner=_runner(merged),
        max_error=parse_max_error(merged.get("max_error", ())),
        header=parse_header(merged.get("header", {})),
        against=tuple(against),
        store=str(merged.get("store", "")),
        **{name: bool(merged.get(name, False)) for name in _SWITCHES},
    )


def _from_file(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(told("settings.file", file=file.name, why=error)) from error
    unknown = sorted(values.keys() - _KNOWN)
    if unknown:
        names, known = ", ".join(unknown), ", ".join(sorted(_KNOWN))
        raise SettingsError(told("settings.unknown", file=file.name, names=names, known=known))
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = ("engine", "workers", "scheduler", "tls")
    given = {name: environment.get(f"FORMSCAN_{name.upper()}") for name in names}
    return {name: value for name, value in given.items() if value}


def _runner(merged: Mapping[str, Any]) -> RunnerOptions:
    """A scheduler that is named without an engine is meant to be used."""
    scheduler, tls = str(merged.get("scheduler", "")), merged.get("tls")
    engine = _engine(merged) if "engine" in merged or not scheduler else "dask"
    if scheduler and engine != "dask":
        raise SettingsError(told("settings.scheduler", engine=engine))
    return RunnerOptions(
        engine=engine,
        workers=_workers(merged),
        scheduler=scheduler,
        tls=Path(tls) if tls else None,
    )


def _engine(merged: Mapping[str, Any]) -> Engine:
    engine: Engine = merged.get("engine", "processes")
    if engine not in get_args(Engine):
        raise SettingsError(told("settings.engine", engine=engine))
    return engine


def _workers(merged: Mapping[str, Any]) -> int:
    given = merged.get("workers", 0)
    try:
        workers = int(given)
    except (TypeError, ValueError):
        workers = -1
    if not 0 <= workers <= 256:
        raise SettingsError(told("settings.workers", given=given))
    return workers
