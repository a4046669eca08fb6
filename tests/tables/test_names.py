from __future__ import annotations

import numpy as np
import pytest

from formscan.tables.names import SYMBOLS, NameWords, name_words


def test_every_context_shares_out_its_next_letter() -> None:
    shares = np.exp(name_words().spelling).sum(axis=-1)
    assert shares == pytest.approx(np.ones((len(SYMBOLS),) * 3), abs=1e-4)


def test_names_are_likelier_than_the_same_letters_in_another_order() -> None:
    words = name_words()
    for name in ("SULASTRI", "RAHMAWATI", "GUNAWAN", "WIBISONO"):
        assert words.log_share(name) > words.log_share(name[::-1]) + 1
    assert words.log_share("SITI") > words.log_share("SLTL") + 5


def test_half_of_the_words_that_names_are_simulated_with_are_unknown() -> None:
    known = name_words().words
    assert 600 < len(known) < 800
    assert "SITI" in known
    assert "GUNAWAN" not in known
    assert sum(np.exp(list(known.values()))) == pytest.approx(1)


def test_a_usual_name_is_likelier_than_a_rare_one() -> None:
    words = NameWords.of({"SRI": 4.0, "SRU": 1.0})
    assert words.words["SRI"] > words.words["SRU"]
    assert words.log_share("SRI") == words.log_share("SRU")
