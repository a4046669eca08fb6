"""``run.json``: what a run did, with what, and how fast. The only output that knows time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from formscan.export.files import write_text
from formscan.export.write import Counts
from formscan.templates.model import Template

__all__ = ["run_document", "write_run_json"]


def run_document(
    counts: Counts,
    templates: Sequence[Template],
    settings: Mapping[str, Any],
    versions: Mapping[str, str],
    speed: Mapping[str, Any],
) -> dict[str, Any]:
    """The content of ``run.json``.

    Args:
        counts: From ``write_outputs``.
        templates: Of the batch.
        settings: ``as_of``, ``max_error`` and what else results depend on.
        versions: Of formscan and the packages that results depend on.
        speed: Seconds, seconds per stage, pages per second, peak memory.
    """
    return {
        "schema": 1,
        **settings,
        "counts": {
            "pages": dict(counts.pages),
            "reasons": dict(counts.reasons),
            "records": dict(counts.records),
            "forms": dict(counts.forms),
            "fields": dict(counts.fields),
            "review_items": counts.review_items,
            "waiting": dict(counts.waiting),
            "decoded": counts.decoded,
        },
        "templates": [
            {"form": one.form, "version": one.version, "sha256": one.sha256()} for one in templates
        ],
        "versions": dict(versions),
        "speed": dict(speed),
    }


def write_run_json(directory: Path, document: Mapping[str, Any]) -> Path:
    """Write it into ``directory``; returns the name that it got."""
    text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=False)
    return write_text(directory / "run.json", f"{text}\n")
