"""Many reviewers at once: is anything lost or done twice, and how long does a decision take?

    python -m benchmarks.review --reviewers 20 --database postgresql
    python -m benchmarks.review --reviewers 8 --database sqlite

A batch of invented families with 10,000 doubtful fields is put into a store (PostgreSQL: one of its
own on this computer, or ``--store URL``) and ``formscan review`` is started on it. Each reviewer
speaks HTTP as the page does: shows an item, fetches the next one ahead, thinks, decides. The first
``--timed`` decisions are made with a pause to think and are the ones that are timed; the rest of
the queue is worked off without any pause. Afterwards the store is asked what was kept.
"""

from __future__ import annotations

import argparse
import http.client
import io
import itertools
import json
import multiprocessing as mp
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np
from PIL import Image

from formscan.geometry import BoxMm
from formscan.page import Identity, PageRef
from formscan.reading import Candidate, FieldReading, PageOutcome
from formscan.store import Ledger, ReadWith, keep_original, open_store
from formscan.templates.model import Choice, Field, PageLayout, Template
from formscan.templates.question import Question
from tests.store.cluster import private_cluster

DPI = 200
ROWS = 10
SAID = {
    "nama": "SITI AMINAH",
    "nik": "3301014508900001",
    "lahir": "05081990",
    "jk": "2",
    "hub": "1",
}
KINDS = {
    "nama": {"error_kind": "name", "alphabet": "name"},
    "nik": {"error_kind": "id", "alphabet": "digits"},
    "lahir": {"error_kind": "date", "value_type": "date", "pattern": "DDMMYYYY"},
    "jk": {"error_kind": "code", "value_type": "select_one", "code_list": "jk"},
    "hub": {"error_kind": "code", "alphabet": "digits"},
}


def form() -> Template:
    """Ten persons of five fields on one A4 sheet."""
    fields = []
    for row, (column, name) in itertools.product(range(1, ROWS + 1), enumerate(KINDS)):
        cells = tuple(
            BoxMm(x=8 + 40 * column + 2 * n, y=20 + 20 * row, width=2, height=6)
            for n in range(len(SAID[name]))
        )
        labels = {"id": name, "en": name}
        fields.append(
            Field.model_validate(
                {"name": name, "row": row, "repeat": "anggota", "kind": "comb", "labels": labels,
                 "box": BoxMm.around(cells), "cells": cells, **KINDS[name]}
            )
        )  # fmt: skip
    names = [("anggota", "repeat", ""), *((name, "text", "anggota") for name in KINDS)]
    questions = [
        Question.model_validate(
            {"name": name, "path": f"/data/{'anggota/' if repeat else ''}{name}", "type": kind,
             "repeat": repeat}
        )
        for name, kind, repeat in names
    ]  # fmt: skip
    return Template(
        form="beban",
        version="1",
        pages=(PageLayout(page=1, width_mm=210, height_mm=297, fields=tuple(fields)),),
        questions=tuple(questions),
        code_lists={"jk": (Choice(value="1"), Choice(value="2"))},
    )


