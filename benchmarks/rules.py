"""How long the rules of FK23 take for a family: processor time, in one process.

    python -m benchmarks.rules [--families 300]

Every family is invented whole, as if each field had been read surely, and judged by the binds of
the form and the Python rules, with all the others in the index.
"""

from __future__ import annotations

import argparse
import statistics
import time

from formscan.page import Identity, PageRef
from formscan.reading import Candidate, FieldReading, PageOutcome
from formscan.rules import Context, apply_rules
from formscan.rules.index import BatchIndex
from formscan.settle import SettleOptions, settle
from formscan.simulate.chance import stream
from formscan.simulate.families import Family, draw_family, draw_village
from formscan.simulate.limits import AS_OF
from formscan.templates.load import load_template
from formscan.templates.model import Template
from formscan.validate.binds import check
from formscan.validate.values import typed

_VILLAGES = 10


def main() -> None:
    """Draw, index, judge and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=300)
    count = parser.parse_args().families
    form = load_template("fk23")
    villages = [draw_village(stream(1, "village", n)) for n in range(_VILLAGES)]
    families = [
        draw_family(form, n, villages[n % _VILLAGES], stream(1, "family", n)) for n in range(count)
    ]
    index = BatchIndex()
    for number, family in enumerate(families):
        for record in settle(_pages(form, family, number), [form], SettleOptions(AS_OF)).records:
            index.add(record, form)
    took = [_judge_ms(form, family, Context(index=index)) for family in families]
    ranked = sorted(took)
    print(
        f"{count} families: median {statistics.median(took):.1f} ms, "
        f"95 % within {ranked[int(0.95 * count)]:.1f} ms, most {ranked[-1]:.1f} ms"
    )


def _pages(form: Template, family: Family, number: int) -> list[PageOutcome]:
    pages = []
    for page in family.pages:
        readings = tuple(
            FieldReading(one.name, one.row, "t-1", (Candidate(raw, 1.0),), 1.0)
            for one in form.layout(page).fields
            for raw in [family.values.get((one.name, one.row), "")]
        )
        name, identity = f"{number}-{page}", Identity("fk23", form.version, page, f"{number:08d}")
        ref = PageRef(name, 1, name, name)
        pages.append(PageOutcome(ref, "ok", identity=identity, readings=readings))
    return pages


def _judge_ms(form: Template, family: Family, context: Context) -> float:
    fields = [one for page in family.pages for one in form.layout(page).fields]
    values = {
        (one.name, one.row): typed(one, family.values.get((one.name, one.row), ""), form)
        for one in fields
    }
    rows = {one.repeat: {at.row for at in fields if at.row and values[at.name, at.row]}
            for one in fields if one.repeat}  # fmt: skip
    start = time.process_time()
    findings = check(form, values, frozenset(), AS_OF, rows)
    apply_rules(form, findings, values, frozenset(), rows, context)
    return 1000 * (time.process_time() - start)


if __name__ == "__main__":
    main()
