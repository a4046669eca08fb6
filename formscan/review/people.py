"""The accounts of this computer: who may review, in which role, and how they prove who they are.

They stand in ``people.json`` in the user's data folder, passwords and one-time tokens only as
hashes. Only ``formscan user`` writes the file; the review page reads it, and marks a token as used
by making a file of its hash, which can be done only once.
"""

from __future__ import annotations

import functools
import hashlib
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

import platformdirs
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from formscan.errors import SettingsError, told

__all__ = ["LEAST_CHARACTERS", "ROLES", "TOKEN_S", "People", "Person", "Role", "people_file"]

Role = Literal["reviewer", "supervisor", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)

LEAST_CHARACTERS = 10
"""Of a password."""

TOKEN_S = 24 * 3600
"""Seconds for which a one-time token can be used."""

_MOST_CHARACTERS = 200
_AT_ONCE = threading.BoundedSemaphore(2)
"""A check of a password takes 64 MB."""


@dataclass(frozen=True, slots=True)
class Person:
    """One account.

    Attributes:
        password: Argon2 hash, "" where there is none.
        token: sha256 of a one-time token, "" where there is none.
        token_until_s: Seconds since 1970 until which it counts.
    """

    name: str
    role: Role
    password: str = ""
    token: str = ""
    token_until_s: float = 0.0


def people_file() -> Path:
    """Where the accounts of this computer are kept."""
    return platformdirs.user_data_path("formscan", appauthor=False) / "people.json"


class People:
    """The accounts in one file; a change of it is seen at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_at = -1
        self._known: dict[str, Person] = {}

    def all(self) -> Mapping[str, Person]:
        """Name to account.

        Raises:
            SettingsError: The file cannot be read.
        """
        try:
            changed = self._file.stat().st_mtime_ns if self._file.exists() else 0
            if changed != self._read_at:
                text = self._file.read_text(encoding="utf-8") if changed else "[]"
                self._known = {one["name"]: Person(**one) for one in json.loads(text)}
                self._read_at = changed
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise SettingsError(told("user.bad_file", file=self._file)) from error
        return self._known

    def add(self, name: str, role: Role, password: str) -> None:
        """Make an account, or give an old one another role and password.

        Raises:
            SettingsError: The name or password cannot be used.
        """
        if len(password) < LEAST_CHARACTERS:
            raise SettingsError(told("user.short_password", number=LEAST_CHARACTERS))
        if len(password) > _MOST_CHARACTERS:
            raise SettingsError(told("user.long_password", number=_MOST_CHARACTERS))
        self._keep(Person(_name(name), role, password=PasswordHasher().hash(password)))

    def add_with_token(self, name: str, role: Role, now_s: float) -> str:
        """Make an account that is entered once with the token that is returned."""
        token = secrets.token_urlsafe(18)
        hashed = hashlib.sha256(token.encode()).hexdigest()
        self._keep(Person(_name(name), role, token=hashed, token_until_s=now_s + TOKEN_S))
        return token

    def remove(self, name: str) -> None:
        """Let nobody in under that name any more.

        Raises:
            SettingsError: There is no such account.
        """
        kept = dict(self.all())
        if kept.pop(name, None) is None:
            known = ", ".join(sorted(kept)) or "-"
            raise SettingsError(told("user.unknown", name=name, known=known))
        self._write(kept)

    def check(self, name: str, secret: str, now_s: float) -> Person | None:
        """Whose account it is, None where name and secret do not fit; takes as long either way."""
        person = self.all().get(name)
        secret = secret.encode(errors="replace").decode()  # half a character can be sent, too
        if person is not None and person.token:
            return person if self._spend(person, secret, now_s) else None
        try:
            with _AT_ONCE:
                hashed = person.password if person is not None else _nobody()
                PasswordHasher().verify(hashed, secret[: _MOST_CHARACTERS + 1])
        except (VerificationError, InvalidHashError):
            return None
        return person

    def _spend(self, person: Person, secret: str, now_s: float) -> bool:
        given = hashlib.sha256(secret.encode()).hexdigest()
        if not secrets.compare_digest(given, person.token) or now_s > person.token_until_s:
            return False
        used = self._file.parent / "tokens-used"
        used.mkdir(exist_ok=True)
        try:
            (used / person.token).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def _keep(self, person: Person) -> None:
        self._write({**self.all(), person.name: person})

    def _write(self, people: Mapping[str, Person]) -> None:
        partial = self._file.with_suffix(".part")
        text = json.dumps([asdict(people[name]) for name in sorted(people)], indent=2)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            partial.touch(mode=0o600)
            partial.write_text(f"{text}\n", encoding="utf-8")
            partial.replace(self._file)
        except OSError as error:
            raise SettingsError(
                told("user.no_file", file=self._file, why=error.strerror)
            ) from error
        self._read_at = -1


@functools.cache
def _nobody() -> str:
    """A hash that nothing fits."""
    return PasswordHasher().hash(secrets.token_urlsafe(32))


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > 60 or not name.isprintable():
        raise SettingsError(told("user.name"))
    return name
