"""``formscan review``: people settle what the machine is not sure of, in the browser."""

from __future__ import annotations

import datetime as dt
import getpass
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formscan.cli.given import FILE, FOLDER
from formscan.cli.speech import Command, Option, language, say
from formscan.errors import SettingsError, told

if TYPE_CHECKING:
    from formscan.review.certificate import Certificate

__all__ = ["command"]

_PORT = click.IntRange(0, 65535)
_SHARE = click.FloatRange(0, 1)


@click.command("review", cls=Command, help="review.help")
@click.argument("out", type=FOLDER)
@click.option("--as", "names", cls=Option, multiple=True, metavar="NAME", help="review.option_as")
@click.option("--port", cls=Option, type=_PORT, default=8765, help="review.option_port")
@click.option("--no-browser", cls=Option, is_flag=True, help="review.option_no_browser")
@click.option("--store", cls=Option, default="", metavar="URL", help="review.option_store")
@click.option("--accounts", cls=Option, is_flag=True, help="review.option_accounts")
@click.option("--address", cls=Option, default="127.0.0.1", help="review.option_address")
@click.option("--make-cert", cls=Option, is_flag=True, help="review.option_make_cert")
@click.option("--cert", cls=Option, type=FILE, help="review.option_cert")
@click.option("--cert-key", cls=Option, type=FILE, help="review.option_cert_key")
@click.option(
    "--second-look", cls=Option, type=_SHARE, default=0.02, help="review.option_second_look"
)
@click.option("--hidden", cls=Option, type=_SHARE, default=0.02, help="review.option_hidden")
def command(
    out: Path,
    names: tuple[str, ...],
    port: int,
    no_browser: bool,
    store: str,
    accounts: bool,
    address: str,
    make_cert: bool,
    cert: Path | None,
    cert_key: Path | None,
    second_look: float,
    hidden: float,
) -> None:
    """See ``review.help`` of the message catalogues."""
    from formscan.review.hidden import Limits
    from formscan.review.people import People, people_file
    from formscan.review.second import Shares
    from formscan.review.serve import Listening, serve
    from formscan.store import move_store, open_store

    people = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if accounts and people:
        raise SettingsError(told("review.as_or_accounts"))
    certificate = _certificate(address, make_cert, cert, cert_key)
    at = Listening(address, port, certificate, People(people_file()) if accounts else None)
    at.require_safe()
    if certificate is not None:
        click.echo(say("review.fingerprint", fingerprint=certificate.fingerprint))

    def settling(done: int, of: int) -> None:
        if done == of or done % 200 == 0:
            click.echo(say("review.settling", done=done, of=of))

    def ready(links: dict[str, str]) -> None:
        for name, link in links.items():
            click.echo(say("review.open_link", name=name or say("review.login"), link=link))
        click.echo(say("review.how_to_end"))
        if not no_browser:
            webbrowser.open(next(iter(links.values())))

    if store and move_store(out, store):
        click.echo(say("review.moved"))
    with open_store(out, make=False) as opened:
        names = people or (getpass.getuser(),)
        checks = (Shares(second_look, second_look / 10), Limits(hidden))
        serve(out, opened, names, language(), at, checks, settling, ready)


def _certificate(
    address: str, make_cert: bool, cert: Path | None, cert_key: Path | None
) -> Certificate | None:
    from formscan.review.certificate import make_certificate, read_certificate

    if (cert is None) != (cert_key is None) or (cert is not None and make_cert):
        raise SettingsError(told("review.cert_pair"))
    if cert is not None and cert_key is not None:
        return read_certificate(cert, cert_key)
    return make_certificate(address, dt.datetime.now(dt.UTC)) if make_cert else None
