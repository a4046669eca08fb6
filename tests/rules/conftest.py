"""FK23 families as pages whose every field was read surely, and what settling says of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from formscan.page import Identity, PageRef
from formscan.reading import Candidate, FieldReading, PageOutcome
from formscan.record import Record
from formscan.rules import Context
from formscan.settle import Settled, SettleOptions, settle
from formscan.templates.load import load_template
from formscan.templates.model import Template
from formscan.validate.values import raw_of

Values = dict[tuple[str, int | None], str]
AS_OF = date(2023, 8, 1)


@pytest.fixture(scope="session")
def fk23() -> Template:
    return load_template("fk23")


@pytest.fixture(scope="session")
def pages_of(fk23: Template) -> Callable[..., list[PageOutcome]]:
    """The pages of a family: ``pages_of(values, pages, serial)``; ``values`` as in boxes."""

    def make(values: Values, pages=(1, 2), serial: str = "00000001") -> list[PageOutcome]:
        made = []
        for page in pages:
            readings = tuple(
                FieldReading(
                    field.name, field.row, "t-1",
                    (Candidate(values.get((field.name, field.row), ""), 1.0),), 1.0,
                )
                for field in fk23.layout(page).fields
            )  # fmt: skip
            name = f"x/{serial}-{page}.png"
            identity = Identity("fk23", fk23.version, page, serial, "ABCDEF")
            made.append(
                PageOutcome(
                    PageRef(name, 1, name, name), "ok", identity=identity, readings=readings
                )
            )
        return made

    return make


@pytest.fixture(scope="session")
def settled(fk23: Template, pages_of: Callable[..., list[PageOutcome]]) -> Callable[..., Settled]:
    """``settled(values, context=...)``: pass 2 on one family."""

    def run(values: Values, pages=(1, 2), serial="00000001", context=None) -> Settled:
        options = SettleOptions(as_of=AS_OF, context=context or Context())
        return settle(pages_of(values, pages, serial), [fk23], options)

    return run


@pytest.fixture(scope="session")
def written(fk23: Template) -> Callable[..., Values]:
    """A record in the shape of the case files, as it stands in the boxes of pages 1 and 2."""

    def boxes(record: dict) -> Values:
        told = {
            (name, row): value
            for row, member in enumerate(record["anggota"], start=1)
            for name, value in member.items()
        }
        told |= {(name, None): value for name, value in record.items() if name != "anggota"}
        told["kk_akhir_h2", None] = str(record["no_kk"])[-6:]
        told["no_urut_h2", None] = str(record["no_urut_keluarga"])
        values = {}
        for page in (1, 2):
            for field in fk23.layout(page).fields:
                answer = told.get((field.name, field.row))
                if field.value_type == "image":
                    answer = "1" if answer else ""
                    values[field.name, field.row] = answer
                else:
                    values[field.name, field.row] = raw_of(
                        field, "" if answer is None else str(answer)
                    )
        return values

    return boxes


@pytest.fixture(scope="session")
def codes() -> Callable[[Record], list[str]]:
    """``code:field`` of a record's problems."""
    return lambda record: [str(problem) for problem in record.problems]
