"""The certificate that the review page makes for itself."""

from __future__ import annotations

import datetime as dt
import stat

import pytest

from formscan.errors import SettingsError
from formscan.review.certificate import make_certificate, read_certificate
from formscan.review.people import People
from formscan.review.serve import Listening


def test_a_certificate_is_made_once_and_anew_where_it_does_not_fit(tmp_path):
    now = dt.datetime.now(dt.UTC)
    first = make_certificate("192.168.7.7", now, tmp_path)
    assert {"192.168.7.7", "localhost", "127.0.0.1"} <= {*first.names}
    assert make_certificate("192.168.7.7", now, tmp_path) == first
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert make_certificate("192.168.7.8", now, tmp_path) != first
    second = make_certificate("192.168.7.8", now, tmp_path)
    assert make_certificate("192.168.7.8", now + dt.timedelta(days=395), tmp_path) != second
    with pytest.raises(SettingsError):
        read_certificate(tmp_path / "key.pem", tmp_path / "key.pem")


def test_the_page_is_called_by_the_names_of_its_certificate(tmp_path):
    made = make_certificate("192.168.7.7", dt.datetime.now(dt.UTC), tmp_path)
    at = Listening("192.168.7.7", 8765, made, People(tmp_path / "people.json"))
    assert "192.168.7.7:8765" in at.door(8765).hosts
    assert "evil.example:8765" not in at.door(8765).hosts
    assert at.link(8765) == "https://192.168.7.7:8765"
