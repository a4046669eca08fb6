"""``berita-acara.html``: one printed page a day on which the head of the audit is signed.

Who owns the batch can make a new audit, but not a page that others have signed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from formscan.report.html import put_page, render
from formscan.settle import Settled
from formscan.store import Ledger

__all__ = ["DAILY_RECORD", "write_daily_record"]

DAILY_RECORD = "berita-acara.html"
_ACTIONS = ("decision", "view", "login", "login_refused", "erased")
_GROUP = 8


def write_daily_record(
    file: Path, batch: str, ledger: Ledger, settled: Iterable[Settled], day: dt.date, language: str
) -> Path:
    """Write the page.

    Args:
        file: Where to.
        batch: Name of the batch.
        ledger: Of the batch.
        settled: All of it.
        day: In local time; what people did on it is counted by person, without pictures or values.
        language: ``id`` or ``en``.

    Raises:
        StoreError: The file cannot be written.
    """
    records: Counter[str] = Counter()
    pages = waiting = 0
    for group in settled:
        records.update(record.status for record in group.records)
        pages += len(group.pages)
        waiting += len(group.review_items)
    number, _, sha256 = ledger.head().partition(":")
    html = render(
        "daily.html",
        language,
        batch=batch,
        day=day.isoformat(),
        pages=pages,
        records=sorted(records.items()),
        waiting=waiting,
        actions=_ACTIONS,
        people=_people(ledger, day),
        number=number,
        head=[sha256[start : start + _GROUP] for start in range(0, len(sha256), _GROUP)],
    )
    return put_page(file, html)


def _people(ledger: Ledger, day: dt.date) -> list[tuple[str, dict[str, int]]]:
    begin = dt.datetime.combine(day, dt.time()).astimezone().astimezone(dt.UTC)
    end = begin + dt.timedelta(days=1)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for person, action, number in ledger.done_by(begin.isoformat(), end.isoformat()):
        found[person][action] = number
    return sorted(found.items())
