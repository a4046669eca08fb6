"""A batch read by a cluster: the commands that people type, on this computer."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from formscan.batch import Event, PageDone, load_setup, run_batch, settle_batch
from formscan.cli import main
from formscan.errors import SettingsError
from formscan.export import write_outputs
from formscan.page import PageRef
from formscan.runner import executor
from formscan.settings import RunnerOptions, RunSettings
from formscan.store import open_store

TODAY = date(2026, 11, 24)


def formscan(*arguments: object):
    return CliRunner().invoke(main, ["--lang", "en", *(str(one) for one in arguments)])


@dataclass(frozen=True)
class Cluster:
    """A scheduler and two workers; ``pid`` is that of the command that keeps the workers."""

    address: str
    keys: Path
    pid: int


@contextmanager
def started(folder: Path, says: str, *arguments: object) -> Iterator[tuple[re.Match[str], int]]:
    """A command that runs until the block ends; the block begins when it says ``says``.

    What it leaves behind when it is killed lies in ``folder``.
    """
    command = [sys.executable, "-m", "formscan", "--lang", "en", *map(str, arguments)]
    run = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    try:
        while (found := re.search(says, line := run.stderr.readline())) is None:
            assert line, "ended early"
        yield found, run.pid
    finally:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        run.stderr.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    keys = tmp_path_factory.mktemp("cluster") / "keys"
    assert formscan("cluster", "keys", keys).exit_code == 0
    listening = ("cluster", "scheduler", "--tls", keys, "--host", "127.0.0.1", "--port", 0)
    with started(keys.parent, r"Scheduler at:\s+(tls://\S+)", *listening) as (found, _):
        address = found[1]
        working = ("cluster", "worker", address, "--tls", keys, "--workers", 2)
        with started(keys.parent, r"Start worker at", *working) as (_, pid):
            yield Cluster(address, keys, pid)


def kill_one_worker(parent: int) -> None:
    """SIGKILL to one process that reads pages."""
    workers = [
        one
        for one in psutil.Process(parent).children(recursive=True)
        if "spawn_main" in " ".join(one.cmdline()) and "resource_tracker" not in one.cmdline()
    ]
    assert workers
    workers[0].kill()


def read(scans: Path, out: Path, form: Path, options: RunnerOptions, store: str, on_event):
    """One run with all its tables."""
    settings = RunSettings((str(scans),), out, (str(form),), runner=options, store=store)
    with open_store(out, store) as kept:
        run_batch(settings, load_setup(settings.forms), kept, TODAY, on_event)
        write_outputs(out, kept.templates(), settle_batch(kept))
    return {file.name: file.read_bytes() for file in sorted(out.glob("*.csv"))}


@pytest.fixture(scope="module")
def reference(mini_scans, mini_file, tmp_path_factory):
    out = tmp_path_factory.mktemp("serial") / "out"
    return read(mini_scans, out, mini_file, RunnerOptions("serial"), "", lambda event: None)


@pytest.mark.parametrize(
    ("engine", "database"), [("processes", "sqlite"), ("dask", "postgresql")], indirect=["database"]
)
def test_every_engine_writes_the_same_bytes_though_a_worker_is_killed(
    engine, cluster, reference, mini_scans, mini_file, tmp_path, database
):
    killed = []

    def kill_once(event: Event) -> None:
        if isinstance(event, PageDone) and not killed:
            kill_one_worker(cluster.pid if engine == "dask" else os.getpid())
            killed.append(event)

    options = {
        "processes": RunnerOptions("processes", workers=2),
        "dask": RunnerOptions("dask", scheduler=cluster.address, tls=cluster.keys),
    }[engine]
    assert read(mini_scans, tmp_path / "o", mini_file, options, database, kill_once) == reference
    assert killed


def test_run_takes_the_address_of_a_scheduler(cluster, reference, mini_scans, mini_file, tmp_path):
    out = tmp_path / "o"
    line = ("run", mini_scans, "--form", mini_file, "--as-of", TODAY.isoformat(), "--out", out)
    done = formscan(*line, "--scheduler", cluster.address, "--tls", cluster.keys)
    assert done.exit_code == 0, done.output
    assert {name: (out / name).read_bytes() for name in reference} == reference
    assert json.loads((out / "run.json").read_text())["engine"] == "dask"


def test_a_run_ends_before_its_first_page_where_a_worker_does_not_see_the_scans(cluster, tmp_path):
    options = RunnerOptions("dask", scheduler=cluster.address, tls=cluster.keys)
    ref = PageRef(str(tmp_path / "gone.jpg"), 1, "gone.jpg", "00")
    with pytest.raises(SettingsError, match=r"Worker tls://.* does not see .*gone\.jpg"):
        next(iter(executor(options).run(print, [ref])))


def test_keys_of_another_cluster_are_turned_away(cluster, mini_scans, mini_file, tmp_path):
    assert formscan("cluster", "keys", tmp_path / "keys").exit_code == 0
    line = ("run", mini_scans, "--form", mini_file, "--out", tmp_path / "o")
    done = formscan(*line, "--scheduler", cluster.address, "--tls", tmp_path / "keys")
    assert done.exit_code == 3
    assert "does not answer" in done.output


def test_what_is_not_installed_is_told_with_the_command(mini_scans, tmp_path, monkeypatch):
    found = importlib.util.find_spec
    absent = {"distributed"}
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name in absent else found(name)
    )
    done = formscan("run", mini_scans, "--out", tmp_path / "o", "--engine", "dask")
    assert done.exit_code == 6
    assert 'pip install "formscan[cluster]"' in done.output
    assert not (tmp_path / "o").exists()
