from __future__ import annotations

import pytest

from formscan.page import PageRef
from formscan.store import open_store
from formscan.store.grouping import groups_together


def refs(*files):
    """(scan, sha256, path) to refs of two frames each."""
    return [PageRef(path, frame, scan, sha256) for scan, sha256, path in files for frame in (1, 2)]


@pytest.fixture
def note(tmp_path):
    """Note files as one run does; returns their names, one per file."""
    with open_store(tmp_path) as store:

        def names(*files):
            named = store.note(refs(*files))
            assert [ref.frame for ref in named] == [1, 2] * len(files)
            return [ref.scan for ref in named[::2]]

        yield names


def test_a_scanner_that_begins_again_gets_a_name_of_its_own(note):
    assert note(("SCAN0001.pdf", "aa", "/monday/SCAN0001.pdf")) == ["SCAN0001.pdf"]
    assert note(("SCAN0001.pdf", "bb", "/tuesday/SCAN0001.pdf")) == ["SCAN0001.pdf~2"]
    assert note(("SCAN0001.pdf", "cc", "/tuesday/SCAN0001.pdf")) == ["SCAN0001.pdf~3"]
    assert note(("SCAN0001.pdf", "bb", "/tuesday/SCAN0001.pdf")) == ["SCAN0001.pdf~2"]


def test_arguments_in_another_order_keep_their_names(note):
    first = ("scans/a.jpg", "aa", "/x/scans/a.jpg"), ("scans~2/a.jpg", "bb", "/y/scans/a.jpg")
    swapped = ("scans/a.jpg", "bb", "/y/scans/a.jpg"), ("scans~2/a.jpg", "aa", "/x/scans/a.jpg")
    assert note(*first) == ["scans/a.jpg", "scans~2/a.jpg"]
    assert note(*swapped) == ["scans~2/a.jpg", "scans/a.jpg"]


def test_a_second_folder_of_one_name_given_alone_is_told_apart(note):
    assert note(("scans/a.jpg", "aa", "/x/scans/a.jpg")) == ["scans/a.jpg"]
    assert note(("scans/a.jpg", "bb", "/y/scans/a.jpg")) == ["scans~2/a.jpg"]


def test_a_folder_that_was_moved_keeps_its_names(note):
    assert note(("scans/a.jpg", "aa", "/x/scans/a.jpg")) == ["scans/a.jpg"]
    assert note(("scans/a.jpg", "aa", "/moved/scans/a.jpg")) == ["scans/a.jpg"]


def test_a_file_that_could_not_be_read_at_first_keeps_its_name(note):
    assert note(("scans/a.jpg", "", "/x/scans/a.jpg")) == ["scans/a.jpg"]
    assert note(("scans/a.jpg", "aa", "/x/scans/a.jpg")) == ["scans/a.jpg"]


def test_groups_are_tied_by_the_serial_that_a_loose_sheet_names():
    lead = groups_together(
        [
            ("fk|AAAAAA|00000001", ""),
            ("fk|BBBBBB|00000001", ""),
            ("fk|AAAAAA|00000009", ""),
            ("fk|AAAAAA|00000009", "00000001"),
            ("other|AAAAAA|00000001", ""),
            ("fk|AAAAAA|00000002", "00000003"),
            ("sha|1", ""),
        ]
    )
    assert len({lead[f"fk|{part}"] for part in ("AAAAAA|00000001", "BBBBBB|00000001")}) == 1
    assert lead["fk|AAAAAA|00000009"] == lead["fk|BBBBBB|00000001"]
    assert len(set(lead.values())) == 4
