from __future__ import annotations

import pytest

from formscan.record import Problem
from formscan.rules import load_rules
from formscan.rules.explain import explain, meaning


@pytest.mark.parametrize(
    ("problem", "language", "sentence"),
    [
        ("R04:anggota[2].hubungan", "id",
         "Baris 2, 10. Hubungan dengan kepala keluarga: Istri harus berstatus kawin (7)."),
        ("R03:anggota[2].hubungan", "en", "Row 2, 10. Relation to head: A wife must be female."),
        ("R20:kode_desa", "en", "Village: Village code is not in the region table."),
        ("constraint:rw", "en", "Hamlet/RW: RW has 3 digits."),
        ("required:anggota[1].nama", "en", "Row 1, 2. Name: must be filled but is blank"),
        ("nowhere:kk_akhir_h2", "en", "kk_akhir_h2: "),
    ],
)  # fmt: skip
def test_a_problem_says_row_question_and_what_is_wrong(fk23, problem, language, sentence):
    code, _, field = problem.partition(":")
    assert explain(Problem(code, field), fk23, language) == sentence


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_python_rule_has_its_sentence(language):
    for name in load_rules():
        assert len(meaning(f"{name}:confirmed", "x", (), language)) > 30
