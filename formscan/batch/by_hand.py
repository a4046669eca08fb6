"""Pages of which a person said what they are, read by the same code as all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from formscan import __version__
from formscan.decision import Decision
from formscan.errors import UnreadableScanError
from formscan.image.addresses import sha256_of
from formscan.page import ByHand, PageRef
from formscan.page_decision import SUBJECT, page_said, page_subject
from formscan.pipeline import PageSetup, readers_version, template_sha256
from formscan.reading import PageOutcome
from formscan.runner import guarded
from formscan.settle import follows
from formscan.store import ReadWith, Store, original_path

__all__ = ["read_again", "read_with_of", "told_by_hand"]


def told_by_hand(
    decisions: Mapping[str, Sequence[Decision]], refs: Iterable[PageRef]
) -> dict[tuple[str, int], ByHand]:
    """(sha256, frame) of each picture to what a person said it is, where one did.

    Args:
        decisions: Of the batch, by KEY or name of a picture.
        refs: The pictures.
    """
    if not any(name.startswith(SUBJECT) for name in decisions):
        return {}
    found = {}
    for ref in refs:
        said = page_said(decisions.get(page_subject(ref), ()))
        if said is not None and said.by_hand is not None:
            found[ref.sha256, ref.frame] = said.by_hand
    return found


def read_with_of(setup: PageSetup) -> ReadWith:
    """What an outcome depends on that this setup makes."""
    return ReadWith(
        version=__version__,
        templates=frozenset(template_sha256(one) for one in setup.templates),
        forced=template_sha256(setup.forced) if setup.forced else "",
        readers=readers_version(),
    )


def read_again(
    out: Path, store: Store, ref: PageRef, decisions: Mapping[str, Sequence[Decision]]
) -> PageOutcome:
    """Read one picture as ``run`` would, with what people said of it by now, and keep that.

    Args:
        out: The batch folder.
        store: Its store.
        ref: A picture of the batch.
        decisions: Of at least that picture.

    Raises:
        UnreadableScanError: The scan is gone or was changed; what was known of it stays.
    """
    templates, forced = store.templates(), store.meta("forced")
    setup = PageSetup(
        templates=templates,
        forced=next((one for one in templates if forced and one.sha256() == forced), None),
        by_hand=told_by_hand(decisions, [ref]),
    )
    kept = original_path(out, ref)
    path = str(kept) if kept.is_file() else ref.path
    if not ref.sha256 or sha256_of(path) != ref.sha256:
        detail = "the scan is gone or was changed since it was read first"
        raise UnreadableScanError("unreadable_file", detail)
    outcome = replace(guarded(setup, replace(ref, path=path)), ref=ref)
    store.save(outcome, read_with_of(setup), follows(outcome, templates))
    return outcome
