"""``formscan review``: the server, on this computer only."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import uvicorn

from formscan.errors import SettingsError, told
from formscan.review.app import make_app
from formscan.review.desk import Desk
from formscan.review.trust import ENTER, Sessions
from formscan.store import Store

__all__ = ["serve"]

_HOST = "127.0.0.1"


def serve(
    out: Path,
    store: Store,
    names: tuple[str, ...],
    language: str,
    port: int,
    on_group: Callable[[int, int], None],
    on_ready: Callable[[dict[str, str]], None],
) -> None:
    """Answer browsers of this computer until interrupted.

    Args:
        out: The batch folder.
        store: Its store.
        names: Who reviews; each gets a link of their own.
        language: Of the first page; each person can switch.
        port: To listen at; 0 takes a free one.
        on_group: Told how far the settling of the batch is.
        on_ready: Told the link of each name, once they work.

    Raises:
        SettingsError: Something else listens at the port.
    """
    with closing(_listen(port)) as listening:
        address = f"{_HOST}:{listening.getsockname()[1]}"
        desk = Desk(store)
        desk.open(on_group)
        sessions = Sessions(names, language, f"formscan_{address.rpartition(':')[2]}")
        hosts = frozenset({address, address.replace(_HOST, "localhost")})
        app = make_app(out, store, desk, sessions, hosts)
        quiet = uvicorn.Config(
            app, log_level="error", server_header=False, lifespan="off", timeout_graceful_shutdown=2
        )
        door = f"http://{address}{ENTER}?key="
        on_ready({name: door + key for key, name in sessions.keys.items()})
        with suppress(KeyboardInterrupt):
            uvicorn.Server(quiet).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((_HOST, port))
    except OSError as error:
        listening.close()
        raise SettingsError(told("review.port_taken", port=port)) from error
    listening.listen(128)
    return listening
