"""Build ``formscan/tables/data/wilayah.tsv.gz`` from the tables of cahyadsn/wilayah (MIT).

    python training/build_regions.py SOURCE_DIR

SOURCE_DIR holds ``wilayah_2022_prov_kab_kec.csv``, ``wilayah_2022_desa.csv.gz`` (the codes in
force in 2023) and ``wilayah_kode_berubah_2022_2025.csv`` (what changed since). The result is
sorted ``code TAB name TAB state`` lines, state "" = in the 2022 table, ``+`` = came after it,
``-`` = gone by 2025, ``!`` = retired before 2022 (stays valid in a NIK).
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

OUT = Path(__file__).parents[1] / "formscan" / "tables" / "data" / "wilayah.tsv.gz"

RETIRED_BEFORE_2022 = {
    "6404": "KAB. BULUNGAN",
    "6405": "KAB. NUNUKAN",
    "6406": "KAB. MALINAU",
    "6410": "KAB. TANA TIDUNG",
    "6473": "KOTA TARAKAN",
}
"""East Kalimantan's codes of what has been North Kalimantan since 2012."""


def main(source: Path) -> None:
    rows: dict[str, tuple[str, str]] = {}
    with (source / "wilayah_2022_prov_kab_kec.csv").open(encoding="utf-8") as file:
        rows |= {row["kode"]: (row["nama"], "") for row in csv.DictReader(file)}
    with gzip.open(source / "wilayah_2022_desa.csv.gz", "rt", encoding="utf-8") as file:
        rows |= {row["kode"]: (row["nama"], "") for row in csv.DictReader(file)}
    with (source / "wilayah_kode_berubah_2022_2025.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            before, after = row["nama_2022"].strip(), row["nama_2025"].strip()
            if after and not before and row["kode"] not in rows:
                rows[row["kode"]] = (after, "+")
            elif before and not after:
                rows[row["kode"]] = (rows.get(row["kode"], (before, ""))[0], "-")
    rows |= {code: (name, "!") for code, name in RETIRED_BEFORE_2022.items() if code not in rows}
    lines = [f"{code}\t{name}\t{state}" for code, (name, state) in sorted(rows.items())]
    data = ("\n".join(lines) + "\n").encode()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    print(f"{OUT}: {len(rows)} codes, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
