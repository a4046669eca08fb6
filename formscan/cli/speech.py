"""The language of the command line, and texts that follow it.

Texts of commands and options are keys of the message catalogues; they are looked up when they
are shown, so one process can speak both languages.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Mapping
from typing import Any

import click

from formscan.cli.click_words import said
from formscan.messages import LANGUAGES, text

__all__ = [
    "LANGUAGE_VARIABLE",
    "Command",
    "Group",
    "Option",
    "labelled",
    "language",
    "say",
    "survive_console",
]

LANGUAGE_VARIABLE = "FORMSCAN_LANG"
_KEY = re.compile(r"[a-z]+\.[a-z0-9_]+")


def language() -> str:
    """What ``--lang`` says, else ``FORMSCAN_LANG``, else Indonesian."""
    context = click.get_current_context(silent=True)
    chosen = context.find_root().obj if context is not None else None
    return chosen or _from_environment()


def _from_environment() -> str:
    given = os.environ.get(LANGUAGE_VARIABLE, "")[:2].lower()
    return given if given in LANGUAGES else "id"


def say(key: str, /, **values: object) -> str:
    """The text for ``area.name`` in the language of this call."""
    return text(key, language(), **values)


def labelled(labels: str | Mapping[str, str]) -> str:
    """A form's own text in the language of this call, else in any."""
    if isinstance(labels, str):
        return labels
    return labels.get(language()) or next(iter(labels.values()), "")


def _spoken(given: str | None) -> str | None:
    return say(given) if given and _KEY.fullmatch(given) else given


def _spoken_help(option: click.Option | None) -> click.Option | None:
    """``--help``, which click makes once, in the language of this call."""
    if option is not None:
        option.help = say("cli.option_help")
    return option


def _spoken_pieces(pieces: list[str]) -> list[str]:
    """``[OPTIONS]`` and ``COMMAND [ARGS]...`` of a usage line."""
    return [said(piece, language()) for piece in pieces]


class Option(click.Option):
    """An option whose ``help`` may be a message key."""

    def make_metavar(self, ctx: click.Context) -> str:
        """See click."""
        return said(super().make_metavar(ctx), language())

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """See click."""
        written, self.help = self.help, _spoken(self.help)
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = written


class Command(click.Command):
    """A command whose ``help`` may be a message key."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """See click."""
        return _spoken_help(super().get_help_option(ctx))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """See click."""
        return _spoken_pieces(super().collect_usage_pieces(ctx))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click."""
        written, self.help = self.help, _spoken(self.help)
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = written

    def get_short_help_str(self, limit: int = 45) -> str:
        """See click."""
        return (_spoken(self.help) or "").split("\n", maxsplit=1)[0]


class Group(click.Group):
    """A group whose ``help`` may be a message key."""

    command_class = Command

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """See click."""
        return _spoken_help(super().get_help_option(ctx))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """See click."""
        return _spoken_pieces(super().collect_usage_pieces(ctx))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click."""
        written, self.help = self.help, _spoken(self.help)
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = written


def survive_console() -> None:
    """Let a console that lacks a character show ``?`` for it instead of ending the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with contextlib.suppress(OSError, ValueError):
                reconfigure(errors="replace")
