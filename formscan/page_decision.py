"""What people decided about page pictures: which page it is, or that it is none.

They stand in the same ledger as decisions about fields, under a name of the picture in the place
of the KEY, and hang on its bytes: whoever scans the same file again under another name, or runs a
newer formscan, finds them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from formscan.decision import RECORD, Decision, stacks
from formscan.page import ByHand, Identity, PageRef, PageStatus

__all__ = ["SUBJECT", "PageSaid", "identified", "page_said", "page_subject", "put_aside"]

SUBJECT: Final = "page:"
"""How the name of a picture begins, which no KEY does."""

PutAside = Literal["foreign", "replaced", "discarded"]
_STATUS: Mapping[str, tuple[PageStatus, str]] = {
    "foreign": ("foreign", ""),
    "replaced": ("superseded", ""),
    "discarded": ("rejected", "discarded"),
}
_HEX = 48


@dataclass(frozen=True, slots=True)
class PageSaid:
    """What stands about one page picture.

    Attributes:
        kind: The decision that counts.
        by_hand: What it is read as, None where the machine finds that out; also of a page that
            was put aside later, so that nothing is read again for it.
        vouched: Somebody saw it beside the other pages of its record: no evidence is asked.
        record: KEY of the record that a foreign page stays attached to, "" for none.
        comment: Why.
    """

    kind: Literal["identified", "foreign", "replaced", "discarded"]
    by_hand: ByHand | None = None
    vouched: bool = False
    record: str = ""
    comment: str = ""

    @property
    def aside(self) -> tuple[PageStatus, str] | None:
        """Final status and reason of a page that was put aside, else None."""
        return _STATUS.get(self.kind)


def page_subject(ref: PageRef) -> str:
    """What a picture is called in the ledger: the same for the same bytes and frame."""
    text = f"{ref.sha256 or ref.scan}|{ref.frame}"
    return SUBJECT + hashlib.sha256(text.encode()).hexdigest()[:_HEX]


def identified(
    ref: PageRef, told: ByHand | None, reviewer: str, *, vouched: bool = False, comment: str = ""
) -> Decision:
    """The decision that a picture is that page; without ``told``, what it is taken for by now."""
    raw = {"by_hand": asdict(told) if told is not None else None, "vouched": vouched}
    return _decision(ref, "identified", raw, reviewer, comment)


def put_aside(
    ref: PageRef, kind: PutAside, reviewer: str, *, record: str = "", comment: str = ""
) -> Decision:
    """The decision that a picture is foreign paper, replaced by a better scan, or discarded."""
    return _decision(ref, kind, {"record": record}, reviewer, comment)


def _decision(
    ref: PageRef,
    kind: Literal["identified", "foreign", "replaced", "discarded"],
    told: Mapping[str, Any],
    reviewer: str,
    comment: str,
) -> Decision:
    place = {"scan": ref.scan, "frame": ref.frame, "sha256": ref.sha256}
    raw = json.dumps({**told, **place}, sort_keys=True, separators=(",", ":"))
    subject, (field, row) = page_subject(ref), RECORD
    return Decision(subject, field, row, kind, raw, comment=comment, reviewer=reviewer)


def page_said(decisions: Iterable[Decision]) -> PageSaid | None:
    """What stands about a picture, None where nothing does.

    Args:
        decisions: Of that picture, in the order in which they were made.
    """
    stack = stacks(decisions).get(RECORD, [])
    if not stack:
        return None
    last = stack[-1]
    told = json.loads(last.raw)
    return PageSaid(
        kind=last.kind,  # type: ignore[arg-type]  # a picture has no other decisions
        by_hand=_by_hand(stack),
        vouched=bool(told.get("vouched")),
        record=str(told.get("record", "")),
        comment=last.comment,
    )


def _by_hand(stack: Sequence[Decision]) -> ByHand | None:
    told = next(
        (said for one in reversed(stack) if (said := json.loads(one.raw).get("by_hand"))), None
    )
    if told is None:
        return None
    corners = tuple((float(x), float(y)) for x, y in told["corners_px"])
    return ByHand(Identity(**told["identity"]), corners, told["corners_of"])
