"""Scans under an address of ``fsspec``: the same pages as in a folder, or a reason why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fsspec
import numpy as np
import pytest

from formscan.errors import MissingProgramError, SettingsError, UnreadableScanError
from formscan.image.addresses import is_there, opened, size_of
from formscan.image.load import LoadOptions, enumerate_pages, load


@pytest.fixture
def storage(mini_scans):
    """``memory://``, filled with the scans of the small form and what must be left out."""
    system = fsspec.filesystem("memory")
    for file in mini_scans.iterdir():
        system.pipe(f"/shelf/scans/{file.name}", file.read_bytes())
    system.pipe("/shelf/scans/notes.txt", b"no scan")
    system.pipe("/shelf/scans/.hidden/s1p1.jpg", b"\xff\xd8\xff")
    yield system
    system.rm("/shelf", recursive=True)


def test_an_address_gives_the_pages_of_a_folder(storage, mini_scans):
    here = enumerate_pages([str(mini_scans)])
    there = enumerate_pages(["memory://shelf/scans"])
    assert [replace(ref, path="") for ref in there] == [replace(ref, path="") for ref in here]
    for one, other in zip(here[:3], there[:3], strict=True):
        assert np.array_equal(load(one).gray, load(other).gray)


def test_one_file_is_named_by_itself(storage, mini_scans):
    (ref,) = enumerate_pages(["memory://shelf/scans/s1p1.jpg"])
    assert (ref.scan, ref.path) == ("s1p1.jpg", "memory://shelf/scans/s1p1.jpg")
    assert is_there(ref.path)
    assert size_of(ref.path) == (mini_scans / "s1p1.jpg").stat().st_size
    with opened(ref.path) as stream:
        assert stream.read(3) == b"\xff\xd8\xff"


def test_a_file_that_was_changed_since_is_not_read(storage):
    (ref,) = enumerate_pages(["memory://shelf/scans/s1p1.jpg"])
    storage.pipe("/shelf/scans/s1p1.jpg", b"\xff\xd8\xff other bytes")
    load(ref)  # it was fetched before
    (other,) = enumerate_pages(["memory://shelf/scans/s2p1.jpg"])
    load(other)
    with pytest.raises(UnreadableScanError, match="changed") as told:
        load(ref)
    assert told.value.reason == "unreadable_file"


def test_a_file_that_went_away_is_a_row_and_no_end(storage):
    (ref,) = enumerate_pages(["memory://shelf/scans/s1p1.jpg"])
    storage.rm("/shelf/scans/s1p1.jpg")
    assert not is_there(ref.path)
    with pytest.raises(UnreadableScanError, match="check the address"):
        load(replace(ref, sha256="0" * 64))


def test_no_more_is_fetched_than_a_scan_may_have(storage):
    (ref,) = enumerate_pages(["memory://shelf/scans/s1p1.jpg"])
    with pytest.raises(UnreadableScanError) as told:
        load(replace(ref, sha256=""), LoadOptions(max_bytes=100))
    assert told.value.reason == "too_large"
    assert "101 bytes" in told.value.detail


@pytest.mark.parametrize(
    "address", ["ftp://clerk:secret@server/scans", "https://server/a.jpg?X-Signature=secret"]
)
def test_an_address_with_a_secret_is_refused_without_telling_it(address):
    with pytest.raises(SettingsError, match="password or signature") as told:
        enumerate_pages([address])
    assert "secret" not in str(told.value)


def test_an_address_that_leads_nowhere_is_told_before_anything_is_made(tmp_path):
    with pytest.raises(SettingsError, match="there is no such"):
        enumerate_pages(["memory://nowhere/scans"])
    with pytest.raises(MissingProgramError, match="cannot be read on this computer"):
        enumerate_pages(["nosuchkind://server/scans"])
    assert not list(Path(tmp_path).iterdir())
