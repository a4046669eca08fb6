"""What is shown of one item: the crop large, the candidates, the code list, the broken rule."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from formscan.decision import Key
from formscan.messages import text
from formscan.review.cases import DOUBTS, SECOND, Case
from formscan.review.item import Item
from formscan.review.judgement import is_blind
from formscan.review.pictures import Album
from formscan.review.related import compared
from formscan.rules.explain import meaning
from formscan.settle.decided import ASKED
from formscan.templates.model import Field
from formscan.validate.values import UNREADABLE, is_picture, type_problem, typed

__all__ = ["Card", "Choice", "Pane", "card_of", "label_of", "seen_of", "targets_of", "words_of"]

_MOST_CANDIDATES = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """A code, or a whole answer, and what it means.

    Attributes:
        raw: As it stands in the boxes; "" is blank.
        words: Its text, "" where it has none.
        takes: Whether it can be chosen: not what the machine could read in part only.
    """

    raw: str
    words: str
    takes: bool = True


@dataclass(frozen=True, slots=True)
class Pane:
    """One field that takes part in an item.

    Attributes:
        label: Question, with the row's number.
        picture: data: URI of its crop, "" where the scan is gone.
        said: What it says so far, "" where that is not to be shown.
    """

    label: str
    picture: str
    width: int
    height: int
    said: str


@dataclass(frozen=True, slots=True)
class Card:
    """All that a page shows of one item.

    Attributes:
        target: Number of the pane that is being typed.
        panes: The fields of the item; the first is the one it hangs on.
        beside: Crop of the person's name, in rosters.
        why: Why it waits, in words.
        broken: Whether a rule is broken, so that it can be confirmed as written.
        blind: Whether it is typed before anything is shown.
        first: What Enter takes when nothing was typed: index of a candidate, or None.
        boxes: Number of boxes, 0 where it has none.
        comment: What was asked.
        seen: ``seen_of``.
    """

    item: str
    record: str
    target: int
    panes: tuple[Pane, ...]
    beside: Pane | None
    why: tuple[str, ...]
    broken: bool
    blind: bool
    candidates: tuple[Choice, ...]
    first: int | None
    codes: tuple[Choice, ...]
    kind: str
    boxes: int
    comment: str
    seen: str


def targets_of(case: Case, item: Item) -> tuple[Key, ...]:
    """The fields that can be typed at an item: its own, then those that its rules compare."""
    key = (item.field, item.row)
    codes = case.broken(key)
    own = (key,) if key in case.values else ()
    return own + tuple(each for each in compared(case, key, codes) if each in case.values)


def seen_of(case: Case, item: Item) -> str:
    """Hash of all that a card says of its fields: an answer is an answer to that, and no more.

    It changes when somebody else settles, corrects or asks about one of them, and when a rule
    breaks or is settled that names the item.
    """
    key = (item.field, item.row)
    told: list[object] = [item.id, item.reason, sorted(case.broken(key))]
    for each in targets_of(case, item):
        value, decision = case.values[each], case.decisions.get(each)
        by = (decision.kind, decision.reviewer, decision.comment) if decision is not None else ()
        told.append((each, value.raw, value.status, value.reason, by))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:20]


def card_of(
    case: Case, item: Item, album: Album, language: str, target: int = 0, mine: str | None = None
) -> Card:
    """The card of an item.

    Args:
        case: Its record.
        item: What waits.
        album: Where pictures come from.
        language: ``id`` or ``en``.
        target: Which of ``targets_of`` is typed.
        mine: What was typed blind and differs from the machine's reading; both are shown.
    """
    targets = targets_of(case, item)
    target = target if 0 <= target < len(targets) else 0
    key = targets[target] if targets else (item.field, item.row)
    field = case.fields.get(key)
    own = key == (item.field, item.row)
    blind = own and field is not None and mine is None and is_blind(field, item.reason)
    broken = bool(case.broken((item.field, item.row))) and item.reason not in DOUBTS
    candidates = (
        ()
        if blind or field is None
        else _candidates(case, field, key, mine, language, item.offered)
    )
    sure_enough = own and not broken and mine is None and item.reason in ("low_confidence", "again")
    name = case.name_beside(key)
    decision = case.decisions.get((item.field, item.row))
    return Card(
        item=item.id,
        record=item.record,
        target=target,
        panes=tuple(_pane(case, each, album, language, hide=blind) for each in targets),
        beside=_pane(case, name, album, language) if name and name not in targets else None,
        why=_why(case, item, language),
        broken=broken,
        blind=blind,
        candidates=candidates,
        first=0 if sure_enough and candidates else None,
        codes=_codes(case, field, language) if field is not None else (),
        kind=_kind(field),
        boxes=len(field.cells) if field is not None else 0,
        comment=decision.comment if decision is not None else "",
        seen=seen_of(case, item),
    )


def _pane(case: Case, key: Key, album: Album, language: str, *, hide: bool = False) -> Pane:
    field, value, page = case.fields[key], case.values[key], case.page_of(key)
    shown = album.crop(page, value.box_px) if page is not None else None
    uri = ""
    if shown is not None:
        uri = f"data:image/jpeg;base64,{shown.base64}"
    words = words_of(case, field, value.raw, language) if value.raw else ""
    said = "" if hide else f"{value.raw} {words}".strip()
    size = (shown.width, shown.height) if shown is not None else (0, 0)
    return Pane(label_of(case, field, language), uri, *size, said)


def _candidates(
    case: Case, field: Field, key: Key, mine: str | None, language: str, offered: tuple[str, ...]
) -> tuple[Choice, ...]:
    """Whole answers to choose from: mine and the machine's, or all that the machine thinks."""
    reading, decision = case.readings.get(key), case.decisions.get(key)
    read = [one.text for one in reading.candidates] if reading is not None else []
    if mine is not None:
        both = dict.fromkeys([mine, *(read[:1] or [""])])
        return tuple(_choice(case, field, one, language) for one in both)
    if offered:
        texts = list(offered)
    else:
        said = decision is not None and decision.kind in ("value", *ASKED)
        texts = [decision.raw] if decision is not None and said and decision.raw else []
        texts += [*read, *(["1"] if is_picture(field) else [])]
    choices = (_choice(case, field, one, language) for one in dict.fromkeys(texts))
    return tuple(one for one in choices if one.takes)[:_MOST_CANDIDATES]


