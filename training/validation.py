"""Write down how sure the readings of validation scans are, for the reports of batches to compare.

    python -m training.validation OUT [OUT ...]
        [--out formscan/report/validation.json]

Each OUT (``office``, ``field-out`` …: the severity) is a folder of ``formscan run`` over
validation scans, with the models that are installed
now: after ``training.calibrate`` run them again, which reads the pages anew.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from formscan.report.drift import models_sha256
from formscan.report.natures import find_natures, find_templates
from formscan.report.rows import load_pages, load_reads
from formscan.report.run_figures import BANDS, kind_figures
from formscan.report.stored import stored_templates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outs", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("formscan/report/validation.json"))
    options = parser.parse_args()
    kinds: dict[str, Counter[int]] = {}
    pages = {}
    for out in options.outs:
        reads = load_reads(out)
        natures = find_natures(reads, find_templates(reads, stored_templates(out)))
        for one in kind_figures(reads, natures, ()):
            if one.kind != "image":
                kinds.setdefault(one.kind, Counter()).update(dict(enumerate(one.histogram.counts)))
        pages[out.name.removesuffix("-out")] = len(load_pages(out))
    document = {
        "schema": 1,
        "pages": pages,
        "bands": BANDS,
        "models": models_sha256(),
        "kinds": {
            kind: [counts[band] for band in range(len(BANDS) - 1)]
            for kind, counts in sorted(kinds.items())
        },
    }
    options.out.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(f"{options.out}: {pages}")


if __name__ == "__main__":
    main()
