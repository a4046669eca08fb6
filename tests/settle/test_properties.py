"""What must hold however the sheets come in."""

from __future__ import annotations

import dataclasses
import tempfile
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linked import LINKED, OPTIONS, family, page

from formscan.settle import follows, settle
from formscan.store import ReadWith, open_store

WITH = ReadWith("1", frozenset({"t"}), "", "r-1")
CALM = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def seen(records):
    """Records without the names of their scans, which change with the files."""
    return sorted(
        (
            record.key, record.status, record.serial, record.problems, record.calculated,
            [(v.ref, v.raw, v.value, v.confidence, v.status, v.reason) for v in record.values],
        )
        for record in records
    )  # fmt: skip


@st.composite
def batches(draw):
    """Pages of three families with all that happens to them, each in a file of its own."""
    name = (f"{number}.png" for number in count())
    pages = []
    for number in (7, 8, 9):
        said, serial = family(number), f"{number:08d}"
        for page_number in draw(st.sets(st.sampled_from([1, 2, 3, 4]), min_size=1)):
            made = page(page_number, said[page_number], serial=serial, file=next(name))
            lost = page(
                page_number, {}, serial=serial, file=next(name), status="rejected", reason="cut_off"
            )
            poor = {key: (raw, 0.7) for key, raw in said[page_number].items()}
            again = page(page_number, said[page_number] | poor, serial=serial, file=next(name))
            other = page(page_number, family(5)[page_number], serial=serial, file=next(name))
            kinds = {"once": [made], "rejected": [lost], "rescan": [lost, made],
                     "twice": [made, again], "reused": [made, other]}  # fmt: skip
            pages += kinds[draw(st.sampled_from(["once", "once", *kinds]))]
    if draw(st.booleans()):
        loose = family(7)[3] | {("seri_h3", None): "00000007"}
        pages.append(page(3, loose, serial="00000099", file=next(name)))
    return pages


def refiled(draw, pages):
    """The same pages in another order, in files of one or several frames."""
    filed, file, frame = [], 0, 0
    for outcome in draw(st.permutations(pages)):
        if not filed or draw(st.booleans()):
            file, frame = file + 1, 0
        frame += 1
        scan = f"scans/{file}.pdf"
        ref = dataclasses.replace(outcome.ref, scan=scan, frame=frame, sha256=f"sha-{file}")
        filed.append(dataclasses.replace(outcome, ref=ref))
    return filed


@settings(CALM, max_examples=40)
@given(st.data())
def test_any_order_and_any_split_over_files_gives_the_same_records(data):
    pages = data.draw(batches())
    other = refiled(data.draw, pages)
    one, two = settle(pages, [LINKED], OPTIONS), settle(other, [LINKED], OPTIONS)
    assert seen(one.records) == seen(two.records)
    assert len(two.pages) == len(pages)
    assert sorted(p.status for p in one.pages) == sorted(p.status for p in two.pages)


@settings(CALM, max_examples=20)
@given(st.data())
def test_any_split_over_runs_gives_the_same_records(data):
    pages = data.draw(batches())
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        for outcome in refiled(data.draw, pages):
            (ref,) = store.note([outcome.ref])
            kept = dataclasses.replace(outcome, ref=ref)
            store.save(kept, WITH, follows(kept, [LINKED]))
        groups = [settle(group, [LINKED], OPTIONS) for group in store.groups()]
    records = [record for group in groups for record in group.records]
    assert seen(records) == seen(settle(pages, [LINKED], OPTIONS).records)
    assert sum(len(group.pages) for group in groups) == len(pages)


@settings(CALM, max_examples=150)
@given(st.data())
def test_photocopies_of_one_blank_never_mix_two_families(data):
    """Any pages of four families under one serial, front and back of a sheet in one file or not,
    with the numbers that tell the family clear, faint, misread in part or left out."""
    pages = []
    for number in (5, 7, 8, 9):
        together = data.draw(st.booleans())
        for at in data.draw(st.sets(st.sampled_from([1, 2, 3, 4]))):
            said = dict(family(number)[at])
            for key in [key for key in said if key[0].startswith(("kk", "urut"))]:
                how = data.draw(st.sampled_from(["clear", "faint", "none", "nines"]))
                nines = "9" * len(said[key])
                said[key] = {"clear": said[key], "faint": (said[key], 0.4), "none": "",
                             "nines": nines}[how]  # fmt: skip
            file = f"{number}.pdf" if together else f"{number}-{at}.png"
            pages.append(page(at, said, file=file, frame=at if together else 1))
    whose = {
        (name, row, raw): number
        for number in (5, 7, 8, 9)
        for said in family(number).values()
        for (name, row), raw in said.items()
    }
    for record in settle(pages, [LINKED], OPTIONS).records:
        accepted = [value for value in record.values if value.status == "accepted"]
        families = {whose.get((value.name, value.row, value.raw)) for value in accepted}
        assert len(families - {None}) <= 1
