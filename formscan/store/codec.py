"""Page outcomes as compressed JSON, and back without loss.

Lists instead of objects inside: a page of FK23 holds some 600 cells with their candidates.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from formscan.page import Identity, PageRef
from formscan.reading import Candidate, Cell, FieldReading, Measure, PageOutcome

__all__ = ["dump_outcome", "load_outcome"]

_PLAIN = (
    "status",
    "reason",
    "detail",
    "orientation_deg",
    "skew_deg",
    "residual_mm",
    "dpi",
    "sharpness",
    "width_px",
    "height_px",
    "template_sha256",
    "readers",
    "peak_mb",
    "cover",
)
_as_candidate: Callable[[list[Any]], Candidate] = partial(tuple.__new__, Candidate)
_as_measure: Callable[[list[Any]], Measure] = partial(tuple.__new__, Measure)
"""As their constructors, without a call of Python's own for each of them."""
_IDENTITY = ("form", "version", "page", "serial", "print_run", "source")


def dump_outcome(outcome: PageOutcome) -> bytes:
    """An outcome without its ``ref``, which is stored beside it."""
    document = {name: getattr(outcome, name) for name in _PLAIN}
    identity = outcome.identity
    document["identity"] = identity and [getattr(identity, name) for name in _IDENTITY]
    document["stage_ms"] = outcome.stage_ms
    document["readings"] = [_reading(reading) for reading in outcome.readings]
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return zlib.compress(text.encode(), 3)


def load_outcome(blob: bytes, ref: PageRef, *, glyphs: bool = True) -> PageOutcome:
    """The outcome of ``ref``.

    Args:
        blob: From ``dump_outcome``.
        ref: The page picture it belongs to.
        glyphs: Whether to bring the embeddings of the glyphs along (most of the memory).
    """
    document: dict[str, Any] = json.loads(zlib.decompress(blob))
    identity = document["identity"]
    return PageOutcome(
        ref=ref,
        identity=identity and Identity(*identity),
        stage_ms=_load_measures(document["stage_ms"]),
        readings=tuple(_load_reading(reading, glyphs) for reading in document["readings"]),
        **{name: document[name] for name in _PLAIN if name in document},
    )


def _reading(reading: FieldReading) -> list[Any]:
    return [
        reading.name,
        reading.row,
        reading.reader,
        reading.candidates,
        reading.confidence,
        [_cell(cell) for cell in reading.cells],
        reading.measures,
        reading.box_px,
    ]


def _load_reading(item: list[Any], glyphs: bool) -> FieldReading:
    name, row, reader, candidates, confidence, cells, measures, box_px = item
    left, top, width, height = box_px
    return FieldReading(
        name=name,
        row=row,
        reader=reader,
        candidates=_load_candidates(candidates),
        confidence=confidence,
        cells=tuple(_load_cell(cell, glyphs) for cell in cells),
        measures=_load_measures(measures),
        box_px=(left, top, width, height),
    )


def _cell(cell: Cell) -> list[Any]:
    return [
        cell.candidates,
        cell.measures,
        cell.embedding,
        cell.embedding_scale,
    ]


def _load_cell(item: list[Any], glyphs: bool) -> Cell:
    candidates, measures, embedding, scale = item
    return Cell(
        candidates=_load_candidates(candidates),
        measures=_load_measures(measures),
        embedding=embedding if glyphs else "",
        embedding_scale=scale if glyphs else 0.0,
    )


def _load_candidates(items: list[Any]) -> tuple[Candidate, ...]:
    return tuple(map(_as_candidate, items))


def _load_measures(items: list[Any]) -> tuple[Measure, ...]:
    return tuple(map(_as_measure, items))
