"""Progress of a run: a bar on a terminal, plain lines elsewhere; all of it on stderr."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from formscan.cli.speech import say

if TYPE_CHECKING:
    from formscan.batch import BatchStarted, Changed, Event
    from formscan.store import Place

__all__ = ["Progress"]

_LINES = 10
_GIGABYTE = 1e9


class Progress:
    """Listens to a batch.

    Attributes:
        place: Where the output lies; warned about before page one.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.place: Place | None = None
        self._quiet = quiet
        self._bar: Any = None
        self._task: Any = None
        self._told = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end_bar()

    def on_event(self, event: Event) -> None:
        """Show what happened."""
        from formscan.batch import BatchStarted

        if isinstance(event, BatchStarted):
            self._warn(event.bytes_needed)
            for one in event.changes:
                click.echo(_changed(one), err=True)
            self._start(event)
        else:
            self._advance(event.done, event.pages)

    def stage(self, name: str) -> None:
        """Say what is done now, after the last page."""
        self._end_bar()
        self._say(name)

    def _warn(self, bytes_needed: int) -> None:
        place = self.place
        if place is None:
            return
        if place.kind != "local":
            click.echo(say(f"run.place_{place.kind}"), err=True)
        if place.kind != "local" or bytes_needed > place.free_bytes:
            needed, free = bytes_needed / _GIGABYTE, place.free_bytes / _GIGABYTE
            click.echo(say("run.disk", needed=f"{needed:.1f}", free=f"{free:.1f}"), err=True)
        if bytes_needed > place.free_bytes:
            click.echo(say("run.disk_short"), err=True)

    def _start(self, event: BatchStarted) -> None:
        self._say(say("run.found", pages=event.pages, known=event.known))
        if event.doubles:
            self._say(say("run.doubles", number=event.doubles))
        done = event.known + event.doubles
        if self._quiet or not sys.stderr.isatty() or event.pages == done:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn(say("run.reading")),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._bar.start()
        self._task = self._bar.add_task("", total=event.pages, completed=done)

    def _advance(self, done: int, pages: int) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=done)
            return
        tenth = done * _LINES // pages
        if tenth > self._told:
            self._told = tenth
            self._say(say("run.progress", done=done, pages=pages))

    def _end_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _say(self, line: str) -> None:
        if not self._quiet:
            click.echo(line, err=True)


def _changed(one: Changed) -> str:
    """That the batch is judged by another setting than before."""
    before, now = (text or say("run.not_set") for text in (one.before, one.now))
    return say("run.changed", name=one.name, before=before, now=now)
