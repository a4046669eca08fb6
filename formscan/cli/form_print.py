"""What ``formscan form print`` does: identities, the PDF, the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from formscan.cli.speech import say
from formscan.errors import SettingsError, StoreError, told
from formscan.tables import regions
from formscan.templates import identity
from formscan.templates.draw import draw_pages
from formscan.templates.load import load_template
from formscan.templates.model import Template
from formscan.templates.payload import PageCode

__all__ = ["PrintOrder", "print_forms", "write_pdf"]


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What was asked for; see the options of ``form print``."""

    form: str
    copies: int
    start: int | None
    sheets: int
    area: str
    mono: bool
    paper: str
    target: Path


def print_forms(order: PrintOrder) -> list[str]:
    """Print; what to tell the person.

    The ledger is written first: a serial that was noted and not printed does no harm.

    Raises:
        SettingsError: A serial, sheet count or area that cannot be meant.
        StoreError: The PDF or the ledger cannot be written.
    """
    template = load_template(order.form)
    ledger_file = identity.ledger_path()
    first = order.start
    if first is None:
        first = identity.next_serial(identity.read_ledger(ledger_file), template.form)
    last = first + order.copies - 1
    _check(order, template, first, last)
    print_run = identity.new_print_run()
    sheets = identity.run_codes(template, print_run, first, order.copies, order.sheets)
    sides = _sides(sheets)
    paper = cast(Literal["a4", "f4"], order.paper)
    pdf = draw_pages(template, sides, mono=order.mono, paper=paper)
    run = identity.PrintRun(
        print_run=print_run,
        form=template.form,
        version=template.version,
        template_sha256=template.sha256(),
        first=f"{first:08d}",
        last=f"{last:08d}",
        sheets=order.sheets,
        area=order.area,
        printed_at=identity.now(),
    )
    identity.append_run(ledger_file, run)
    write_pdf(order.target, pdf)
    return [
        say("form.printed", path=order.target, pages=len(sides), first=run.first, last=run.last,
            print_run=print_run),
        _advice(template, sheets),
    ]  # fmt: skip


def _sides(sheets: Sequence[Sequence[PageCode]]) -> list[PageCode | None]:
    """The pages of the PDF, so that printing as advised puts no two records on one sheet.

    Where some sheets have a back, those that have none get an empty one.
    """
    most = max(map(len, sheets))
    return [side for sheet in sheets for side in (*sheet, *[None] * (most - len(sheet)))]


def _advice(template: Template, sheets: Sequence[Sequence[PageCode]]) -> str:
    if max(map(len, sheets)) == 1:
        return say("form.print_advice_single")
    page = template.pages[0]
    edge = "form.edge_short" if page.width_mm > page.height_mm else "form.edge_long"
    return say("form.print_advice", edge=say(edge))


def _check(order: PrintOrder, template: Template, first: int, last: int) -> None:
    if any(page.qr_box is None for page in template.pages):
        raise SettingsError(say("form.no_identity", form=template.form))
    if last >= identity.SERIALS:
        raise SettingsError(say("form.bad_start", start=first, last=last))
    most = len(identity.sheets_of(template))
    if order.sheets > most:
        raise SettingsError(say("form.bad_sheets", form=template.form, most=most))
    if order.area and not regions().name(order.area):
        raise SettingsError(say("form.bad_area", area=order.area))


def write_pdf(target: Path, pdf: bytes) -> None:
    """Write a PDF; StoreError where that is refused."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(pdf)
    except OSError as error:
        raise StoreError(told("store.no_file", file=target, why=error)) from error
