"""Which page pictures belong to one record.

Blank forms get photocopied, so a serial is a claim: two different pictures of one
(form, print run, serial, page) make every page of that serial wait for a person.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formscan.page import Identity, PageStatus
from formscan.reading import PageOutcome

__all__ = ["REUSED", "Linked", "SettledPage", "Sheaf", "key_of", "link", "page_order"]

REUSED = "serial_reused"
"""Page reason: the serial alone does not tell which pages belong together."""

_READ: frozenset[PageStatus] = frozenset({"ok", "review"})


@dataclass(frozen=True, slots=True)
class SettledPage:
    """One page picture after linking: a row of ``pages.csv``.

    Attributes:
        outcome: What pass 1 learned, untouched.
        status: Final status, e.g. ``duplicate`` where pass 1 said ``ok``.
        reason: A word of ``PAGE_REASONS``.
        record: KEY of its record, "" where it belongs to none.
    """

    outcome: PageOutcome
    status: PageStatus
    reason: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Sheaf:
    """The pages of one record, in page order.

    Attributes:
        key: KEY of the record.
        identity: Of its first page; its ``page`` means nothing here.
        pages: One outcome per page type, or all of them where ``reason`` is set.
        reason: "" or ``serial_reused``.
    """

    key: str
    identity: Identity
    pages: tuple[PageOutcome, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """All sheaves in order of their first scan, and all pages in order of their scans."""

    sheaves: tuple[Sheaf, ...]
    pages: tuple[SettledPage, ...]


def key_of(identity: Identity, sha256: str, frame: int) -> str:
    """KEY of the record that a page belongs to.

    ``uuid:`` + uuid5(NAMESPACE_URL, ``formscan:<form>|<print_run>|<serial>``), for a page
    without a serial of ``formscan:<sha256>|<frame>``.
    """
    if identity.serial:
        name = f"formscan:{identity.form}|{identity.print_run}|{identity.serial}"
    else:
        name = f"formscan:{sha256}|{frame}"
    return f"uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


def page_order(outcome: PageOutcome) -> tuple[str, int, str]:
    """Sort key of page pictures in every output."""
    return outcome.ref.scan, outcome.ref.frame, outcome.ref.sha256


def link(outcomes: Iterable[PageOutcome]) -> Linked:
    """Put pages together; the order of ``outcomes`` does not matter."""
    pages: list[SettledPage] = []
    members: dict[str, list[PageOutcome]] = defaultdict(list)
    first_of: dict[tuple[str, int], str] = {}
    for outcome in sorted(outcomes, key=page_order):
        if outcome.status not in _READ or outcome.identity is None:
            pages.append(SettledPage(outcome, outcome.status, outcome.reason))
            continue
        picture = (outcome.ref.sha256, outcome.ref.frame)
        if picture in first_of:
            pages.append(SettledPage(outcome, "duplicate", "", first_of[picture]))
            continue
        key = key_of(outcome.identity, *picture)
        first_of[picture] = key
        members[key].append(outcome)
    sheaves = [_sheaf(key, sheets) for key, sheets in members.items()]
    for sheaf in sheaves:
        pages += (_settled(sheaf, outcome) for outcome in sheaf.pages)
    return Linked(
        sheaves=tuple(sorted(sheaves, key=_sheaf_order)),
        pages=tuple(sorted(pages, key=lambda page: page_order(page.outcome))),
    )


def _sheaf(key: str, outcomes: Sequence[PageOutcome]) -> Sheaf:
    by_page = sorted(outcomes, key=lambda outcome: (_identity(outcome).page, page_order(outcome)))
    identities = [_identity(outcome) for outcome in by_page]
    one_version = len({identity.version for identity in identities}) == 1
    one_each = len({identity.page for identity in identities}) == len(identities)
    reason = "" if one_version and one_each else REUSED
    return Sheaf(key, identities[0], tuple(by_page), reason)


def _identity(outcome: PageOutcome) -> Identity:
    if outcome.identity is None:
        message = f"page without identity: {outcome.ref.scan}"
        raise ValueError(message)
    return outcome.identity


def _settled(sheaf: Sheaf, outcome: PageOutcome) -> SettledPage:
    if sheaf.reason:
        return SettledPage(outcome, "review", sheaf.reason, sheaf.key)
    return SettledPage(outcome, outcome.status, outcome.reason, sheaf.key)


def _sheaf_order(sheaf: Sheaf) -> tuple[str, tuple[str, int, str], str]:
    return sheaf.identity.form, min(page_order(outcome) for outcome in sheaf.pages), sheaf.key
