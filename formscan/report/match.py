"""Which scan of the run a scan of the truth is: the longest unique path suffix.

The truth calls a picture ``scans/0007.jpg``; the run may call it ``batch3/scans/0007.jpg`` or
just ``0007.jpg``. Equal names pair first. After that a pair must be each other's best; a tie
leaves both sides unmatched, since a wrong pairing would be counted as wrong readings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

__all__ = ["match_scans"]


def match_scans(truth_scans: Iterable[str], run_scans: Iterable[str]) -> dict[str, str]:
    """Truth scan to run scan, for those that can be paired without doubt."""
    wanted, there = set(truth_scans), set(run_scans)
    equal = wanted & there
    pairs = {scan: scan for scan in equal}
    run_of_suffix = _by_suffix(there - equal)
    claims: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for scan in sorted(wanted - equal):
        length, found = _longest(scan, run_of_suffix)
        if len(found) == 1:
            claims[found[0]].append((length, scan))
    for run_scan, claimants in claims.items():
        longest = max(length for length, _ in claimants)
        best = [scan for length, scan in claimants if length == longest]
        if len(best) == 1:
            pairs[best[0]] = run_scan
    return pairs


def _by_suffix(scans: Iterable[str]) -> dict[tuple[str, ...], list[str]]:
    by_suffix: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for scan in sorted(scans):
        parts = PurePosixPath(scan).parts
        for start in range(len(parts)):
            by_suffix[parts[start:]].append(scan)
    return by_suffix


def _longest(
    scan: str, run_of_suffix: Mapping[tuple[str, ...], list[str]]
) -> tuple[int, list[str]]:
    parts = PurePosixPath(scan).parts
    for start in range(len(parts)):
        found = run_of_suffix.get(parts[start:])
        if found:
            return len(parts) - start, found
    return 0, []
