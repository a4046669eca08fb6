"""Make ``formscan/tables/data/name_words.txt``: half of the words that simulated names are of.

    python -m training.name_words

Which half is decided by the hash of the word. The other half is what no list has: it tells what
becomes of names with unknown words.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

OUT = Path("formscan/tables/data/name_words.txt")
TITLES = ("ALM.", "H.", "HJ.", "M.", "MOH.", "MUH.", "SE", "SH", "S.PD")
LONGEST = 11
HEAD = """\
# Words of names, half of those of simulate; "*" marks usual given names. Made by
# training/name_words.py from MIT-licensed packages: faker (id_ID), faker.js (id_ID),
# indonesian-names.
"""


def is_known(word: str) -> bool:
    """Whether a word belongs to the half that the reader may know."""
    return hashlib.sha256(word.encode()).digest()[0] % 2 == 0


def main() -> None:
    simulate = resources.files("formscan.simulate")
    lines = [
        line
        for name in ("names.txt", "given_names.txt")
        for line in simulate.joinpath(name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    given = {word for line in lines for word in line.split() if " " in line}
    words = {word for line in lines for word in line.split() if 2 < len(word) <= LONGEST}
    known = sorted({word for word in words if is_known(word)} | set(TITLES))
    text = "".join(f"{word} *\n" if word in given else f"{word}\n" for word in known)
    OUT.write_text(HEAD + text, encoding="utf-8")
    print(f"{OUT}: {len(known)} of {len(words)} words")


if __name__ == "__main__":
    main()
