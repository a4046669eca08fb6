"""What people typed is sealed in the audit: unreadable without its key, yet the chain holds."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from formscan.decision import Decision
from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.store import Ledger, ReadWith, erase, open_store
from formscan.store.schema import audit

AT = "2024-05-17T08:00:00+00:00"
NIK = "3301014508900001"
WITH = ReadWith("1", frozenset(), "", "t-1")


def ref(name, sha, frame=1):
    return PageRef(f"/x/{name}", frame, name, sha)


@pytest.fixture
def store(tmp_path, database):
    with open_store(tmp_path, database) as opened:
        ledger = Ledger(opened)
        for record in ("uuid:a", "uuid:b"):
            ledger.decide(Decision(record, "nik", 1, "value", NIK, (), "ibu Siti?", "Ani"), AT)
        opened.save(PageOutcome(ref("a.jpg", "aa"), "ok", readers="t-1"), WITH)
        opened.save(PageOutcome(ref("b.jpg", "bb"), "ok", readers="t-1"), WITH)
        yield opened


def bodies(store):
    with store.transaction() as connection:
        return " ".join(connection.scalars(select(audit.c.body)))


def test_nothing_that_was_typed_stands_readable_in_the_audit(store):
    assert NIK not in bodies(store)
    assert "Siti" not in bodies(store)
    assert '"field":"nik"' in bodies(store)
    assert Ledger(store).verify() == ()
    assert Ledger(store).decisions()["uuid:a"][0].raw == NIK


def test_who_is_erased_is_gone_and_the_chain_holds_through_it(store, tmp_path, database):
    head = Ledger(store).head()
    assert erase(store, ["uuid:a"], [ref("a.jpg", "aa")], "Sri", AT) == 1
    ledger = Ledger(store)
    assert ledger.verify(head) == ()
    assert ledger.decisions().keys() == {"uuid:b"}
    found = {one.ref.scan: (one.status, one.reason) for one in store.outcomes()}
    assert found == {"a.jpg": ("rejected", "erased"), "b.jpg": ("ok", "")}
    for newer in (WITH, ReadWith("2", frozenset(), "", "t-2")):
        assert ("aa", 1) in store.known(newer)
    ledger.decide(Decision("uuid:a", "nik", 1, "value", "1", (), "", "Ani"), AT)
    assert ledger.verify(head) == ()
    if not database:
        store.close()
        kept = b"".join(file.read_bytes() for file in tmp_path.glob("formscan.db*"))
        assert kept.count(NIK.encode()) == 1


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM record_keys WHERE record='uuid:a'", [(1, "key_removed")]),
        ("UPDATE record_keys SET record='x' WHERE record='uuid:b'", [(2, "key_removed")]),
        ("UPDATE decisions SET comment='' WHERE entry=2", [(2, "decision_changed")]),
    ],
)
def test_a_key_that_goes_without_an_erasure_is_found(store, statement, found):
    with store.transaction() as connection:
        connection.execute(text(statement))
    assert [(one.entry, one.what) for one in Ledger(store).verify()] == found


def test_a_decision_put_back_after_an_erasure_is_found(store):
    erase(store, ["uuid:a"], [], "Sri", AT)
    with store.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO decisions (entry, record, field, row, kind, raw, codes, comment,"
                " reviewer, reading_sha256, at)"
                " VALUES (1, 'uuid:a', 'nik', 1, 'value', '9', '', '', 'Ani', '', '')"
            )
        )
    assert [(one.entry, one.what) for one in Ledger(store).verify()] == [(1, "decision_added")]


def test_a_head_may_be_typed_in_groups_and_in_part_but_not_guessed(store):
    number, _, sha256 = Ledger(store).head().partition(":")
    typed = " ".join(sha256[start : start + 8] for start in range(0, 64, 8))
    ledger = Ledger(store)
    assert ledger.verify(f"{number}: {typed.upper()}") == ()
    assert ledger.verify(f"{number}:{sha256[:16]}") == ()
    for wrong in (f"{number}:{sha256[:15]}", f"{number}:", f"1:{sha256}", "nonsense", "0:0"):
        assert [one.what for one in ledger.verify(wrong)] == ["head"]