def _choice(case: Case, field: Field, raw: str, language: str) -> Choice:
    takes = UNREADABLE not in raw and not type_problem(field, raw, case.template)
    return Choice(raw, words_of(case, field, raw, language) if takes else "", takes)


def label_of(case: Case, field: Field, language: str) -> str:
    """What a field is called, with the number of its row."""
    label = field.labels.get(language) or field.labels.get(case.template.default_language)
    return f"{label or field.name}" + ("" if field.row is None else f" [{field.row}]")


def words_of(case: Case, field: Field, raw: str, language: str) -> str:
    """What an answer means: the text of its code, or its date."""
    if not raw:
        return text("review.blank_word", language)
    if is_picture(field):
        return text("review.written_word", language) if raw == "1" else ""
    value = typed(field, raw, case.template)
    listed = {choice.raw: choice.words for choice in _codes(case, field, language)}
    if field.value_type == "date":
        return value
    return ", ".join(listed[one] for one in value.split() if listed.get(one))


def _codes(case: Case, field: Field, language: str) -> tuple[Choice, ...]:
    own = case.template.choices(field) or field.marks
    fallback = case.template.default_language
    return tuple(
        Choice(one.value, one.labels.get(language) or one.labels.get(fallback, "")) for one in own
    )


def _why(case: Case, item: Item, language: str) -> tuple[str, ...]:
    if not item.reason:
        return ()
    if item.reason in DOUBTS | {"conflict", SECOND}:
        return (text(f"review.why_{item.reason}", language),)
    asked = (text(f"review.why_{item.reason}", language),) if item.lane else ()
    codes = case.broken((item.field, item.row))
    words = (meaning(code, item.field, (case.template,), language) for code in codes)
    return (*asked, *(f"{code}: {said}" for code, said in zip(codes, words, strict=True)))


def _kind(field: Field | None) -> str:
    """How it is typed: ``none``, ``picture``, ``digits``, ``date`` or ``text``."""
    if field is None:
        return "none"
    if is_picture(field):
        return "picture"
    if field.value_type == "date":
        return "month" if field.pattern == "MMYYYY" else "date"
    return "digits" if field.alphabet == "digits" else "text"
