"""A batch whose settled work is looked at again, and people who work it off."""

from __future__ import annotations

from dataclasses import replace

from formscan.report.measured import HIDDEN, measured
from formscan.review.app import make_app
from formscan.review.errands import Errands
from formscan.review.second import Shares
from formscan.review.trust import Door
from formscan.store.looks import LOOKS
from tests.review.conftest import HOST, UNCHECKED
from tests.review.families import NIK

ALL = Shares(1, 0)
ANSWERS = {"kode_kader": "640732", "nama": "SITI AMINAH", "nik": NIK, "tgl_lahir": "05081990"}
ANSWERS |= {"jk": "2", "hubungan": "2"}


def reopened(office, shares=UNCHECKED[0], limits=UNCHECKED[1]):
    """The same batch behind a door with other checks."""
    app = make_app(
        office.out, office.store, office.desk, office.sessions, Door(frozenset({HOST})), Errands(),
        shares, limits,
    )  # fmt: skip
    return replace(office, app=app)


def work(who, until="second"):
    """Type the truth until nothing waits, or something of that reason comes."""
    for _ in range(100):
        found = who.next()
        item = who.desk.item(found["id"]) if found["id"] else None
        if item is None or item.reason == until:
            return item
        kind = "confirmed" if item.reason == "rule" else "value"
        assert "refused" not in who.decide(item.id, kind, typed=ANSWERS[item.field])
    raise AssertionError("the queue does not end")


def come_in(office, name):
    somebody = office.come_in(name)
    somebody.desk = office.desk
    return somebody


def rates(office):
    found = measured(office.desk.ledger.notes(*LOOKS, HIDDEN))
    return {one.reader: (one.wrong, one.looks, one.open) for one in found}


def stands(looked, item):
    """What the field says by now."""
    return looked.desk.case(item.record).values[item.field, item.row].raw
