from __future__ import annotations

import csv
import json

import pytest
from jsonschema import Draft202012Validator

from formscan.export import write_outputs
from formscan.export.record_schema import record_schema
from formscan.record import FieldValue, Record
from formscan.settle import Settled
from formscan.templates.build import template_json
from formscan.templates.load import load_template
from formscan.templates.model import json_schema

KEY = "uuid:11111111-2222-5333-8444-555555555555"


@pytest.fixture
def tables(tmp_path, mini):
    """The tables of one record with one row, as a CSV reader gives them."""
    values = tuple(
        FieldValue(
            name=name, row=row, repeat="anggota" if row else "", page=1, raw="2", value="2",
            confidence=0.9999, status="accepted", reader="mark-1", scan="a.jpg", frame=1,
        )
        for name, row in (("status", None), ("jk", 1), ("kawin", 1))
    )  # fmt: skip
    record = Record(
        key=KEY, form="mini", version="1", serial="00000012", print_run="ABC123",
        status="accepted", values=values, scans=("a.jpg#1",),
    )  # fmt: skip
    write_outputs(tmp_path, [mini], [Settled((record,), (), ())])
    found = {}
    for name in ("mini", "mini-anggota"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            found[name] = list(csv.DictReader(stream))
    return found


def problems(schema, document) -> list[str]:
    Draft202012Validator.check_schema(schema)
    return [str(error.json_path) for error in Draft202012Validator(schema).iter_errors(document)]


def test_the_tables_of_a_run_keep_the_schema_of_their_form(mini, tables):
    schema = record_schema(mini, "id")
    assert [len(rows) for rows in tables.values()] == [1, 1]
    assert problems(schema, tables) == []
    assert list(schema["$defs"]["mini"]["properties"]) == list(tables["mini"][0])


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("mini", "status", "9"),
        ("mini", "KEY", "1"),
        ("mini", "_status", "done"),
        ("mini", "_serial", "12"),
        ("mini-anggota", "jk", "x"),
        ("mini-anggota", "KEY", f"{KEY}/anggota[0]"),
        ("mini-anggota", "other", ""),
    ],
)
def test_what_a_cell_may_not_say_breaks_it(mini, tables, table, column, value):
    tables[table][0][column] = value
    (path, *_) = problems(record_schema(mini, "id"), tables)
    assert path.startswith(f"$['{table}'][0]" if "-" in table else f"$.{table}[0]")


def test_a_missing_column_breaks_it(mini, tables):
    del tables["mini"][0]["air"]
    assert problems(record_schema(mini, "en"), tables) == ["$.mini[0]"]


def test_dates_numbers_and_several_codes_have_a_shape():
    rows = record_schema(load_template("posyandu"), "id")["$defs"]["posyandu-anak"]["properties"]
    told = {name: cell for name, cell in rows.items() if "pattern" in cell}
    for name, good, bad in (("tgl_lahir", "2023-07-01", "1/7/2023"), ("berat", "12", "12 kg")):
        assert problems(told[name], good) == problems(told[name], "") == []
        assert problems(told[name], bad) == ["$"]


def test_titles_are_in_the_language_asked_for():
    fk23 = load_template("fk23")
    for language, word in (("id", "No. Kartu Keluarga"), ("en", "Family card number")):
        cells = record_schema(fk23, language)["$defs"]["fk23"]["properties"]
        assert cells["no_kk"]["title"].casefold().endswith(word.casefold())


@pytest.mark.parametrize("form", ["fk23", "posyandu"])
def test_templates_keep_their_schema_and_damaged_ones_do_not(form):
    document = json.loads(template_json(load_template(form)))
    validator = Draft202012Validator(json_schema())
    assert list(validator.iter_errors(document)) == []
    document["pages"][0]["fields"][0]["kind"] = "combo"
    document["pages"][0].pop("width_mm")
    paths = {error.json_path for error in validator.iter_errors(document)}
    assert paths == {"$.pages[0]", "$.pages[0].fields[0].kind"}
