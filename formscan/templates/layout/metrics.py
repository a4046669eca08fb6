"""Sizes of everything on a sheet, in millimetres and points."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["METRICS", "Metrics"]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The house style of a form.

    Attributes:
        inset_mm: Tags and QR keep this distance from every edge: printers cannot print there.
        edge_mm: Everything else keeps this distance.
        tag_mm: Side of an AprilTag without its quiet zone.
        qr_mm: Side of the QR without its quiet zone.
        bars_edge_mm: Distance of the bars from the left edge, where some printers cannot print.
        bars_mm: Height of the bars, which stand on their end.
        bars_module_mm: Width of the thinnest bar.
        quiet_mm: Free paper around tags and QR.
        header_mm: Y at which the first block begins.
        pitch_mm: From one box of a comb to the next.
        box_mm: Height of a box.
        group_mm: Gap between groups of boxes, such as day and month.
        tick_mm: Side of a tick box.
        stretch_mm: A row grows by at most so much where the page has room.
    """

    inset_mm: float = 12.0
    edge_mm: float = 10.0
    tag_mm: float = 8.0
    qr_mm: float = 15.0
    bars_edge_mm: float = 4.8
    bars_mm: float = 4.4
    bars_module_mm: float = 0.5
    quiet_mm: float = 2.0
    header_mm: float = 29.4
    pitch_mm: float = 4.8
    box_mm: float = 5.6
    group_mm: float = 1.0
    tick_mm: float = 4.4
    band_mm: float = 4.4
    block_gap_mm: float = 1.0
    stretch_mm: float = 4.0
    title_pt: float = 15.0
    band_pt: float = 9.0
    label_pt: float = 7.0
    small_pt: float = 6.5
    code_pt: float = 6.2
    code_line_mm: float = 2.38


METRICS = Metrics()
