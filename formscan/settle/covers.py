"""Bundles: the sheets of paper behind a cover sheet, counted.

A cover opens a bundle that ends at the next cover or at the end of the file. The pages keep their
own identity, whatever it says; its area and enumerator are held against their records like those
of a batch header. Sheets are counted by what the pages themselves say: a front and its back are
one sheet, a second picture of a page is a second sheet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.rules import BatchHeader
from formscan.settle.known import Known, identity_of, template_of
from formscan.templates.cover import Cover, parse_cover
from formscan.templates.identity import sheets_of

__all__ = ["Bundle", "bundles_of"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a cover tells and what was found behind it.

    Attributes:
        cover: The cover sheet.
        ref: Its picture.
        found: Sheets of paper of known forms behind it.
        behind: The pictures behind it.
    """

    cover: Cover
    ref: PageRef
    found: int
    behind: tuple[PageRef, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether as many sheets came as the cover tells."""
        return self.found == self.cover.sheets

    @property
    def header(self) -> BatchHeader:
        """What the records behind it should say."""
        area, kader = self.cover.area, self.cover.kader
        return BatchHeader(area=(area,) if area else (), kader=(kader,) if kader else ())

    def as_table(self) -> dict[str, str | int | bool]:
        """As it stands in ``run.json``."""
        return {
            "scan": self.ref.scan,
            "frame": self.ref.frame,
            **self.cover._asdict(),
            "found": self.found,
            "complete": self.is_complete,
        }


def bundles_of(file: Iterable[PageOutcome], known: Known) -> Iterator[Bundle]:
    """The bundles of one file.

    Args:
        file: The outcomes of all its frames, in any order.
        known: The templates of their pages.
    """
    ref: PageRef | None = None
    cover: Cover | None = None
    behind: list[PageOutcome] = []
    for outcome in sorted(file, key=lambda one: one.ref.frame):
        opened = parse_cover(outcome.cover)
        if opened is None:
            behind.append(outcome)
            continue
        if cover is not None and ref is not None:
            yield _bundle(cover, ref, behind, known)
        cover, ref, behind = opened, outcome.ref, []
    if cover is not None and ref is not None:
        yield _bundle(cover, ref, behind, known)


def _bundle(cover: Cover, ref: PageRef, behind: Sequence[PageOutcome], known: Known) -> Bundle:
    return Bundle(cover, ref, _sheets(behind, known), tuple(one.ref for one in behind))


def _sheets(outcomes: Iterable[PageOutcome], known: Known) -> int:
    pictures: dict[tuple[str, str, str, int], Counter[int]] = defaultdict(Counter)
    alone = 0
    for outcome in outcomes:
        if outcome.identity is None:
            continue
        identity = identity_of(outcome)
        papers = sheets_of(template_of(outcome, known))
        paper = next(
            at for at, sides in enumerate(papers) if identity.page in {one.page for one in sides}
        )
        if identity.serial:
            pictures[identity.form, identity.print_run, identity.serial, paper][identity.page] += 1
        else:
            alone += 1
    return alone + sum(max(sides.values()) for sides in pictures.values())
