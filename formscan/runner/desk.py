"""What a worker of a cluster is told once, and how it reads: the same software, the same scans.

A worker that has other software would read other values; one that does not see the folder of
scans would reject every page. Either ends the run before such a page is stored.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from distributed import Client, WorkerPlugin

from formscan.errors import SettingsError, Told, told
from formscan.image.addresses import is_there
from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.runner.base import Job, guarded
from formscan.runner.software import differences, software

__all__ = ["Desk", "Terms", "lay_out", "read_at_desk"]

_ATTEMPTS = 10
_AGAIN_S = 1.0

_desks: dict[str, Desk] = {}
_one_page = threading.Lock()
"""PDFium bears one page at a time, however many threads a worker was started with."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What each worker must have.

    Attributes:
        software: As ``formscan.runner.software`` says it of this computer.
        scan: Path or address of one scan that it must see.
    """

    software: dict[str, str]
    scan: str

    def refusal(self, dask_worker: Any) -> Told | None:
        """Why this worker may not work under these terms; None where it may."""
        address = dask_worker.address
        if parts := differences(self.software, software()):
            return told("cluster.other_software", worker=address, differences="; ".join(parts))
        if not is_there(self.scan):
            return told("cluster.unseen", worker=address, scan=self.scan)
        return None


@dataclass
class Desk(WorkerPlugin):
    """The job of one run, laid out on every worker, also on those that come later.

    Attributes:
        name: Of this run alone.
    """

    job: Job
    terms: Terms
    name: str = field(default_factory=lambda: f"formscan-{uuid.uuid4().hex}")
    refusal: Told | None = None

    def setup(self, worker: Any) -> None:
        """Called on each worker before its first page."""
        self.refusal = self.terms.refusal(worker)
        _desks[self.name] = self

    def teardown(self, worker: Any) -> None:
        """Called on each worker when the run is over."""
        _desks.pop(self.name, None)


def read_at_desk(name: str, ref: PageRef) -> PageOutcome:
    """Read one page with the job of that run; called on a worker.

    Raises:
        SettingsError: This worker may not.
    """
    desk = _desks[name]
    if desk.refusal is not None:
        raise SettingsError(desk.refusal)
    with _one_page:
        return guarded(desk.job, ref)


def lay_out(desk: Desk, client: Client) -> None:
    """Ask all workers that are there now, and tell them what they need; later ones are told too.

    Raises:
        SettingsError: With what the first unfit one lacks, or that the scheduler is gone.
    """
    for _attempt in range(_ATTEMPTS):
        try:
            for _address, refusal in sorted(client.run(desk.terms.refusal).items()):
                if refusal is not None:
                    raise SettingsError(refusal)
            client.register_plugin(desk)
        except OSError:  # a worker died while it was spoken to
            time.sleep(_AGAIN_S)
        else:
            return
    raise SettingsError(told("cluster.lost"))
