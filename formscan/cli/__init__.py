"""The ``formscan`` command. Each command is imported only when it is called.

Exit codes: 0 finished, 2 usage, 3 settings, 4 template or table, 5 no page decoded, 6 missing
program, 7 store or locked output, 130 interrupted.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
from collections.abc import Sequence
from typing import Any

import click

from formscan.cli.click_words import speak_click
from formscan.cli.speech import LANGUAGE_VARIABLE, Group, Option, language, say, survive_console
from formscan.errors import ExitCode, FormscanError
from formscan.messages import LANGUAGES

__all__ = ["main"]

_COMMANDS = {
    "run": "run",
    "watch": "watch",
    "review": "review",
    "report": "report",
    "export": "export_command",
    "evaluate": "evaluate",
    "gallery": "gallery",
    "form": "form",
    "simulate": "simulate",
    "doctor": "doctor",
    "audit": "audit",
    "user": "user",
    "cluster": "cluster",
}
"""Command name and the file of this room that holds it as ``command``."""


class _Main(Group):
    """Commands by name, imported late; errors become exit codes with a message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, file in _COMMANDS.items() if importlib.util.find_spec(_module(file))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(_module(_COMMANDS[cmd_name])).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, say(f"cli.help_{name}")) for name in self.list_commands(ctx)]
        with formatter.section(say("cli.commands")):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FormscanError as error:
            headline = say(f"cli.error_{int(error.exit_code)}")
            click.echo(f"formscan: {headline}\n{error.say(language())}", err=True)
            ctx.exit(int(error.exit_code))
        except click.ClickException as error:  # shown here, where the language is still known
            error.show()
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo(say("cli.interrupted"), err=True)
            ctx.exit(int(ExitCode.INTERRUPTED))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """See click; a mistake before the command is told in the language asked for beside it."""
        ctx.obj = _asked_for(args)
        try:
            return super().parse_args(ctx, args)
        except click.ClickException as error:
            error.show()
            ctx.exit(error.exit_code)

    def main(self, *args: Any, **extra: Any) -> Any:
        survive_console()
        speak_click(language)
        return super().main(*args, **extra)


def _module(file: str) -> str:
    return f"{__name__}.{file}"


def _asked_for(args: Sequence[str]) -> str | None:
    """What ``--lang`` says on a command line that may not be understood otherwise."""
    words = " ".join(args).replace("--lang=", "--lang ").split()
    pairs = itertools.pairwise(words)
    return next((word for flag, word in pairs if flag == "--lang" and word in LANGUAGES), None)


def _choose(ctx: click.Context, _parameter: click.Parameter, chosen: str | None) -> None:
    ctx.obj = chosen or None


@click.group(cls=_Main, help="cli.help", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--lang",
    cls=Option,
    type=click.Choice(LANGUAGES),
    envvar=LANGUAGE_VARIABLE,
    is_eager=True,
    expose_value=False,
    callback=_choose,
    help="cli.option_lang",
)
@click.version_option(
    package_name="formscan", prog_name="formscan", cls=Option, help="cli.option_version"
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """See ``cli.help`` of the message catalogues."""
    ctx.obj = language()
