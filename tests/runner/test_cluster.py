"""Who may join a cluster: safe addresses, keys, the same software and the same scans."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest

from formscan.errors import SettingsError
from formscan.page import PageRef
from formscan.runner import executor
from formscan.runner.desk import Terms
from formscan.runner.keys import TLS_FILES, make_keys, require_keys, require_safe
from formscan.runner.software import differences, software
from formscan.settings import RunnerOptions

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
WORKER = SimpleNamespace(address="tls://10.0.0.7:4000")


@pytest.mark.parametrize(
    ("address", "with_keys", "says"),
    [
        ("tcp://192.168.1.10:8786", False, "not encrypted"),
        ("tcp://192.168.1.10:8786", True, "not encrypted"),
        ("tcp://server:8786", False, "formscan cluster keys"),
        ("tls://192.168.1.10:8786", False, "--tls FOLDER"),
        ("192.168.1.10:8786", True, "write tls://"),
        ("tls://192.168.1.10", True, "write tls://"),
        ("tls://192.168.1.10:port", True, "write tls://"),
        ("http://192.168.1.10:80", True, "write tls://"),
    ],
)
def test_an_address_that_is_not_safe_is_refused_with_the_remedy(address, with_keys, says):
    with pytest.raises(SettingsError, match=says):
        require_safe(address, Path("keys") if with_keys else None)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://[::1]:1"])
def test_this_computer_may_be_spoken_to_as_it_is(address):
    require_safe(address, None)
    require_safe("tls://192.168.1.10:8786", Path("keys"))


def test_keys_are_made_once_and_kept_from_others(tmp_path):
    folder = tmp_path / "keys"
    assert make_keys(folder, NOW) == dt.date(2027, 12, 26)
    assert [Path(file).name for file in require_keys(folder)] == list(TLS_FILES)
    assert (folder / "key.pem").stat().st_mode & 0o077 == 0
    with pytest.raises(SettingsError, match="already"):
        make_keys(folder, NOW)
    (folder / "ca.pem").unlink()
    with pytest.raises(SettingsError, match=r"ca\.pem not there"):
        require_keys(folder)


def test_a_worker_with_other_software_is_named_with_what_differs(tmp_path):
    ours = software()
    assert Terms(ours, str(tmp_path)).refusal(WORKER) is None
    refusal = Terms({**ours, "numpy": "1.0"}, str(tmp_path)).refusal(WORKER)
    assert WORKER.address in refusal.say("en")
    assert f"numpy {ours['numpy']} (here 1.0)" in refusal.say("en")
    assert differences({"a": "1"}, {}) == ["a - (here 1)"]


def test_a_worker_that_does_not_see_the_scans_is_named(tmp_path):
    refusal = Terms(software(), str(tmp_path / "scans" / "a.jpg")).refusal(WORKER)
    assert "a.jpg" in refusal.say("en")
    assert WORKER.address in refusal.say("id")


def test_a_scheduler_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr("formscan.runner.cluster._CONNECT_S", 0.2)
    options = RunnerOptions("dask", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(SettingsError, match="does not answer"):
        next(iter(executor(options).run(print, [PageRef("/x", 1, "x", "00")])))
