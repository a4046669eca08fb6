"""Where a batch is kept, and that it comes whole from its folder to a server."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from formscan.cli import main
from formscan.decision import Decision
from formscan.errors import SettingsError, StoreError
from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.store import Ledger, ReadWith, has_store, locked, move_store, open_store
from formscan.store.address import connect_arguments, new_address
from formscan.store.schema import metadata

AT = "2024-05-17T08:00:00+00:00"


def filled(out, mini):
    with open_store(out) as store:
        store.set_meta("as_of", "2024-05-17")
        store.add_templates([mini])
        with_what = ReadWith("1", frozenset({mini.sha256()}), "", "t-1")
        for number in range(3):
            ref = PageRef(f"/x/{number}.jpg", 1, f"{number}.jpg", f"{number:064}")
            store.save(PageOutcome(ref, "ok"), with_what)
        Ledger(store).decide(Decision("uuid:a", "jk", 1, "value", "2"), AT)


def contents(out):
    with open_store(out, make=False) as store, store.transaction() as connection:
        return {
            table.name: sorted(tuple(row) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def test_a_batch_moves_whole_to_a_server_and_is_found_there(tmp_path, mini, postgresql):
    filled(tmp_path, mini)
    before = contents(tmp_path)
    assert move_store(tmp_path, postgresql)
    assert not (tmp_path / "formscan.db").exists()
    assert has_store(tmp_path)
    assert contents(tmp_path) == before
    assert not move_store(tmp_path, postgresql)
    with open_store(tmp_path, make=False) as store:
        Ledger(store).decide(Decision("uuid:a", "jk", 2, "value", "1"), AT)
        assert Ledger(store).verify() == ()


def test_who_has_the_old_file_open_is_refused_after_a_move(tmp_path, mini, postgresql):
    filled(tmp_path, mini)
    with open_store(tmp_path) as old:
        assert move_store(tmp_path, postgresql)
        with pytest.raises(StoreError):
            Ledger(old).decide(Decision("uuid:a", "jk", 2, "value", "1"), AT)


def test_a_batch_that_a_run_holds_is_not_moved(tmp_path, mini, postgresql):
    filled(tmp_path, mini)
    with locked(tmp_path), pytest.raises(StoreError, match="another formscan run"):
        move_store(tmp_path, postgresql)
    assert (tmp_path / "formscan.db").exists()


def test_two_batches_in_one_database_do_not_see_each_other(tmp_path, postgresql):
    for name in ("a", "b"):
        with open_store(tmp_path / name, postgresql) as store:
            assert store.meta("as_of") == ""
            store.set_meta("as_of", name)
    with open_store(tmp_path / "a") as store:
        assert store.meta("as_of") == "a"


def test_a_batch_is_not_begun_twice_in_two_places(tmp_path, mini, postgresql):
    filled(tmp_path / "here", mini)
    with pytest.raises(StoreError, match=r"formscan\.db"):
        open_store(tmp_path / "here", postgresql)
    open_store(tmp_path / "there", postgresql).close()
    with pytest.raises(StoreError, match="is kept in postgresql://"):
        open_store(tmp_path / "there", postgresql.replace("/postgres?", "/other?"))


@pytest.mark.parametrize(
    "given",
    ["mysql://a@b/c", "postgresql://a@b", "nonsense", "postgresql://a@b/c?sslmode=maybe",
     "postgresql://a@b/c?options=x", "postgresql://a:p@b:port/c"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_the_remedy(given):
    with pytest.raises(SettingsError, match="postgresql://NAME@COMPUTER") as refused:
        new_address(given)
    assert ":p@" not in str(refused.value)


def test_a_password_stays_out_of_the_address(tmp_path, monkeypatch):
    with pytest.raises(SettingsError, match="PGPASSWORD") as refused:
        open_store(tmp_path, "postgresql://ani:rahasia@db/formscan")
    assert "rahasia" not in str(refused.value)
    address = new_address("postgresql://ani@db/formscan")
    monkeypatch.setenv("PGPASSWORD", "rahasia")
    assert connect_arguments(address)[1]["password"] == "rahasia"
    monkeypatch.delenv("PGPASSWORD")
    (tmp_path / "pass").write_text("other:*:*:*:x\n*:5432:form\\:scan:*:y\ndb:*:*:ani:a\\:b\n")
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pass"))
    assert connect_arguments(address)[1]["password"] == "a:b"


def test_another_computer_is_spoken_to_encrypted():
    def context(given):
        return connect_arguments(new_address(given))[1].get("ssl_context")

    assert context("postgresql://ani@db/formscan") is not None
    assert context("postgresql://ani@db/formscan?sslmode=verify-full").check_hostname
    assert context("postgresql://ani@127.0.0.1/formscan") is None
    assert context("postgresql://ani@db/formscan?sslmode=disable") is None


def test_a_server_that_does_not_answer_is_told_with_a_remedy(tmp_path):
    done = CliRunner().invoke(
        main, ["--lang", "en", "run", str(tmp_path), "--out", str(tmp_path / "o"),
               "--store", "postgresql://ani@127.0.0.1:1/formscan"],
    )  # fmt: skip
    assert (done.exit_code, "server runs" in done.output) == (7, True)
    assert not has_store(tmp_path / "o")


def test_a_run_is_kept_on_the_server_and_exported_from_there(
    tmp_path, mini_scans, mini_file, postgresql
):
    out = tmp_path / "out"
    line = ["run", str(mini_scans), "--out", str(out), "--form", str(mini_file)]
    done = CliRunner().invoke(main, [*line, "--engine", "serial", "--store", postgresql])
    assert done.exit_code == 0, done.output
    assert json.loads((out / "formscan.store").read_text())["url"].startswith("postgresql://")
    assert not (out / "formscan.db").exists()
    again = CliRunner().invoke(main, [*line, "--engine", "serial", "--json"])
    assert json.loads(again.output)["speed"]["pages_read"] == 0
    done = CliRunner().invoke(main, ["export", str(out), "-o", str(tmp_path / "t")])
    assert done.exit_code == 0, done.output
    for file in ("mini.csv", "pages.csv", "fields.csv"):
        assert (tmp_path / "t" / file).read_bytes() == (out / file).read_bytes()


def test_the_command_of_the_audit_reads_the_server(tmp_path, mini, postgresql):
    filled(tmp_path, mini)
    move_store(tmp_path, postgresql)
    done = CliRunner().invoke(main, ["--lang", "en", "audit", "verify", str(tmp_path)])
    assert (done.exit_code, "1 entry" in done.output) == (0, True)
