"""Ten thousand logins: hardly any guess is looked at, and memory stays as it is."""

from __future__ import annotations

import tracemalloc
from types import SimpleNamespace

import pytest
from starlette.datastructures import Headers

from formscan.review.attempts import Attempts
from formscan.review.people import People
from formscan.review.trust import LoginRefused, Sessions

SECRET = "kopi-tubruk-pagi"


@pytest.fixture
def gate(tmp_path):
    """The door alone, at a time that the test tells."""
    made = SimpleNamespace(people=People(tmp_path / "people.json"), now=1_700_000_000.0)
    made.people.add("Ani", "reviewer", SECRET)
    made.sessions = Sessions((), "id", "formscan_8765", made.people, lambda: made.now)
    return made


def test_of_ten_thousand_guesses_hardly_any_is_looked_at(gate, monkeypatch):
    looked_at = []
    monkeypatch.setattr(gate.people, "check", lambda *given: looked_at.append(given))
    waits = 0
    for number in range(10_000):
        gate.now += 0.01
        try:
            gate.sessions.login("Ani", f"guess {number}", f"10.0.{number % 7}.1")
        except LoginRefused as refused:
            waits += refused.wait_s > 0
    assert waits == 10_000 - len(looked_at)
    assert len(looked_at) <= 12
    for number in range(1000):
        with pytest.raises(LoginRefused):
            gate.sessions.login(f"name {number}", "x", "10.9.9.9")
    assert len(looked_at) <= 17


def test_ten_thousand_names_from_ten_thousand_computers_fill_no_memory(gate, monkeypatch):
    monkeypatch.setattr(gate.people, "check", lambda *given: None)
    tracemalloc.start()
    try:
        for number in range(10_000):
            with pytest.raises(LoginRefused):
                gate.sessions.login(f"name {number}", "x", f"10.0.{number}")
        first, _ = tracemalloc.get_traced_memory()
        for number in range(10_000, 20_000):
            with pytest.raises(LoginRefused):
                gate.sessions.login(f"name {number}", "x", f"10.0.{number}")
        last, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert last - first < 300_000  # a try that were kept takes 200 bytes and more


def test_ten_thousand_logins_of_one_person_keep_the_last_few(gate, monkeypatch):
    known = gate.people.all()["Ani"]
    monkeypatch.setattr(gate.people, "check", lambda *given: known)
    first, *_, last = [gate.sessions.login("Ani", SECRET, "10.0.0.1") for _ in range(10_000)]
    headers = [Headers({"cookie": f"formscan_8765={value}"}) for value, _ in (first, last)]
    assert [gate.sessions.find(one) for one in headers] == [None, last[1]]


def test_pauses_grow_and_are_forgotten():
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    assert [attempts.begin("a") for _ in range(6)] == [0, 0, 0, 0, 0, 2]
    assert attempts.begin("b") == 0
    now[0] = 2
    assert [attempts.begin("a"), attempts.begin("a")] == [0, 4]
    attempts.forgive("a")
    assert attempts.begin("a") == 0
    now[0] = 4000
    assert [attempts.begin("b") for _ in range(5)] == [0] * 5
