from __future__ import annotations

import time

import pytest

from formscan.errors import TemplateError
from formscan.tables import lookup, regions, table_sha256


@pytest.mark.parametrize(
    ("code", "name", "state"),
    [
        ("64", "KALIMANTAN TIMUR", "current"),
        ("6402", "KAB. KUTAI KARTANEGARA", "current"),
        ("640201", "Muara Muntai", "current"),
        ("6404", "KAB. BULUNGAN", "retired"),
        ("640402", "KAB. BULUNGAN", ""),
        ("1603112009", "Ujan Mas Ulu", "added"),
        ("3602162018", "Cikaratuan", "dropped"),
        ("9902", "", ""),
        ("", "", ""),
        ("6402012999", "", ""),
    ],
)
def test_name_and_state(code, name, state):
    assert regions().name(code) == name
    assert regions().state(code) == state


def test_east_kalimantan_has_its_districts_and_villages():
    districts = list(regions().below("64"))
    subdistricts = [code for district in districts for code in regions().below(district)]
    assert len(districts) == 10
    assert len(subdistricts) == 105
    villages = sum(1 for code in subdistricts for _ in regions().below(code))
    assert villages == 1038


def test_pulldata_asks_for_names_by_code():
    assert lookup("wilayah", "nama", "kode", "6402") == "KAB. KUTAI KARTANEGARA"
    assert lookup("wilayah", "nama", "kode", "0000") == ""


@pytest.mark.parametrize(
    ("table", "wanted", "key"), [("desa", "nama", "kode"), ("wilayah", "nama", "id")]
)
def test_a_missing_table_or_column_is_a_template_error(table, wanted, key):
    with pytest.raises(TemplateError):
        lookup(table, wanted, key, "64")


def test_a_table_is_known_by_its_hash():
    assert len(table_sha256("wilayah")) == 64
    with pytest.raises(TemplateError, match="desa"):
        table_sha256("desa")


def test_reading_the_table_is_quick():
    regions.cache_clear()
    start = time.perf_counter()
    assert len(regions()) > 90_000
    assert time.perf_counter() - start < 5.0  # 40 ms on an idle core
