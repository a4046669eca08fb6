"""Several people at two servers of one batch: nothing is lost, nothing is done twice."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from formscan.decision import Decision
from formscan.review.answers import Answer, Window
from formscan.review.desk import Desk
from formscan.review.item import LANES
from formscan.review.trust import Session
from formscan.store import LEASE_S, Leases, Ledger, open_store

PEOPLE = ("Ani", "Budi", "Cici")
ANSWERS = {"nama": "SITI AMINAH", "nik": "3301014508900001", "tgl_lahir": "05081990", "jk": "2",
           "hubungan": "1"}  # fmt: skip
AT = "2024-05-17T08:00:00+00:00"

person = st.sampled_from(PEOPLE)
KINDS = ("value", "blank", "illegible", "confirmed", "supervisor", "callback")
server = st.sampled_from((0, 1))


class Server:
    """One ``formscan review`` on a batch that others work on, too."""

    def __init__(self, out, clock, store=None):
        self.store = store or open_store(out, make=False)
        self.desk = Desk(self.store)
        self.desk.open()
        self.window = Window(self.desk, Leases(self.store), clock)
        self.people = {name: Session(name, "id") for name in PEOPLE}

    def waiting(self):
        with self.desk.alone():
            return {one.id: one for lane in LANES for one in self.desk.waiting(lane=lane)}


class Queue(RuleBasedStateMachine):
    """Leases, answers, undone answers, killed servers and time, in any order."""

    make_batch = None

    def __init__(self):
        super().__init__()
        self.out = self.make_batch()
        self.now = 1000.0
        self.store = open_store(self.out, make=False)
        self.servers = [Server(self.out, lambda: self.now) for _ in range(2)]
        self.hands: dict[str, tuple[str, float]] = {}
        self.kept = 0

    def teardown(self):
        self.now += LEASE_S + 1
        last = self.servers[0]
        cici, seen = last.people["Cici"], []
        for lane in LANES:
            for _ in range(60):
                item = last.window.next_item(cici, "", lane, "")
                if item is None:
                    break
                seen.append(item.id)
                self.answer(last, "Cici", item, "illegible")
        assert last.waiting() == {}
        decided = Ledger(self.store).decisions()
        made = [one for one in itertools.chain(*decided.values()) if one.kind != "undo"]
        assert len(made) == self.kept
        for one in (self.store, *(each.store for each in self.servers)):
            one.close()

    def truth(self):
        """What waits by the store alone, as a server finds it that starts now."""
        return Server(self.out, lambda: self.now, self.store).waiting()

    def held_by_other(self, item, name):
        holder, until = self.hands.get(item, ("", 0.0))
        return until > self.now and holder != name

    @rule(name=person, at=server, lane=st.sampled_from(LANES))
    def lease(self, name, at, lane):
        here = self.servers[at]
        item = here.window.next_item(here.people[name], "", lane, "")
        waiting = self.truth()
        same_queue = {i for i, one in waiting.items() if one.lane == lane}
        if item is None:
            assert all(self.held_by_other(one, name) for one in same_queue)
        else:
            assert item.id in same_queue
            assert not self.held_by_other(item.id, name)
            self.hands[item.id] = (name, self.now + LEASE_S)

    @precondition(lambda self: self.hands)
    @rule(pick=st.integers(0, 20), at=server, kind=st.sampled_from(KINDS), by=st.none() | person)
    def decide(self, pick, at, kind, by):
        """Whoever was given the item, perhaps long ago; or somebody who was not."""
        item, (holder, _) = sorted(self.hands.items())[pick % len(self.hands)]
        waiting = self.truth()
        name = by or holder
        here = self.servers[at]
        if item not in waiting:
            taken = here.window.answer(here.people[name], Answer(item, kind, typed="x"))
            assert taken.refused == "gone"
            return
        self.answer(here, name, waiting[item], kind)

    def answer(self, here, name, item, kind):
        typed = ANSWERS[item.field] if kind in ("value", "confirmed") else ""
        answer = Answer(item.id, kind, typed=typed, comment="?", again=True)
        other = self.held_by_other(item.id, name)
        taken = here.window.answer(here.people[name], answer)
        if taken.differs:
            taken = here.window.answer(here.people[name], answer)
        assert (taken.refused == "in_other_hands") == other
        assert taken.refused != "gone"
        if not other:
            self.hands[item.id] = (name, self.now + LEASE_S)
        if not taken.refused:
            assert not taken.differs
            self.kept += 1
            if not taken.stays:
                self.hands.pop(item.id)

    @rule(name=person, at=server)
    def undo(self, name, at):
        here = self.servers[at]
        undone = here.window.undo(here.people[name])
        if undone.item is not None:
            assert not self.held_by_other(undone.item.id, name)
            self.hands[undone.item.id] = (name, self.now + LEASE_S)

    @precondition(lambda self: self.hands)
    @rule(pick=st.integers(0, 20), at=server)
    def put_off(self, pick, at):
        item, (holder, _) = sorted(self.hands.items())[pick % len(self.hands)]
        here = self.servers[at]
        here.window.give_back(item, here.people[holder])
        self.hands.pop(item)

    @rule(at=server)
    def crash(self, at):
        """Everything that the server knew is gone; its clients come back without a session."""
        self.servers[at].store.close()
        self.servers[at] = Server(self.out, lambda: self.now)

    @rule(passed_s=st.sampled_from([1.0, LEASE_S / 2, LEASE_S + 1.0]))
    def wait(self, passed_s):
        self.now += passed_s

    @invariant()
    def nothing_is_lost(self):
        truth = self.truth().keys()
        for one in self.servers:
            assert one.waiting().keys() == truth
        assert Ledger(self.store).verify() == ()


def test_nothing_is_lost_or_done_twice_whatever_happens(database, save_families, tmp_path_factory):
    def make_batch(_self):
        out = tmp_path_factory.mktemp("batch") / "out"
        with open_store(out, database) as store:
            save_families(store)
        return out

    machine = type("Case", (Queue,), {"make_batch": make_batch})
    how = settings(
        max_examples=3 if database else 6, stateful_step_count=14, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=how)


@pytest.fixture
def batch(tmp_path, database, save_families):
    with open_store(tmp_path / "out", database) as store:
        save_families(store)
    return tmp_path / "out"


def test_many_at_two_servers_at_once_do_each_item_once(batch):
    with ExitStack() as closing:
        servers = [Server(batch, lambda: 1000.0) for _ in range(2)]
        for one in servers:
            closing.callback(one.store.close)
        wanted = len(servers[0].waiting())

        def work(number):
            here, who = servers[number % 2], Session(f"P{number}", "id")
            done, refused = 0, 0
            while item := here.window.next_item(who, "", "", ""):
                answer = Answer(item.id, "illegible")
                taken = here.window.answer(who, answer)
                done, refused = done + (not taken.refused), refused + bool(taken.refused)
            return done

        with ThreadPoolExecutor(6) as threads:
            done = list(threads.map(work, range(6)))
        ledger = Ledger(servers[0].store)
        made = list(itertools.chain(*ledger.decisions().values()))
        assert sum(done) == len(made)
        assert len({(one.record, one.field, one.row) for one in made}) == len(made)
        assert len(made) >= wanted
        assert ledger.verify() == ()
        assert servers[1].waiting() == {}


def test_a_decision_after_one_that_was_not_seen_is_not_kept(batch):
    with open_store(batch) as store:
        ledger = Ledger(store)
        mine, theirs = (Decision("uuid:a", "jk", 1, "value", raw) for raw in "12")
        assert ledger.decide(theirs, AT, seen=0) == 1
        assert ledger.decide(mine, AT, seen=0) == 0
        assert ledger.decide(Decision("uuid:a", "jk", None, "value", "1"), AT, seen=0) == 2
        assert ledger.decide(mine, AT, seen=2) == 3
        assert ledger.since(1)[0] == 3
        assert ledger.verify() == ()
