"""``formscan user``: who may review at this computer, and in which role."""

from __future__ import annotations

import time

import click

from formscan.cli.speech import Command, Group, Option, say

__all__ = ["command"]

_ROLES = click.Choice(["reviewer", "supervisor", "auditor"])


@click.group("user", cls=Group, help="user.help")
def command() -> None:
    """See ``user.help`` of the message catalogues."""


@command.command("add", cls=Command, help="user.add_help")
@click.argument("name")
@click.option(
    "--role", cls=Option, type=_ROLES, default="reviewer", show_default=True, help="user.role"
)
@click.option("--token", cls=Option, is_flag=True, help="user.token")
def add(name: str, role: str, token: bool) -> None:
    """See ``user.add_help`` of the message catalogues."""
    from formscan.review.people import ROLES, People, people_file

    people = People(people_file())
    chosen = next(one for one in ROLES if one == role)
    if token:
        click.echo(say("user.token_is", token=people.add_with_token(name, chosen, time.time())))
    else:
        again = say("user.password_again")
        password = click.prompt(say("user.password"), hide_input=True, confirmation_prompt=again)
        people.add(name, chosen, password)
    click.echo(say("user.added", name=name, role=say(f"user.role_{role}")))


@command.command("list", cls=Command, help="user.list_help")
def show() -> None:
    """See ``user.list_help`` of the message catalogues."""
    from formscan.review.people import People, people_file

    for person in People(people_file()).all().values():
        how = say("user.by_token") if person.token else say("user.by_password")
        click.echo(f"{person.name}\t{say(f'user.role_{person.role}')}\t{how}")


@command.command("remove", cls=Command, help="user.remove_help")
@click.argument("name")
def remove(name: str) -> None:
    """See ``user.remove_help`` of the message catalogues."""
    from formscan.review.people import People, people_file

    People(people_file()).remove(name)
    click.echo(say("user.removed", name=name))
