from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.report.overlay import STATUS_COLOURS, OverlayOptions, draw_overlay, write_overlays
from formscan.report.rows import PageRow, ReadRow
from formscan.report.scans import turn_box, turn_upright

NAN = float("nan")


def page(orientation_deg: int = 0) -> PageRow:
    return PageRow(
        "a/1.png", 1, "", "mini", "1", 1, "", "", "ok", "", orientation_deg, 0.0, 0.1, 300.0, 0.9
    )


def read(box_px: tuple[float, float, float, float], status: str, raw: str = "12") -> ReadRow:
    return ReadRow(
        "r", "mini", "1", 1, "f", None, raw, raw, 0.9, status, "comb-1", (), "a/1.png", 1, box_px
    )


@given(
    st.integers(0, 60), st.integers(0, 40), st.integers(1, 20), st.integers(1, 15),
    st.sampled_from([0, 90, 180, 270]),
)  # fmt: skip
def test_boxes_turn_with_their_picture(x: int, y: int, w: int, h: int, turn: int) -> None:
    picture = np.zeros((60, 90, 3), dtype=np.uint8)
    picture[y : y + h, x : x + w] = 255
    left, top, width, height = map(int, turn_box((x, y, w, h), (90, 60), turn))
    turned = turn_upright(picture, turn)
    assert turned[top : top + height, left : left + width].all()
    assert turned.sum() == turned[top : top + height, left : left + width].sum()


@pytest.mark.parametrize("status", ["accepted", "review", "image", "confirmed"])
def test_outline_has_the_colour_of_the_status(status: str) -> None:
    picture = np.full((300, 400, 3), 255, dtype=np.uint8)
    drawn = draw_overlay(picture, page(), [read((100, 100, 120, 60), status)], OverlayOptions())
    assert tuple(drawn[159, 180]) == STATUS_COLOURS[status]
    assert drawn.shape == (300, 400, 3)


def test_blank_fields_and_pictures_carry_no_label() -> None:
    picture = np.full((300, 400, 3), 255, dtype=np.uint8)
    for status, labelled in (("accepted", True), ("blank", False), ("image", False)):
        drawn = draw_overlay(picture, page(), [read((100, 100, 120, 60), status)], OverlayOptions())
        above = drawn[80:98, 100:125]
        assert bool((above != 255).any()) == labelled


def test_large_scans_are_drawn_smaller_and_upright() -> None:
    picture = np.full((4000, 3000, 3), 255, dtype=np.uint8)
    options = OverlayOptions(long_side_px=1000)
    drawn = draw_overlay(picture, page(90), [read((0, 0, 400, 200), "accepted")], options)
    assert drawn.shape == (750, 1000, 3)
    assert tuple(drawn[50, 999]) == STATUS_COLOURS["accepted"]


def test_pages_of_a_run_are_drawn_from_the_kept_originals(
    rows: SimpleNamespace, tmp_path: Path
) -> None:
    run = rows.write_run(tmp_path, [rows.family(0), rows.family(1)])
    keep_original(run.out, tmp_path, "0" * 64)
    (drawn,) = write_overlays(run.out)
    assert drawn.name == "batch__scans__0000.jpg__1.jpg"
    assert cv2.imread(str(drawn)).shape == (300, 600, 3)
    assert hashlib.sha256(drawn.read_bytes()).digest() == redrawn(run.out)


def test_a_page_that_was_read_from_another_scan_says_so(
    rows: SimpleNamespace, tmp_path: Path
) -> None:
    run = rows.write_run(tmp_path, [rows.family(0), []])
    pages = (run.out / "pages.csv").read_text(encoding="utf-8")
    (run.out / "pages.csv").write_text(pages.replace("uuid:0001", "uuid:0000"), encoding="utf-8")
    keep_original(run.out, tmp_path, "0" * 64)
    keep_original(run.out, tmp_path, f"{1:064x}")
    drawn, other = write_overlays(run.out, language="en")
    assert other.name == "batch__scans__0001.jpg__1.jpg"
    first, second = (cv2.imread(str(one)) for one in (drawn, other))
    assert (first[50:75, 80:] > 200).all()
    assert (second[50:75, 80:] < 200).any(), "a note is written over it"


def redrawn(out: Path) -> bytes:
    shutil.rmtree(out / "overlays")
    return hashlib.sha256(write_overlays(out)[0].read_bytes()).digest()


def keep_original(out: Path, folder: Path, sha256: str) -> None:
    kept = out / "originals" / sha256[:2] / f"{sha256}.png"
    kept.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / "scan.png"), np.full((300, 600, 3), 255, dtype=np.uint8))
    (folder / "scan.png").rename(kept)
