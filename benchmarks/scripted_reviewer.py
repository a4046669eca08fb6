"""A reviewer who answers from the truth, through HTTP as the page in the browser does."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx

from formscan.record import FieldValue
from formscan.review.desk import Desk
from formscan.review.glyphs import Glyph, Place, boxes_of, doubtful_glyphs
from formscan.review.item import item_id
from formscan.store import open_store

__all__ = ["Reviewer", "Served", "Truth", "truth_of"]

_BROKEN = 'class="why broken"'


@dataclass
class Truth:
    """What is written, and what the machine made of it, for every field of the records.

    Attributes:
        raw: By place.
        wrong: Places at which the machine's best reading is not that.
        written: Number of fields in which something is written.
        out_of_place: Ids of boxes that hold something else than they were read as.
        places: Places by the id of their item.
    """

    raw: dict[Place, str] = field(default_factory=dict)
    wrong: set[Place] = field(default_factory=set)
    written: int = 0
    out_of_place: set[str] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)


def truth_of(out: Path, truth_csv: Path) -> Truth:
    """Hold a run against the truth of its simulation."""
    with truth_csv.open(encoding="utf-8", newline="") as file:
        rows = {
            (row["scan"].rpartition("/")[2], row["frame"], row["field"], row["row"]): row
            for row in csv.DictReader(file)
        }
    found = Truth()
    with open_store(out, make=False) as store:
        desk = Desk(store)
        desk.open()
        for record in desk.records():
            for value in record.values:
                name = value.scan.rpartition("/")[2]
                row = rows.get((name, str(value.frame), value.name, str(value.row or "")))
                if row is not None:
                    _note(found, (record.key, value.name, value.row), value, row)
            case = desk.case(record.key)
            assert case is not None
            for glyph in doubtful_glyphs(case):
                reading = case.readings[glyph.place[1:]]
                boxes = boxes_of(case.values[glyph.place[1:]].raw, reading.cells)
                if _is_other(glyph, found.raw.get(glyph.place, ""), [one.text for one in boxes]):
                    found.out_of_place.add(glyph.id)
    return found


def _note(found: Truth, place: Place, value: FieldValue, row: dict[str, str]) -> None:
    found.raw[place] = row["raw"]
    found.places[item_id(*place)] = place
    found.written += bool(row["raw"])
    said, is_so = (value.value, row["value"]) if row["value"] else (value.raw, row["raw"])
    if said != is_so and value.status != "image":
        found.wrong.add(place)


def _is_other(glyph: Glyph, raw: str, boxes: list[str]) -> bool:
    """Whether a box holds something else than it was read as."""
    if not boxes:
        return glyph.group.partition("=")[2] != raw
    ways = [
        [*[""] * left, *("" if one == " " else one for one in raw)] for left in range(len(boxes))
    ]
    padded = [[*way, *[""] * (len(boxes) - len(way))] for way in ways if len(way) <= len(boxes)]
    if not padded:
        return True
    likest = max(padded, key=lambda way: sum(a == b for a, b in zip(way, boxes, strict=True)))
    return likest[glyph.box] != glyph.group[1:]


class Served:
    """``formscan review`` on this computer, without second looks and hidden items."""

    def __init__(self, out: Path) -> None:
        checks = ["--second-look", "0", "--hidden", "0"]
        line = [sys.executable, "-m", "formscan", "review", str(out), "--no-browser", "--port", "0"]
        self._process = subprocess.Popen(
            [*line, "--as", "Scripted", *checks], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        lines = iter(self._process.stdout.readline, "")
        self.link = next(one for one in lines if "/enter" in one).strip().split(": ")[1]

    def __enter__(self) -> str:
        return self.link

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


@dataclass
class Reviewer:
    """Answers from the truth.

    Attributes:
        link: Of ``formscan review``.
        decisions: Made so far; a screen of the group check is one, and each box taken out of it.
        fixed: After how many decisions each place was told rightly.
        seconds: That each answer to an item took, with the next item.
    """

    link: str
    truth: Truth
    decisions: int = 0
    fixed: dict[Place, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Come in as the browser does."""
        address = self.link.split("/enter")[0]
        self._client = httpx.Client(base_url=address, follow_redirects=True, timeout=120)
        self._client.get(self.link)
        csrf = re.search(r'name="csrf" content="([^"]+)"', self._client.get("/").text)
        assert csrf is not None
        self._headers = {"Origin": address, "X-CSRF": csrf[1]}

    def check_groups(self) -> int:
        """All screens of the group check; how many boxes."""
        boxes = 0
        for group in self._groups():
            while ids := self._screen(group):
                out = [one for one in ids if one in self.truth.out_of_place]
                self._post("/api/group", value=group, shown=ids, outliers=out)
                self.decisions += 1 + len(out)
                boxes += len(ids)
        return boxes

    def work_off(self) -> None:
        """The queue, item by item, until nothing is left."""
        found = self._get("/api/next")
        while found["id"]:
            begun = time.perf_counter()
            self._answer(found)
            found = self._get("/api/next", after=found["id"])
            self.seconds.append(time.perf_counter() - begun)

    def _groups(self) -> Iterator[str]:
        page = self._client.get("/group").text
        yield from (
            httpx.QueryParams(one)["value"] for one in re.findall(r'href="/group\?([^"]+)"', page)
        )

    def _screen(self, group: str) -> list[str]:
        return re.findall(r'data-id="(\w+)"', self._get("/api/group", value=group)["html"])

    def _answer(self, found: dict[str, Any]) -> None:
        place = self.truth.places.get(found["id"])
        raw = self.truth.raw[place] if place is not None else ""
        told = place is not None and (place in self.fixed or place not in self.truth.wrong)
        stands = _BROKEN in found["html"] and (told or place is None)
        kind = "confirmed" if stands else "value" if raw else "blank"
        self.decisions += 1
        answer = self._decide(found["id"], kind, raw)
        if answer.get("differs"):
            answer = self._decide(found["id"], kind, raw, again=True)
        if answer.get("refused"):
            answer = self._decide(found["id"], "value" if stands else "confirmed", raw)
        if answer.get("refused"):
            self._post("/api/decide", item=found["id"], kind="supervisor", comment="?")
        elif place is not None:
            self.fixed.setdefault(place, self.decisions)

    def _decide(self, item: str, kind: str, raw: str, *, again: bool = False) -> dict[str, Any]:
        typed = "" if kind == "confirmed" and not raw else raw
        return self._post("/api/decide", item=item, kind=kind, typed=typed, again=again)

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        return dict(self._client.get(path, params=query).json())

    def _post(self, path: str, **body: object) -> dict[str, Any]:
        return dict(self._client.post(path, json=body, headers=self._headers).json())
