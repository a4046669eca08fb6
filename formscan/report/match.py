"""Which scan of the run a scan of the truth is: the same bytes, else the longest unique suffix.

Where the scans lie beside the truth, as ``simulate`` writes them, their bytes say it, whatever
the run calls them. Else names do: the truth calls a picture ``scans/0007.jpg``; the run may call
it ``batch3/scans/0007.jpg`` or just ``0007.jpg``. Equal names pair first. After that a pair must
be each other's best; a tie leaves both sides unmatched, since a wrong pairing would be counted as
wrong readings.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from formscan.report.rows import PageRow

__all__ = ["match_scans", "pair_scans"]


def pair_scans(
    truth_scans: Iterable[str], pages: Iterable[PageRow], folder: Path
) -> dict[str, str]:
    """Truth scan to run scan, for those that can be paired without doubt.

    Args:
        truth_scans: As the truth calls them.
        pages: The pages of the run.
        folder: That of the truth, in which its scans may lie.
    """
    wanted, pages = set(truth_scans), tuple(pages)
    run_of_bytes = {page.sha256: page.scan for page in pages if page.status != "duplicate"}
    pairs: dict[str, str] = {}
    for scan in sorted(wanted):
        path = folder / scan
        if path.is_file():
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found = run_of_bytes.get(digest)
            if found is not None:
                pairs[scan] = found
    left = {page.scan for page in pages} - set(pairs.values())
    return pairs | match_scans(wanted - pairs.keys(), left)


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
