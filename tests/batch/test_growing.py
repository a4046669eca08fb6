from __future__ import annotations

import os

import pytest

from formscan.batch.growing import Growing

STILL_S = 5.0
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 5000 + b"\xff\xd9"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "scans").mkdir()
    return tmp_path / "scans"


@pytest.fixture
def growing(folder, tmp_path):
    return Growing(folder, tmp_path / "out", STILL_S)


def names(files):
    return sorted(file.name for file in files)


def test_a_file_is_ready_when_it_has_lain_still(folder, growing):
    (folder / "a.jpg").write_bytes(JPEG)
    look = growing.look(0.0)
    assert (names(look.ready), names(look.waiting)) == ([], ["a.jpg"])
    assert names(growing.look(STILL_S - 0.1).waiting) == ["a.jpg"]
    assert names(growing.look(STILL_S).ready) == ["a.jpg"]


def test_each_byte_more_begins_the_wait_anew(folder, growing):
    for second in range(0, 40, 4):
        (folder / "a.tif").write_bytes(b"II*\0" + b"x" * second)
        assert names(growing.look(float(second)).waiting) == ["a.tif"]
    assert names(growing.look(36.0 + STILL_S).ready) == ["a.tif"]


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("a.jpg", JPEG),
        ("a.pdf", b"%PDF-1.7\n" + b"x" * 5000 + b"\n%%EOF\n"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 5000 + b"IEND\xaeB`\x82"),
    ],
)
def test_what_breaks_off_is_waited_for_ten_times_as_long(folder, growing, name, whole):
    (folder / name).write_bytes(whole[:4000])
    growing.look(0.0)
    assert names(growing.look(STILL_S * 9).waiting) == [name]
    assert names(growing.look(STILL_S * 10).ready) == [name]
    (folder / name).write_bytes(whole)
    growing.look(100.0)
    assert names(growing.look(100.0 + STILL_S).ready) == [name]


def test_an_empty_file_is_waited_for_like_one_that_breaks_off(folder, growing):
    (folder / "a.jpg").touch()
    growing.look(0.0)
    assert names(growing.look(STILL_S).waiting) == ["a.jpg"]
    assert names(growing.look(STILL_S * 10).ready) == ["a.jpg"]


def test_what_is_taken_comes_again_only_when_it_was_changed(folder, growing):
    (folder / "a.jpg").write_bytes(JPEG)
    growing.look(0.0)
    growing.take(growing.look(STILL_S))
    assert growing.look(20.0).ready == frozenset()
    assert growing.look(20.0).waiting == ()
    os.utime(folder / "a.jpg", (1, 1))
    growing.look(30.0)
    assert names(growing.look(30.0 + STILL_S).ready) == ["a.jpg"]


def test_what_goes_away_and_what_is_no_scan_is_of_no_account(folder, growing, tmp_path):
    (folder / "a.jpg").write_bytes(JPEG)
    (folder / "notes.txt").write_text("none")
    assert names(growing.look(0.0).waiting) == ["a.jpg"]
    (folder / "a.jpg").unlink()
    assert growing.look(STILL_S).ready == frozenset()
    folder.rename(tmp_path / "elsewhere")
    assert growing.look(STILL_S).waiting == ()
