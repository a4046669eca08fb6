"""Continuation sheets that were printed under another serial than their family's.

A family with more members than its sheet holds takes any continuation sheet at hand and writes
its own serial on it. The sheet joins only if both the written serial and the written identity
(FK23: No. KK) are those of one family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from formscan.reading import PageOutcome
from formscan.settle.evidence import SERIAL, agree, disagree, sides_of_one_sheet
from formscan.settle.known import Known, identity_of, template_of
from formscan.settle.sheet import CLEAR, Sheet, combine, texts, was_read
from formscan.templates.model import PageLayout, Template

__all__ = ["follows", "place_loose"]

_DIGITS = 8

Members = Mapping[str, Sequence[PageOutcome]]
"""KEY to the pages that claim it, those that were read and those that were not."""


def follows(outcome: PageOutcome, templates: Iterable[Template]) -> str:
    """The serial that a continuation page says it continues, "" where it says none clearly.

    Its own serial counts as none.
    """
    identity = outcome.identity
    for template in templates if identity and was_read(outcome) else ():
        if identity and (template.form, template.version) == (identity.form, identity.version):
            serial = _followed(outcome, template.layout(identity.page))
            return "" if serial == identity.serial else serial
    return ""


def _followed(outcome: PageOutcome, layout: PageLayout) -> str:
    asked = _asked(layout) if layout.continuation else frozenset()
    for reading in outcome.readings:
        said = texts(reading) if reading.name in asked else {}
        text = reading.raw.strip()
        if text.isdecimal() and said.get(reading.raw, 0.0) >= CLEAR:
            return text.zfill(_DIGITS)
    return ""


def _asked(layout: PageLayout) -> frozenset[str]:
    return frozenset(
        field.name for field in layout.fields if field.paper_only and SERIAL in field.evidence
    )


def place_loose(
    members: Members, known: Known, stay: AbstractSet[tuple[str, int]] = frozenset()
) -> dict[str, list[PageOutcome]]:
    """Members with every loose continuation page under the KEY of the family that it names.

    ``stay`` are (sha256, frame) of pictures whose place a person told.
    """
    goes_to: dict[int, str] = {}
    for key, outcomes in members.items():
        for outcome in outcomes:
            if (outcome.ref.sha256, outcome.ref.frame) in stay:
                goes_to[id(outcome)] = key
            elif target := _target(outcome, members, known):
                goes_to[id(outcome)] = target
                for back in _other_side(outcome, outcomes, known):
                    goes_to.setdefault(id(back), target)
    placed: dict[str, list[PageOutcome]] = defaultdict(list)
    for key, outcomes in members.items():
        for outcome in outcomes:
            placed[goes_to.get(id(outcome), key)].append(outcome)
    return placed


def _target(outcome: PageOutcome, members: Members, known: Known) -> str:
    """KEY of the one family that a page names by serial and identity, "" where there is none."""
    template = template_of(outcome, known)
    serial = follows(outcome, [template])
    if not serial:
        return ""
    sheet = _sheet(outcome, template)
    found = []
    for key, others in members.items():
        theirs = [
            _sheet(one, template)
            for one in others
            if was_read(one) and identity_of(one).serial == serial
            if template_of(one, known) == template
        ]
        main = [one for one in theirs if not one.layout.continuation]
        named = any(agree(sheet, one, template) for one in main)
        if named and not disagree([sheet, *main], "", template):
            found.append(key)
    return found[0] if len(found) == 1 else ""


def _other_side(
    outcome: PageOutcome, outcomes: Sequence[PageOutcome], known: Known
) -> Iterator[PageOutcome]:
    """The back of a loose sheet: it goes along if it was scanned with it, or is empty."""
    template = template_of(outcome, known)
    sheet = _sheet(outcome, template)
    for one in outcomes:
        if not was_read(one) or template_of(one, known) != template or follows(one, [template]):
            continue
        back = _sheet(one, template)
        loose = back.layout.continuation and back.page != sheet.page
        if loose and (back.is_blank or sides_of_one_sheet(sheet, back, template)):
            yield one


def _sheet(outcome: PageOutcome, template: Template) -> Sheet:
    return combine([outcome], template.layout(identity_of(outcome).page))
