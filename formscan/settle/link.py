"""Which page pictures belong to one record.

Blank forms get photocopied, so a serial is a claim. Pages of one (form, print run, serial) join
only with second evidence; two pictures of one page that show different sheets make every page of
that serial wait for a person.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from formscan.page import Identity, PageStatus
from formscan.page_decision import PageSaid
from formscan.reading import PageOutcome
from formscan.settle.evidence import disagree, joined, linking_fields
from formscan.settle.known import Known, identity_of, template_of
from formscan.settle.loose import place_loose
from formscan.settle.sheet import Sheet, combine, same_sheet, was_read
from formscan.templates.model import Template

__all__ = ["UNPROVEN", "Linked", "SettledPage", "Sheaf", "key_of", "link", "page_order"]

_REUSED = "serial_reused"
UNPROVEN = "unproven"
"""Page reason: the serial alone ties the page to its family."""

_LOOSE = "loose_sheet"


@dataclass(frozen=True, slots=True)
class SettledPage:
    """One page picture after linking: a row of ``pages.csv``.

    Attributes:
        outcome: What pass 1 learned, untouched.
        status: Final status, e.g. ``duplicate`` where pass 1 said ``ok``.
        reason: A word of ``PAGE_REASONS``.
        record: KEY of its record, of foreign paper that of its neighbour; "" where it belongs to
            none.
    """

    outcome: PageOutcome
    status: PageStatus
    reason: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sheaf:
    """The pages of one record.

    Attributes:
        key: KEY of the record.
        identity: What its pages claim; its ``page`` means nothing here.
        template: Of the first page.
        sheets: The pages that belong together, in page order.
        waiting: Pages that claim the serial without evidence.
        reused: The serial is that of several families: nothing belongs together.
        pages: Every picture that claims the record, with its status.
    """

    key: str
    identity: Identity
    template: Template
    sheets: tuple[Sheet, ...]
    waiting: tuple[Sheet, ...]
    reused: bool
    pages: tuple[SettledPage, ...]


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


Said = Mapping[tuple[str, int], PageSaid]
"""(sha256, frame) of a picture to what a person decided about it."""


def link(
    outcomes: Iterable[PageOutcome], known: Known, said: Said = MappingProxyType({})
) -> Linked:
    """Put pages together; the order of ``outcomes`` does not matter.

    Args:
        outcomes: Of pass 1.
        known: The templates of all pages that name a form.
        said: What people decided about pages.

    Raises:
        TemplateError: A page belongs to a form version that is not known.
    """
    pages: list[SettledPage] = []
    again: list[PageOutcome] = []
    first: dict[tuple[str, int], PageOutcome] = {}
    for outcome in sorted(outcomes, key=page_order):
        word = said.get(_picture(outcome))
        if word is not None and word.aside is not None:
            pages.append(SettledPage(outcome, *word.aside, word.record))
        elif not _claims(outcome):
            pages.append(SettledPage(outcome, outcome.status, outcome.reason))
        elif first.setdefault(_picture(outcome), outcome) is not outcome:
            again.append(outcome)
    members: dict[str, list[PageOutcome]] = defaultdict(list)
    for picture, outcome in first.items():
        members[key_of(identity_of(outcome), *picture)].append(outcome)
    vouched = frozenset(picture for picture, word in said.items() if word.vouched)
    placed = place_loose(members, known, vouched)
    sheaves = [
        _sheaf(key, members[key], placed[key], known, vouched) for key in members if key in placed
    ]
    pages += (page for sheaf in sheaves for page in sheaf.pages)
    record = {_picture(page.outcome): page.record for page in pages}
    pages += (SettledPage(one, "duplicate", "", record[_picture(one)]) for one in again)
    return Linked(
        sheaves=tuple(sorted(sheaves, key=_sheaf_order)),
        pages=tuple(sorted(pages, key=lambda page: page_order(page.outcome))),
    )


def _claims(outcome: PageOutcome) -> bool:
    """Whether a page claims a record: it was read, or says at least its serial."""
    return outcome.identity is not None and bool(was_read(outcome) or outcome.identity.serial)


def _picture(outcome: PageOutcome) -> tuple[str, int]:
    return outcome.ref.sha256, outcome.ref.frame


def _sheaf(
    key: str,
    claiming: Sequence[PageOutcome],
    outcomes: Sequence[PageOutcome],
    known: Known,
    vouched: AbstractSet[tuple[str, int]],
) -> Sheaf:
    """The pages of one record.

    Args:
        key: KEY.
        claiming: Pages printed with its serial.
        outcomes: Those without the sheets that went elsewhere, with those that came.
        known: The templates.
        vouched: Pictures of which a person said that they belong there.
    """
    identity = min((identity_of(one) for one in claiming), key=lambda one: (one.page, one.version))
    template = template_of(outcomes[0], known)
    one_form = all(template_of(one, known) == template for one in outcomes)
    sheets = tuple(_sheets(outcomes, template)) if one_form else ()
    loose = one_form and all(
        template.layout(identity_of(one).page).continuation for one in outcomes
    )
    sure = {
        sheet.page for sheet in sheets if all(_picture(one) in vouched for one in sheet.pictures)
    }
    claims = [sheet for sheet in sheets if sheet.page not in sure]
    reused = (
        not one_form
        or any(_two_sheets(sheet, template) for sheet in claims)
        or disagree(claims, "" if loose else identity.serial, template)
    )
    belong = joined(sheets, template, sure) if sheets and not reused else frozenset()
    kept = tuple(sheet for sheet in sheets if sheet.page in belong)
    waiting = tuple(sheet for sheet in sheets if sheet not in kept and not reused)
    reason = _REUSED if reused else _LOOSE if loose else ""
    reasons = {sheet.page: reason for sheet in sheets}
    reasons |= {sheet.page: UNPROVEN for sheet in waiting}
    pages = tuple(_settled(one, key, reasons, reused) for one in sorted(outcomes, key=page_order))
    return Sheaf(key, identity, template, kept, waiting, reused, pages)


def _sheets(outcomes: Iterable[PageOutcome], template: Template) -> Iterator[Sheet]:
    """The pages that were read, in page order."""
    read: dict[int, list[PageOutcome]] = defaultdict(list)
    for outcome in sorted(outcomes, key=page_order):
        if was_read(outcome):
            read[identity_of(outcome).page].append(outcome)
    for page, pictures in sorted(read.items()):
        yield combine(pictures, template.layout(page))


def _two_sheets(sheet: Sheet, template: Template) -> bool:
    linking = linking_fields(template)
    return not all(
        same_sheet(one, other, sheet.layout, linking)
        for one, other in combinations(sheet.pictures, 2)
    )


def _settled(
    outcome: PageOutcome, key: str, reasons: Mapping[int, str], reused: bool
) -> SettledPage:
    """A picture that claims a record; one that could not be read gives way to one that was."""
    page = identity_of(outcome).page
    if not was_read(outcome):
        status = "superseded" if page in reasons and not reused else outcome.status
        return SettledPage(outcome, status, outcome.reason, key)
    reason = _REUSED if reused else reasons[page]
    return SettledPage(outcome, "review" if reason else outcome.status, reason, key)


def _sheaf_order(sheaf: Sheaf) -> tuple[str, tuple[str, int, str], str]:
    return sheaf.identity.form, min(page_order(page.outcome) for page in sheaf.pages), sheaf.key