def fill(out: Path, url: str, items: int, scratch: Path) -> None:
    """Families of which five fields each are in doubt, with a picture of their own each."""
    made, rng = form(), np.random.default_rng(1)
    grey = rng.normal(235, 6, (297 * DPI * 10 // 254, 210 * DPI * 10 // 254)).clip(0, 255)
    stream = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).save(stream, "JPEG", quality=70, dpi=(DPI, DPI))
    with_what = ReadWith("1", frozenset({made.sha256()}), "", "bench-1")
    with open_store(out, url) as store:
        store.set_meta("as_of", "2024-05-17")
        store.add_templates([made])
        for number in range(1, items // len(KINDS) + 1):
            file = scratch / f"{number}.jpg"
            file.write_bytes(stream.getvalue() + number.to_bytes(4, "big"))
            ref = PageRef(str(file), 1, file.name, _sha256(file))
            keep_original(out, ref)
            file.unlink()
            doubted = {(name, 1 + (number + n) % ROWS) for n, name in enumerate(KINDS)}
            store.save(_outcome(ref, made, number, doubted, grey.shape), with_what)


def _sha256(file: Path) -> str:
    import hashlib

    return hashlib.sha256(file.read_bytes()).hexdigest()


def _outcome(ref, made, number, doubted, shape) -> PageOutcome:
    scale = DPI / 25.4
    readings = []
    for one in made.layout(1).fields:
        sure = 0.7 if (one.name, one.row) in doubted else 1.0
        box = tuple(round(scale * v) for v in (one.box.x, one.box.y, one.box.width, one.box.height))
        said = (Candidate(SAID[one.name], sure),)
        readings.append(FieldReading(one.name, one.row, "bench-1", said, sure, box_px=box))
    return PageOutcome(
        ref=ref, status="ok", readings=tuple(readings), width_px=shape[1], height_px=shape[0],
        dpi=DPI, identity=Identity("beban", "1", 1, f"{number:08d}", "ABC123"),
    )  # fmt: skip


@dataclass
class Reviewer:
    """One browser: an item on the screen, the next one fetched already."""

    link: str
    think_s: float
    timed: int
    made: mp.sharedctypes.Synchronized
    decided_ms: list[float] = field(default_factory=list)
    next_ms: list[float] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def work(self) -> None:
        address = urlsplit(self.link)
        self.line = http.client.HTTPConnection(address.netloc, timeout=600)
        self.headers = {"Origin": f"http://{address.netloc}"}
        _, head = self._ask("GET", f"{address.path}?{address.query}")
        self.headers["Cookie"] = head["set-cookie"].partition(";")[0]
        page, _ = self._ask("GET", "/")
        self.headers["X-CSRF"] = re.search(r'name="csrf" content="([^"]+)"', page)[1]
        shown = self._next("")
        while shown:
            ahead = self._next(shown[0])
            if self.made.value < self.timed:
                time.sleep(self.think_s)
            self._decide(*shown)
            shown = ahead or self._next("")

    def _next(self, after: str) -> tuple[str, str] | None:
        start = time.perf_counter()
        text, _ = self._ask("GET", "/api/next?" + urlencode({"after": after}))
        if self.made.value < self.timed:
            self.next_ms.append(1000 * (time.perf_counter() - start))
        found = json.loads(text)
        asked = re.search(r'id="question"[^>]*>\s*(\w+)', found["html"])
        return (found["id"], SAID[asked[1]]) if found["id"] else None

    def _decide(self, item: str, typed: str) -> None:
        body = {"item": item, "kind": "value", "typed": typed, "target": "0", "again": False}
        timed = self.made.value < self.timed
        start = time.perf_counter()
        text, _ = self._ask("POST", "/api/decide", json.dumps(body))
        if timed:
            self.decided_ms.append(1000 * (time.perf_counter() - start))
        answer = json.loads(text)
        if item in answer.get("gone", ()):
            self.kept.append(item)
            with self.made.get_lock():
                self.made.value += 1
        else:
            self.refused[answer.get("refused", "?")] += 1

    def _ask(self, method: str, path: str, body: str | None = None):
        headers = self.headers | ({"Content-Type": "application/json"} if body else {})
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        return answer.read().decode(), answer.headers


def _people(links, think_s, timed, made, results) -> None:
    """Several reviewers in one process of their own, so that they do not slow the server down."""
    reviewers = [Reviewer(link, think_s, timed, made) for link in links]
    threads = [threading.Thread(target=one.work) for one in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in reviewers:
        results.put((one.decided_ms, one.next_ms, one.kept, one.refused))


def work(out: Path, names: list[str], think_s: float, timed: int):
    """Start the program, let everybody work, and end it."""
    command = [sys.executable, "-m", "formscan", "review", str(out), "--no-browser", "--port", "0"]
    command += [part for name in names for part in ("--as", name)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        links = []
        while len(links) < len(names):
            line = server.stdout.readline()
            assert line, "formscan review ended"
            if "/enter" in line:
                links.append(line.strip().split(": ", 1)[1])
        made, results = mp.Value("i", 0), mp.Queue()
        parts = [links[start::2] for start in range(2) if links[start::2]]
        clients = [
            mp.Process(target=_people, args=(part, think_s, timed, made, results)) for part in parts
        ]
        start = time.perf_counter()
        for client in clients:
            client.start()
        found = [results.get() for _ in names]
        seconds = time.perf_counter() - start
        for client in clients:
            client.join()
        cpu_seconds = _cpu_seconds(server.pid)
        server.terminate()
    return found, seconds, cpu_seconds


def _cpu_seconds(process: int) -> float:
    """Processor time of the server, which a busy computer does not blur; NaN where unknown."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return float("nan")


def check(out: Path, kept: list[str], items: int) -> dict[str, int]:
    """What the store says: each field decided about once, none left, the audit whole."""
    with open_store(out, make=False) as store:
        ledger = Ledger(store)
        made = list(itertools.chain(*ledger.decisions().values()))
        keys = Counter((one.record, one.field, one.row) for one in made)
        return {
            "items": items,
            "answers taken": len(kept),
            "of second looks, hidden": len(kept) - len(made),
            "decisions kept": len(made),
            "lost": items - len(keys),
            "doubled": sum(number - 1 for number in keys.values()),
            "broken audit entries": len(ledger.verify()),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument(
        "--store", default="", help="a PostgreSQL of yours instead of a private one"
    )
    parser.add_argument("--think", type=float, default=1.0, help="seconds before a timed decision")
    parser.add_argument("--timed", type=int, default=2000, help="decisions that are timed")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = given.store
        if given.database == "postgresql" and not url:
            url = stack.enter_context(private_cluster())
        fill(folder / "out", url, given.items, folder)
        names = [f"R{number:02d}" for number in range(1, given.reviewers + 1)]
        found, seconds, cpu_seconds = work(folder / "out", names, given.think, given.timed)
        kept = [item for one in found for item in one[2]]
        figures = check(folder / "out", kept, given.items)
    cpu = round(1000 * cpu_seconds / max(1, len(kept)), 1)
    refused = sum((one[3] for one in found), Counter())
    for name, value in [
        *figures.items(),
        ("seconds", round(seconds)),
        ("server CPU ms a decision", cpu),
        *refused.items(),
    ]:
        print(f"{name:26}{value}")
    for name, column in (("decision", 0), ("next item", 1)):
        times = np.concatenate([one[column] for one in found])
        middle, high, most = np.percentile(times, [50, 95, 100])
        told = f"median {middle:.0f} ms, p95 {high:.0f} ms, most {most:.0f} ms, n {len(times)}"
        print(f"{name:26}{told}")


if __name__ == "__main__":
    main()
