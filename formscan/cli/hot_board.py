"""What ``formscan watch`` tells: a line on the terminal for each round, and a page beside it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from formscan.cli.speech import say
from formscan.errors import FormscanError

if TYPE_CHECKING:
    from formscan.batch import Event
    from formscan.export import Counts
    from formscan.reading import PageOutcome
    from formscan.report.hot_folder import Taken

__all__ = ["HotBoard"]

_TAKEN, _PROBLEMS = 20, 50
_AGAIN_S = 1.0


class HotBoard:
    """Listens to the rounds of a watched folder; ``OUT/watch.html`` always says how it stands.

    Attributes:
        page: The file that a browser shows.
    """

    def __init__(self, folder: Path, out: Path, language: str) -> None:
        from formscan.report.hot_folder import FILE, HotState

        self.page = out / FILE
        self._language = language
        self._state = HotState("waiting", str(folder), "")
        self._shown_s = 0.0
        self._read = 0

    def __enter__(self) -> Self:
        self._show()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        trouble = error.say(self._language) if isinstance(error, FormscanError) else ""
        self._show(state="stopped", trouble=trouble)

    def on_event(self, event: Event) -> None:
        """A round begins, or one of its pages is read."""
        from formscan.batch import BatchStarted

        if isinstance(event, BatchStarted):
            self._show(state="reading", done=event.known + event.doubles, pages=event.pages)
            return
        self._read += 1
        taken = _taken(event.outcome)
        problems = (taken,) if taken.status == "rejected" else ()
        self._state = replace(
            self._state,
            done=event.done,
            pages=event.pages,
            taken=(taken, *self._state.taken)[:_TAKEN],
            problems=(*problems, *self._state.problems)[:_PROBLEMS],
        )
        if time.monotonic() - self._shown_s >= _AGAIN_S:
            self._show()

    def stage(self, name: str) -> None:
        """After the last page of a round; the words are for a terminal that waits."""
        self._show(state="writing")

    def round(self, counts: Counts) -> None:
        """A round is over, and everything is written."""
        pages = sum(number for _, number in counts.pages)
        if self._read:
            click.echo(
                say("watch.round", at=_clock(), read=self._read, pages=pages,
                    items=counts.review_items)
            )  # fmt: skip
        self._read = 0
        self._show(
            state="waiting",
            page_counts=counts.pages,
            record_counts=counts.records,
            review_items=counts.review_items,
        )

    def wait(self, waiting: Sequence[Path]) -> None:
        """Nothing is to be done but to let these files grow."""
        names = tuple(file.name for file in waiting[:_TAKEN])
        if (self._state.state, self._state.waiting) != ("waiting", names):
            self._show(state="waiting", waiting=names)

    def away(self) -> None:
        """The folder cannot be reached."""
        if self._state.state != "away":
            click.echo(say("watch.away", folder=self._state.folder), err=True)
            self._show(state="away", waiting=())

    def _show(self, **changed: object) -> None:
        from formscan.report.hot_folder import write_hot_page

        now = dt.datetime.now(dt.UTC).astimezone()
        self._state = replace(self._state, at=f"{now:%Y-%m-%d %H:%M:%S}", **changed)  # type: ignore[arg-type]
        self._shown_s = time.monotonic()
        write_hot_page(self.page.parent, self._state, self._language)


def _clock() -> str:
    return f"{dt.datetime.now(dt.UTC).astimezone():%H:%M:%S}"


def _taken(outcome: PageOutcome) -> Taken:
    from formscan.report.hot_folder import Taken

    ref = outcome.ref
    return Taken(_clock(), ref.scan, ref.frame, outcome.status, outcome.reason)
