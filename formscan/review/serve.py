"""``formscan review``: the server, on this computer only unless it is safe to let others in."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from formscan.errors import SettingsError, told
from formscan.review.app import make_app
from formscan.review.certificate import Certificate
from formscan.review.desk import Desk
from formscan.review.errands import Errands
from formscan.review.hidden import Limits
from formscan.review.people import People
from formscan.review.second import Shares
from formscan.review.trust import ENTER, LOGIN, Door, Sessions
from formscan.store import Store

__all__ = ["Listening", "serve"]

_HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the page listens, and who may come.

    Attributes:
        address: Of this computer.
        port: 0 takes a free one.
        certificate: For https; None speaks http.
        people: Accounts; None gives everybody who is named a link.
    """

    address: str = _HERE
    port: int = 8765
    certificate: Certificate | None = None
    people: People | None = None

    def require_safe(self) -> None:
        """Refuse other computers without encryption and named accounts.

        Raises:
            SettingsError: What is missing, and the remedy.
        """
        try:
            alone = ipaddress.ip_address(self.address).is_loopback
        except ValueError as error:
            raise SettingsError(told("review.no_address", address=self.address)) from error
        if not alone and self.certificate is None:
            raise SettingsError(told("review.no_tls", address=self.address))
        if not alone and self.people is None:
            raise SettingsError(told("review.no_accounts", address=self.address))
        if self.people is not None and not self.people.all():
            raise SettingsError(told("review.nobody"))

    def door(self, port: int) -> Door:
        """What a browser may call us."""
        names = [self.address, *(self.certificate.names if self.certificate else ())]
        if self.address == _HERE:
            names.append("localhost")
        hosts = (f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in names)
        return Door(frozenset(hosts), "https" if self.certificate else "http")

    def link(self, port: int) -> str:
        """How people reach it; where all addresses are listened at, by the computer's name."""
        everywhere = self.certificate is not None and self.address in ("0.0.0.0", "::")  # noqa: S104
        name = self.certificate.names[0] if self.certificate and everywhere else self.address
        name = f"[{name}]" if ":" in name else name
        return f"{'https' if self.certificate else 'http'}://{name}:{port}"


def serve(
    out: Path,
    store: Store,
    names: tuple[str, ...],
    language: str,
    at: Listening,
    checks: tuple[Shares, Limits],
    on_group: Callable[[int, int], None],
    on_ready: Callable[[dict[str, str]], None],
) -> None:
    """Answer browsers until interrupted.

    Args:
        out: The batch folder.
        store: Its store.
        names: Who reviews where there are no accounts; each gets a link of their own.
        language: Of the first page; each person can switch.
        at: Where to listen.
        checks: How much is looked at again, and how many items are hidden.
        on_group: Told how far the settling of the batch is.
        on_ready: Told the link of each name, or of "" for those with accounts, once they work.

    Raises:
        SettingsError: It would not be safe, or something else listens there.
    """
    at.require_safe()
    with closing(_listen(at)) as listening, Errands() as errands:
        port = listening.getsockname()[1]
        desk = Desk(store)
        desk.open(on_group)
        named = () if at.people is not None else names
        sessions = Sessions(named, language, f"formscan_{port}", at.people)
        config = uvicorn.Config(
            make_app(out, store, desk, sessions, at.door(port), errands, *checks),
            log_level="error",
            server_header=False,
            lifespan="off",
            proxy_headers=False,
            timeout_graceful_shutdown=2,
            ssl_certfile=at.certificate.file if at.certificate else None,
            ssl_keyfile=at.certificate.key_file if at.certificate else None,
        )
        link = at.link(port)
        links = {name: f"{link}{ENTER}?key={key}" for key, name in sessions.keys.items()}
        on_ready(links or {"": f"{link}{LOGIN}"})
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])


def _listen(at: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in at.address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((at.address, at.port))
    except OSError as error:
        listening.close()
        why = told("review.port_taken", port=at.port, address=at.address)
        raise SettingsError(why) from error
    listening.listen(128)
    return listening
