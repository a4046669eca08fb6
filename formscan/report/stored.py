"""What a report asks the store of the run, where OUT has one."""

from __future__ import annotations

from pathlib import Path

from formscan.report.measured import HIDDEN, Measured, measured
from formscan.store import Ledger, has_store, read_store
from formscan.store.looks import LOOKS
from formscan.templates.model import Template

__all__ = ["linked_scans", "measured_errors", "stored_templates"]


def stored_templates(out: Path) -> tuple[Template, ...]:
    """The templates that the run was made with; () without a store."""
    if not has_store(out):
        return ()
    with read_store(out) as store:
        return store.templates()


def measured_errors(out: Path) -> tuple[Measured, ...]:
    """How often the machine and people were wrong, by second looks; () where nobody looked."""
    if not has_store(out):
        return ()
    with read_store(out) as store:
        return measured(Ledger(store).notes(*LOOKS, HIDDEN))


def linked_scans(out: Path) -> dict[str, str]:
    """Scan name to path or address, of a run with ``--link-scans``; of others empty."""
    if (out / "originals").is_dir() or not has_store(out):
        return {}
    with read_store(out) as store:
        groups = store.members().values()
        return {ref.scan: ref.path for members in groups for ref, _ in members}
