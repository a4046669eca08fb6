from __future__ import annotations

import csv
from pathlib import Path

import pytest

from formscan.templates.model import Field, Template

FIELDS_CSV = Path(__file__).parents[3] / "shared/domain/fields_fk23.csv"
PREPRINTED = {"id_template", "no_seri", "no_urut"}


def _fields(template: Template) -> list[Field]:
    return [field for page in template.pages for field in page.fields]


def _field(template: Template, name: str, row: int | None = None) -> Field:
    return next(f for f in _fields(template) if (f.name, f.row) == (name, row))


@pytest.mark.shared
@pytest.mark.skipif(not FIELDS_CSV.exists(), reason="needs ../shared")
def test_every_field_of_the_domain_report_is_printed(fk23: Template) -> None:
    with FIELDS_CSV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = {row["name"] for row in rows} - PREPRINTED
    printed = {field.name for field in _fields(fk23) if not field.paper_only}
    assert len(rows) == 88
    assert printed == wanted
    for row in rows:
        if row["name"] in PREPRINTED or not row["boxes_or_options"]:
            continue
        field = next(f for f in _fields(fk23) if f.name == row["name"])
        assert len(field.cells) + len(field.marks) == int(row["boxes_or_options"]), row["name"]


def test_the_counts_of_boxes(fk23: Template) -> None:
    assert len({field.name for field in _fields(fk23) if not field.paper_only}) == 85
    assert sum(len(field.marks) for field in _fields(fk23)) == 69
    row_one = [field for field in _fields(fk23) if field.row == 1]
    assert sum(len(field.cells) for field in row_one) == 68
    assert sum(len(field.cells) for field in fk23.pages[0].fields) == 548


def test_page_two_repeats_the_family_identity(fk23: Template) -> None:
    tail, number = _field(fk23, "kk_akhir_h2"), _field(fk23, "no_urut_h2")
    assert (len(tail.cells), tail.evidence, tail.paper_only) == (6, ("no_kk",), True)
    assert (len(number.cells), number.evidence) == (4, ("no_urut_keluarga",))


def test_continuation_pages_hold_the_later_rows(fk23: Template) -> None:
    assert [(p.page, p.rows, p.continuation) for p in fk23.pages] == [
        (1, (1, 7), False),
        (2, None, False),
        (3, (8, 14), True),
        (4, (15, 21), True),
    ]
    assert fk23.pages_per_record == 2
    assert len(_field(fk23, "lanjutan_dari_seri_h3").cells) == 8
    assert _field(fk23, "no_kk_h4").groups == (6, 6, 4)
    assert _field(fk23, "nama", 21).repeat == "anggota"


def test_families_that_were_not_met_need_page_one_alone(fk23: Template) -> None:
    assert fk23.complete_with_page_1 == (
        "/data/a/status_keluarga >= 3 and /data/a/status_keluarga <= 6"
    )
    required = {q.name: q.required for q in fk23.questions}
    assert required["ttd_kepala"] == required["ttd_kader"] == "/data/a/ditemukan  = 1"
    assert required["no_kk"] == "true()"


@pytest.mark.parametrize(
    ("name", "row", "kind", "value_type", "error_kind", "alphabet"),
    [
        ("nik", 1, "comb", "text", "id", "digits"),
        ("nama", 3, "comb", "text", "name", "name"),
        ("tgl_lahir", 8, "comb", "date", "date", "digits"),
        ("pekerjaan", 15, "comb", "select_one", "code", "digits"),
        ("kode_ibu", 1, "comb", "integer", "number", "digits"),
        ("kode_desa", None, "comb", "text", "code", "digits"),
        ("kode_kader", None, "comb", "text", "id", "digits"),
        ("no_rumah", None, "comb", "text", "text", "alnum"),
        ("hamil", None, "mark_group", "select_one", "mark", ""),
        ("aset", None, "mark_group", "select_multiple", "mark", ""),
        ("alamat", None, "text_line", "text", "text", ""),
        ("catatan", None, "text_line", "text", "text", ""),
        ("ttd_kepala", None, "signature", "image", "text", ""),
        ("perbaikan_h1", None, "text_line", "text", "text", ""),
    ],
)
def test_how_fields_are_read(
    fk23: Template, name: str, row: int | None, kind: str, value_type: str, error_kind: str,
    alphabet: str,
) -> None:  # fmt: skip
    field = _field(fk23, name, row)
    assert (field.kind, field.value_type, field.error_kind) == (kind, value_type, error_kind)
    assert field.alphabet == alphabet


def test_dates_say_their_pattern(fk23: Template) -> None:
    assert _field(fk23, "tgl_pendataan").pattern == "DDMMYYYY"
    assert _field(fk23, "kb_mulai").pattern == "MMYYYY"
    assert _field(fk23, "aset").multiple
    assert not _field(fk23, "hamil").multiple


def test_the_form_says_that_it_is_not_the_ministrys(fk23: Template) -> None:
    for page in fk23.pages:
        texts = [item.text for item in page.decor if item.kind == "text"]
        assert any("bukan formulir resmi" in text for text in texts)


def test_the_lookup_table_is_named_with_its_hash(fk23: Template) -> None:
    assert [table.name for table in fk23.tables] == ["wilayah"]
    assert len(fk23.tables[0].sha256) == 64
