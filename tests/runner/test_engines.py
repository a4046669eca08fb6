from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.runner import executor
from formscan.settings import RunnerOptions

ENGINES = ("serial", "processes", "dask")


def refs(*names: str) -> list[PageRef]:
    """References to this very file: the workers of a cluster refuse scans they do not see."""
    return [PageRef(path=__file__, frame=1, scan=name, sha256=name) for name in names]


@dataclass(frozen=True)
class CountingJob:
    """Marks each attempt in a file, so that attempts can be counted in any process model."""

    folder: str

    def __call__(self, ref: PageRef) -> PageOutcome:
        with (Path(self.folder) / ref.scan).open("a") as file:
            file.write("x")
        if ref.scan.startswith("raise"):
            message = "NIK 3273010101010001 was here"
            raise ValueError(message)
        if ref.scan.startswith("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        return PageOutcome(ref=ref, status="ok")


def run(engine: str, folder: Path, pages: list[PageRef]) -> dict[str, tuple[str, str]]:
    options = RunnerOptions(engine=engine, workers=2, window=2)
    outcomes = list(executor(options).run(CountingJob(str(folder)), pages))
    assert len(outcomes) == len(pages)
    return {o.ref.scan: (o.status, o.reason) for o in outcomes}


@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_every_page_has_one_outcome_and_a_raising_page_harms_no_other(engine, tmp_path):
    pages = refs("a", "raise", *(f"p{n}" for n in range(12)))
    found = run(engine, tmp_path, pages)
    assert found.pop("raise") == ("rejected", "internal_error")
    assert set(found.values()) == {("ok", "")}
    assert all((tmp_path / ref.scan).read_text() == "x" for ref in pages)


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_to_do_is_done(engine, tmp_path):
    assert run(engine, tmp_path, []) == {}


def test_what_was_read_never_stands_in_the_detail(tmp_path):
    options = RunnerOptions(engine="serial")
    (outcome,) = executor(options).run(CountingJob(str(tmp_path)), refs("raise"))
    assert "ValueError" in outcome.detail
    assert "3273" not in outcome.detail


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_a_page_that_kills_its_worker_is_given_up_and_the_rest_goes_on(engine, tmp_path):
    pages = refs("a", "raise", "die", "c", "d", "e")
    found = run(engine, tmp_path, pages)
    assert found.pop("raise") == ("rejected", "internal_error")
    assert found.pop("die") == ("rejected", "worker_died")
    assert set(found.values()) == {("ok", "")}
    assert (tmp_path / "die").read_text() in ("xx", "xxx")  # twice alone; before, perhaps, once


def test_the_serial_engine_keeps_the_order_given(tmp_path):
    pages = refs("b", "a", "c")
    outcomes = executor(RunnerOptions(engine="serial")).run(CountingJob(str(tmp_path)), pages)
    assert [o.ref.scan for o in outcomes] == ["b", "a", "c"]


def test_workers_have_one_native_thread_each(tmp_path):
    outcomes = list(executor(RunnerOptions(workers=1)).run(_threads, refs("a")))
    assert outcomes[0].detail == "1 1"


def _threads(ref: PageRef) -> PageOutcome:
    import cv2

    detail = f"{os.environ['OMP_NUM_THREADS']} {cv2.getNumThreads()}"
    return PageOutcome(ref=ref, status="ok", detail=detail)
