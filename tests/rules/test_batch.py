"""Whole batches: what stands in two records, here or in an earlier folder, and the header."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from formscan.batch import load_setup, run_batch, settle_batch
from formscan.decision import Decision
from formscan.errors import SettingsError
from formscan.export import write_outputs
from formscan.settings import compose
from formscan.store import Ledger, ReadWith, open_store

WITH = ReadWith("0", frozenset(), "", "r")
OWN = Path(__file__).parents[1] / "validate" / "family.json"


@pytest.fixture
def batch_of(tmp_path, pages_of, fk23):
    """Make a batch folder of families: ``batch_of("a", [(serial, values)])``."""

    def make(name, families, **surroundings):
        empty = tmp_path / "no-scans"
        empty.mkdir(exist_ok=True)
        out = tmp_path / name
        settings = compose([str(empty)], out, forms=("fk23",), **surroundings)
        with open_store(out) as store:
            run_batch(settings, load_setup(["fk23"]), store, date(2023, 8, 1))
            for serial, values in families:
                for page in pages_of(values, serial=serial):
                    store.save(page, WITH)
            write_outputs(out, store.templates(), settle_batch(store), xlsx=False)
        return out

    return make


def table(out, name):
    with (out / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def problems(out):
    return [row["_problems"] for row in table(out, "fk23.csv")]


@pytest.fixture
def two_families(written):
    """Two families that share nothing but one person."""
    family = json.loads(OWN.read_text(encoding="utf-8"))
    first, second = written(family), written(family)
    second["no_kk", None], second["kk_akhir_h2", None] = "6402010107150002", "150002"
    second["nik", 1], second["nik", 2] = "6402010502800009", "6402016108850009"
    return first, second


def test_one_number_in_two_records_of_the_batch(batch_of, two_families):
    first, second = two_families
    out = batch_of("a", [("00000001", first), ("00000002", second)])
    assert problems(out) == ["duplicate:anggota[3].nik"] * 2
    assert {row["_status"] for row in table(out, "fk23.csv")} == {"accepted"}
    items = [(item["field"], item["row"], item["reason"]) for item in table(out, "review.csv")]
    assert items == [("nik", "3", "warning")] * 2
    assert all(row["nik"] for row in table(out, "fk23-anggota.csv"))


def test_one_number_in_this_batch_and_an_earlier_one(batch_of, two_families):
    first, second = two_families
    earlier = batch_of("earlier", [("00000001", first)])
    assert table(earlier, "review.csv") == []
    out = batch_of("b", [("00000002", second)], against=(earlier,))
    assert problems(out) == ["duplicate:anggota[3].nik"]


def test_a_record_that_an_earlier_batch_holds_is_held_back(batch_of, two_families):
    first, second = two_families
    earlier = batch_of("earlier", [("00000001", first)])
    out = batch_of("b", [("00000001", first), ("00000002", second)], against=(earlier,))
    one, other = table(out, "fk23.csv")
    assert one["KEY"] == table(earlier, "fk23.csv")[0]["KEY"]
    assert (one["_status"], other["_status"]) == ("review", "accepted")
    assert "seen_before:_serial" in one["_problems"].split()
    assert "seen_before" not in other["_problems"]
    waiting = [item for item in table(out, "review.csv") if item["reason"] == "seen_before"]
    assert [(item["record"], item["field"]) for item in waiting] == [(one["KEY"], "_serial")]


def test_a_person_lets_a_second_record_of_a_serial_stand(batch_of, two_families):
    first, _ = two_families
    earlier = batch_of("earlier", [("00000001", first)])
    out = batch_of("b", [("00000001", first)], against=(earlier,))
    key, codes = table(out, "fk23.csv")[0]["KEY"], ("seen_before",)
    with open_store(out) as store:
        stands = Decision(key, "_serial", None, "confirmed", codes=codes, reviewer="Ani")
        Ledger(store).decide(stands, "2023-08-01")
        write_outputs(out, store.templates(), settle_batch(store), xlsx=False)
    assert table(out, "review.csv") == []
    assert problems(out) == ["seen_before:_serial:confirmed"]


def test_what_an_earlier_batch_rejected_may_come_again(batch_of, two_families):
    first, _ = two_families
    earlier = batch_of("earlier", [("00000001", first)])
    rows = (earlier / "fk23.csv").read_text(encoding="utf-8")
    (earlier / "fk23.csv").write_text(rows.replace(",accepted,", ",rejected,"), encoding="utf-8")
    assert problems(batch_of("b", [("00000001", first)], against=(earlier,))) == [""]


def test_a_table_that_lacks_its_keys_is_named(batch_of, two_families):
    first, _ = two_families
    earlier = batch_of("earlier", [("00000001", first)])
    (earlier / "fk23.csv").write_text("no_kk\n6402010107150001\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"fk23\.csv cannot be read \(KEY, _status\)"):
        batch_of("b", [("00000001", first)], against=(earlier,))


def test_an_earlier_batch_is_remembered_and_missed_with_a_remedy(batch_of, two_families):
    first, second = two_families
    earlier = batch_of("earlier", [("00000001", first)])
    out = batch_of("b", [("00000002", second)], against=(earlier,))
    with open_store(out) as store:
        ((record,),) = [each.records for each in settle_batch(store)]
        assert [str(problem) for problem in record.problems] == ["duplicate:anggota[3].nik"]
        shutil.rmtree(earlier)
        with pytest.raises(SettingsError, match="put it back"):
            list(settle_batch(store))


def test_a_folder_that_is_no_batch_is_refused_before_page_one_and_not_remembered(
    batch_of, two_families, tmp_path
):
    first, _ = two_families
    (tmp_path / "holiday").mkdir()
    with pytest.raises(SettingsError, match="holiday"):
        batch_of("a", [("00000001", first)], against=(tmp_path / "holiday",))
    assert problems(batch_of("a", [("00000001", first)])) == [""]


def test_a_number_in_review_is_held_against_nobody(batch_of, two_families):
    first, second = two_families
    first["nik", 3] = second["nik", 3] = "640201171110000?"
    assert problems(batch_of("a", [("00000001", first), ("00000002", second)])) == ["", ""]


def test_the_header_of_the_batch_file(batch_of, two_families, tmp_path):
    file = tmp_path / "batch.toml"
    file.write_text('[header]\narea = "640202"\nserials = "2-9"\n', encoding="utf-8")
    (row,) = table(batch_of("a", [("00000001", two_families[0])], file=file), "fk23.csv")
    assert row["_problems"] == "serial_listed:no_seri in_area:kode_desa"
    assert (row["_status"], row["kode_desa"]) == ("review", "")
