from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from formscan.cli import main
from formscan.decision import Decision
from formscan.store import Leases, Ledger, open_store

AT = "2024-05-17T08:00:00+00:00"


def decision(number: int) -> Decision:
    return Decision("uuid:a", "jk", number, "value", str(number), ("R1", "R2"), "", "Ani", "ff")


@pytest.fixture
def out(tmp_path, database):
    """A store with a login, five decisions and a view in its audit."""
    with open_store(tmp_path, database) as store:
        ledger = Ledger(store)
        ledger.note("Ani", "login", {}, AT)
        for number in range(1, 6):
            ledger.decide(decision(number), AT)
        ledger.note("Ani", "view", {"scan": "a.jpg"}, AT)
    return tmp_path


def tampered(out, *statements):
    with open_store(out) as store:
        with store.transaction() as connection:
            for statement in statements:
                connection.execute(text(statement.replace(":", "\\:")))
        return [(one.entry, one.what) for one in Ledger(store).verify()]


def test_decisions_come_back_in_order(out):
    with open_store(out) as store:
        assert Ledger(store).decisions() == {"uuid:a": [decision(n) for n in range(1, 6)]}
        assert Ledger(store).decisions("uuid:b") == {}
        assert Ledger(store).verify() == ()


SEALED_WRONGLY = '{"record": "uuid:a", "sealed": "*"}'


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET body='{}' WHERE entry=3", (3, "changed")),
        ("UPDATE audit SET body='no JSON' WHERE entry=3", (3, "changed")),
        ("UPDATE audit SET body='[7]' WHERE entry=3", (3, "changed")),
        ("UPDATE audit SET body='{\"sealed\": 7}' WHERE entry=3", (3, "changed")),
        (f"UPDATE audit SET body='{SEALED_WRONGLY}' WHERE entry=3", (3, "changed")),
        ("UPDATE audit SET action='erased', body='x' WHERE entry=3", (3, "changed")),
        ("UPDATE meta SET value='nonsense' WHERE name='audit_head'", (7, "added")),
        ("UPDATE audit SET person='Budi' WHERE entry=3", (3, "changed")),
        ("UPDATE audit SET at='2025' WHERE entry=1", (1, "changed")),
        ("DELETE FROM audit WHERE entry=4", (4, "removed")),
        ("DELETE FROM audit WHERE entry=1", (1, "removed")),
        ("DELETE FROM audit WHERE entry>=6", (6, "end_removed")),
        ("UPDATE decisions SET raw='9' WHERE entry=3", (3, "decision_changed")),
        ("UPDATE decisions SET codes='' WHERE entry=3", (3, "decision_changed")),
        ("UPDATE decisions SET reviewer='Budi' WHERE entry=3", (3, "decision_changed")),
        ("DELETE FROM decisions WHERE entry=3", (3, "decision_removed")),
        ("UPDATE decisions SET entry=99 WHERE entry=3", (99, "decision_added")),
    ],
)
def test_whatever_is_changed_or_removed_is_found_and_named(out, statement, found):
    assert found in tampered(out, statement)


def test_entries_that_changed_places_are_found(out):
    assert tampered(
        out,
        "UPDATE audit SET entry=100 WHERE entry=3",
        "UPDATE audit SET entry=3 WHERE entry=4",
        "UPDATE audit SET entry=4 WHERE entry=100",
    )


def test_an_audit_made_anew_fails_only_against_the_printed_head(out, tmp_path_factory):
    with open_store(out) as store:
        head = Ledger(store).head()
        Ledger(store).decide(decision(6), AT)
        assert Ledger(store).verify(head) == ()
    with open_store(tmp_path_factory.mktemp("anew")) as store:
        for number in range(1, 9):
            Ledger(store).decide(decision(number), AT)
        assert Ledger(store).verify() == ()
        assert [one.what for one in Ledger(store).verify(head)] == ["head"]


def test_the_command_names_the_entry_and_fails(out):
    done = CliRunner().invoke(main, ["--lang", "en", "audit", "verify", str(out)])
    assert (done.exit_code, "7 entries" in done.output) == (0, True)
    tampered(out, "UPDATE audit SET body='{}' WHERE entry=3")
    done = CliRunner().invoke(main, ["--lang", "en", "audit", "verify", str(out)])
    assert (done.exit_code, "Entry 3: was changed" in done.output) == (7, True)


def test_writers_at_the_same_time_do_not_fork_the_chain(tmp_path, database):
    with open_store(tmp_path, database) as store:
        ledger = Ledger(store)
        with ThreadPoolExecutor(6) as threads:
            entries = list(threads.map(lambda n: ledger.decide(decision(n), AT), range(60)))
        assert sorted(entries) == list(range(1, 61))
        assert ledger.verify() == ()


def test_a_lease_is_held_by_one_until_it_ends(tmp_path, database):
    with open_store(tmp_path, database) as store:
        leases = Leases(store)
        assert leases.take("a", "Ani", 1000.0)
        assert leases.take("a", "Ani", 1100.0)
        assert not leases.take("a", "Budi", 1200.0)
        assert leases.held(1200.0) == {"a": "Ani"}
        assert leases.take("a", "Budi", 1701.0)
        leases.give_back(["a"], "Ani")
        assert leases.held(1800.0) == {"a": "Budi"}
        leases.give_back_all("Budi")
        assert leases.held(1800.0) == {}


def test_a_lease_from_a_clock_that_was_put_back_binds_nobody(tmp_path):
    with open_store(tmp_path) as store:
        leases = Leases(store)
        assert leases.take("a", "Ani", 1_000_000.0)
        assert leases.held(5.0) == {}
        assert leases.take("a", "Budi", 5.0)


def test_one_of_many_at_once_gets_the_lease(tmp_path, database):
    with open_store(tmp_path, database) as store, ThreadPoolExecutor(8) as threads:
        leases = Leases(store)
        for item in range(10):
            takers = [threads.submit(leases.take, f"{item}", f"{who}", 0.0) for who in range(8)]
            took = [taker.result() for taker in takers]
            assert sum(took) == 1


def test_a_store_from_before_review_is_brought_along(tmp_path):
    with open_store(tmp_path) as store, store.transaction() as connection:
        for table in ("audit", "decisions", "leases"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("CREATE TABLE decisions (id INTEGER PRIMARY KEY, action TEXT)"))
        connection.execute(text("UPDATE meta SET value='1' WHERE name='schema'"))
    with open_store(tmp_path) as store:
        Ledger(store).decide(decision(1), AT)
        assert Ledger(store).verify() == ()
