"""Right and wrong characters of a comb, box by box."""

from __future__ import annotations

__all__ = ["align", "compare_characters"]

Pairs = list[tuple[str, str]]


def compare_characters(truth: str, read: str) -> Pairs:
    """(true, read) characters of every true non-space character; "" where nothing was read.

    Characters read where nothing is written are not counted here: the field as a whole is
    wrong.
    """
    return [(true, found.strip()) for true, found in align(truth, read) if true.strip()]


def align(truth: str, read: str) -> Pairs:
    """(true, read) characters, "" on the side that has none.

    Texts of one length stand box against box. Otherwise the alignment with the fewest
    insertions, deletions and substitutions is taken (Levenshtein 1966), since ``raw`` has lost
    the empty boxes at its ends.
    """
    if len(truth) == len(read):
        return list(zip(truth, read, strict=True))
    cost = _distances(truth, read)
    pairs: Pairs = []
    i, j = len(truth), len(read)
    while i > 0 or j > 0:
        if i > 0 and j > 0 and cost[i][j] == cost[i - 1][j - 1] + (truth[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((truth[i], read[j]))
        elif i > 0 and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            pairs.append((truth[i], ""))
        else:
            j -= 1
            pairs.append(("", read[j]))
    return pairs[::-1]


def _distances(truth: str, read: str) -> list[list[int]]:
    cost = [list(range(len(read) + 1))]
    for i, true in enumerate(truth, start=1):
        row = [i]
        for j, found in enumerate(read, start=1):
            row.append(min(cost[-1][j] + 1, row[-1] + 1, cost[-1][j - 1] + (true != found)))
        cost.append(row)
    return cost
