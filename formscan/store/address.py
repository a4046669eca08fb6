"""Where a batch is kept: in its own folder, or in a PostgreSQL that several computers reach.

``OUT/formscan.store`` tells every later command: the address, never with a password, and the
schema that this batch has to itself.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import ssl
from dataclasses import asdict, dataclass
from getpass import getuser
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from formscan.errors import SettingsError, StoreError, told

__all__ = ["Address", "connect_arguments", "new_address", "read_address", "write_address"]

_FILE = "formscan.store"
_SSL_MODES = ("disable", "require", "verify-full")
_QUERY = frozenset({"host", "sslmode", "sslrootcert"})
_LOCAL = ("", "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """A database and the place of one batch in it.

    Attributes:
        url: ``postgresql://user@host:5432/database``, without a password.
        schema: Of this batch alone.
    """

    url: str
    schema: str


def new_address(given: str) -> Address:
    """The place of a new batch in the database that was typed.

    Raises:
        SettingsError: It is no address of a PostgreSQL database, or holds a password.
    """
    try:
        url = make_url(given)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(told("store.address", given=re.sub(r"//.*@", "//…@", given))) from error
    if url.password is not None:
        raise SettingsError(told("store.password", url=url.set(password=None)))
    mode = url.query.get("sslmode", "require")
    if (
        url.drivername != "postgresql"
        or not url.database
        or url.query.keys() - _QUERY
        or mode not in _SSL_MODES
    ):
        raise SettingsError(told("store.address", given=url))
    url = url if url.username else url.set(username=os.environ.get("PGUSER") or getuser())
    return Address(str(url), f"formscan_{secrets.token_hex(6)}")


def read_address(out: Path) -> Address | None:
    """Where the batch of ``out`` is kept; None where that is its own folder.

    Raises:
        StoreError: The note cannot be read.
    """
    file = out / _FILE
    if not file.is_file():
        return None
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Address(str(kept["url"]), str(kept["schema"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(told("store.bad_note", file=file)) from error


def write_address(out: Path, address: Address) -> None:
    """Let later commands find the batch; whole or not at all."""
    partial = out / f"{_FILE}.part"
    partial.write_text(json.dumps(asdict(address), indent=2) + "\n", encoding="utf-8")
    partial.replace(out / _FILE)


def connect_arguments(address: Address) -> tuple[URL, dict[str, Any]]:
    """What the driver is told: the bare URL, and password, socket, TLS and schema beside it.

    The password comes from ``PGPASSWORD`` or the password file of PostgreSQL's own programs.
    Without ``sslmode`` another computer is spoken to encrypted; ``verify-full`` also checks who
    it is.
    """
    url = make_url(address.url)
    query = {name: str(value) for name, value in url.query.items()}
    socket, host, port = query.get("host", ""), url.host or "", url.port or 5432
    told_driver: dict[str, Any] = {
        "startup_params": {"search_path": address.schema},
        "application_name": "formscan",
    }
    asked = (host or socket or "localhost", str(port), url.database or "", url.username or "")
    password = os.environ.get("PGPASSWORD") or _kept_password(asked)
    if password:
        told_driver["password"] = password
    mode = query.get("sslmode", "disable" if host in _LOCAL else "require")
    if socket:
        told_driver["unix_sock"] = f"{socket}/.s.PGSQL.{port}"
    elif mode != "disable":
        told_driver["ssl_context"] = _tls(mode, query.get("sslrootcert"))
    bare = url.set(drivername="postgresql+pg8000", query={}, host=None if socket else host or None)
    return bare, told_driver


def _tls(mode: str, authorities: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authorities)
    if mode == "require" and authorities is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _kept_password(asked: tuple[str, str, str, str]) -> str:
    """From ``~/.pgpass``: ``host:port:database:user:password``, ``*`` for any."""
    file = Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    for line in lines:
        parts = [re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\):", line)]
        known = zip(parts, asked, strict=False)
        if len(parts) == 5 and all(part in ("*", wanted) for part, wanted in known):
            return parts[4]
    return ""
