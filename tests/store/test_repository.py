from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st

from formscan.errors import SettingsError, StoreError, TemplateError
from formscan.page import Identity, PageRef
from formscan.reading import PageOutcome
from formscan.store import ReadWith, open_store

WITH = ReadWith(version="1", templates=frozenset({"t1"}), forced="", readers="mark-1")


def outcome(
    scan: str, sha: str, serial: str = "", frame: int = 1, status: str = "ok"
) -> PageOutcome:
    identity = Identity("mini", "1", 1, serial, "ABC123") if serial else None
    return PageOutcome(
        ref=PageRef(f"/x/{scan}", frame, scan, sha),
        status=status,
        identity=identity,
        template_sha256="t1" if serial else "",
        readers="mark-1",
    )


@pytest.fixture
def store(tmp_path, database):
    with open_store(tmp_path / "out", database) as opened:
        yield opened


@pytest.mark.parametrize("reason", ["worker_died", "internal_error"])
def test_a_page_that_the_computer_may_have_failed_is_read_again(store, reason):
    failed = replace(outcome("a.jpg", "aa", status="rejected"), reason=reason)
    store.save(failed, WITH)
    assert store.known(WITH) == frozenset()
    store.save(outcome("a.jpg", "aa", "00000001"), WITH)
    assert store.known(WITH) == {("aa", 1)}


def test_saving_twice_is_saving_once(store):
    one = outcome("a.jpg", "aa", "00000001")
    store.save(one, WITH)
    store.save(one, WITH)
    assert list(store.outcomes()) == [one]


def test_the_same_bytes_under_two_names_are_one_picture_and_two_pages(store):
    first = outcome("a.jpg", "aa", "00000001")
    store.save(first, WITH)
    store.note([PageRef("/x/b.jpg", 1, "b.jpg", "aa")])
    (group,) = store.groups()
    assert [one.ref.scan for one in group] == ["a.jpg", "b.jpg"]
    assert replace(group[1], ref=first.ref) == first


def test_a_name_that_a_scanner_used_again_is_another_page(store):
    store.save(outcome("SCAN0001.pdf", "aa", "00000001"), WITH)
    store.save(outcome("SCAN0001.pdf", "bb", "00000002"), WITH)
    assert [one.ref.sha256 for one in store.outcomes()] == ["aa", "bb"]


def test_a_file_that_becomes_readable_replaces_its_row(store):
    store.save(outcome("a.jpg", "", status="rejected"), WITH)
    store.save(outcome("b.jpg", "", status="rejected"), WITH)
    assert len(list(store.outcomes())) == 2
    assert store.known(WITH) == frozenset()
    store.save(outcome("a.jpg", "aa", "00000001"), WITH)
    assert [(one.ref.scan, one.ref.sha256) for one in store.outcomes()] == [
        ("a.jpg", "aa"),
        ("b.jpg", ""),
    ]


@pytest.mark.parametrize(
    ("other", "good", "bad"),
    [
        (replace(WITH, templates=frozenset({"t1", "t2"})), True, False),
        (replace(WITH, version="2"), True, False),
        (replace(WITH, readers="mark-2"), False, False),
        (replace(WITH, templates=frozenset({"t2"})), False, False),
        (WITH, True, True),
    ],
)
def test_a_page_is_read_again_only_if_it_could_come_out_differently(store, other, good, bad):
    store.save(outcome("good.jpg", "aa", "00000001"), WITH)
    store.save(outcome("bad.jpg", "bb", status="rejected"), WITH)
    known = store.known(other)
    assert (("aa", 1) in known, ("bb", 1) in known) == (good, bad)


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(6)))
def test_groups_do_not_depend_on_the_order_of_arrival(tmp_path_factory, order):
    pages = [
        outcome("c.jpg", "c", "00000001"),
        outcome("a.jpg", "a", "00000002"),
        outcome("b.pdf", "b", "00000001", frame=1),
        outcome("b.pdf", "b", "00000002", frame=2),
        outcome("d.jpg", "d"),
        outcome("e.jpg", "e", status="rejected"),
    ]
    with open_store(tmp_path_factory.mktemp("out")) as store:
        for index in order:
            store.save(pages[index], WITH)
        groups = [[(o.ref.scan, o.ref.frame) for o in group] for group in store.groups()]
    assert groups == [
        [("a.jpg", 1), ("b.pdf", 2)],
        [("b.pdf", 1), ("c.jpg", 1)],
        [("d.jpg", 1)],
        [("e.jpg", 1)],
    ]


def test_a_template_changed_under_its_version_is_refused(store, mini):
    store.add_templates([mini])
    store.add_templates([mini])
    assert store.templates() == (mini,)
    with pytest.raises(TemplateError, match="new version"):
        store.add_templates([mini.model_copy(update={"pages_per_record": 1})])


def test_settings_of_the_batch_are_remembered(tmp_path, database):
    with open_store(tmp_path, database) as store:
        assert store.meta("as_of") == ""
        store.set_meta("as_of", "2024-01-01")
        store.set_meta("as_of", "2024-01-02")
    with open_store(tmp_path) as store:
        assert store.meta("as_of") == "2024-01-02"


def test_a_folder_without_a_run_is_not_made_into_one(tmp_path):
    with pytest.raises(SettingsError, match="no formscan"):
        open_store(tmp_path / "typo", make=False)
    assert not (tmp_path / "typo").exists()


def test_a_store_of_a_newer_formscan_is_refused(tmp_path, database):
    with open_store(tmp_path, database) as store:
        store.set_meta("schema", "99")
    with pytest.raises(StoreError, match="newer formscan"):
        open_store(tmp_path)


def test_a_file_that_is_no_database_is_told_with_a_remedy(tmp_path):
    (tmp_path / "formscan.db").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(tmp_path)


def test_the_store_is_in_wal_mode(tmp_path):
    with open_store(tmp_path) as store, store._engine.connect() as connection:
        assert connection.scalar(sqlalchemy.text("PRAGMA journal_mode")) == "wal"
