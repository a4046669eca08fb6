from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from formscan.report.match import match_scans

names = st.text("abc", min_size=1, max_size=2)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


def test_the_prefix_of_either_side_may_differ() -> None:
    assert match_scans(["scans/1.jpg"], ["batch/scans/1.jpg"]) == {
        "scans/1.jpg": "batch/scans/1.jpg"
    }
    assert match_scans(["scans/1.jpg"], ["1.jpg"]) == {"scans/1.jpg": "1.jpg"}
    assert match_scans(["a/scans/1.jpg"], ["b/scans/1.jpg"]) == {"a/scans/1.jpg": "b/scans/1.jpg"}


def test_the_longest_suffix_decides_between_files_of_one_name() -> None:
    truth, run = ["a/1.jpg", "b/1.jpg"], ["x/a/1.jpg", "x/b/1.jpg"]
    assert match_scans(truth, run) == {"a/1.jpg": "x/a/1.jpg", "b/1.jpg": "x/b/1.jpg"}


def test_a_tie_on_the_run_side_matches_nothing() -> None:
    assert match_scans(["1.jpg"], ["a/1.jpg", "b/1.jpg"]) == {}


def test_a_tie_on_the_truth_side_matches_nothing_but_a_longer_claim_wins() -> None:
    assert match_scans(["a/1.jpg", "b/1.jpg"], ["c/1.jpg"]) == {}
    assert match_scans(["a/1.jpg", "b/1.jpg"], ["a/1.jpg"]) == {"a/1.jpg": "a/1.jpg"}


def test_part_of_a_name_is_no_suffix() -> None:
    assert match_scans(["11.jpg"], ["1.jpg"]) == {}


@given(st.lists(paths, unique=True, max_size=8))
def test_equal_names_always_find_each_other(scans: list[str]) -> None:
    assert match_scans(scans, scans) == {scan: scan for scan in scans}


@given(st.lists(paths, unique=True, max_size=6), st.lists(paths, unique=True, max_size=6))
def test_no_run_scan_is_given_twice_and_order_does_not_matter(a: list[str], b: list[str]) -> None:
    pairs = match_scans(a, b)
    assert len(set(pairs.values())) == len(pairs)
    assert pairs == match_scans(a[::-1], b[::-1])
    assert all(left.split("/")[-1] == right.split("/")[-1] for left, right in pairs.items())
