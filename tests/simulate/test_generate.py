"""Simulated sheets: same seed, same bytes; the truth is complete; the geometry is exact."""

from __future__ import annotations

import csv
import hashlib
import json

import cv2
import numpy as np
import pytest

from formscan.geometry import Homography
from formscan.simulate import SimulateOptions, simulate
from formscan.simulate.bend import ScanMap, flat_px, resample
from formscan.simulate.chance import stream
from formscan.simulate.devices import take_picture
from formscan.simulate.severity import SEVERITIES, SEVERITY_NAMES
from formscan.simulate.shape import draw_shifts
from formscan.templates.load import load_template


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    out = tmp_path_factory.mktemp("sheets")
    options = SimulateOptions(count=2, seed=3, severity="office", formats=("jpg", "pdf"))
    simulate(load_template("fk23"), options, out)
    return out


def test_same_seed_same_bytes(sheets, tmp_path):
    options = SimulateOptions(count=2, seed=3, severity="office", formats=("jpg", "pdf"))
    simulate(load_template("fk23"), options, tmp_path)
    assert digests(tmp_path) == digests(sheets)


def test_truth_holds_every_printed_field_of_every_page(sheets):
    template = load_template("fk23")
    with (sheets / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pages = {
        (page["scan"], page["frame"]) for page in json.loads((sheets / "geometry.json").read_text())
    }
    found = {}
    for row in rows:
        found.setdefault((row["scan"], int(row["frame"])), []).append((row["field"], row["row"]))
    assert set(found) == pages
    printed = [
        sorted((f.name, "" if f.row is None else str(f.row)) for f in layout.fields)
        for layout in template.pages
    ]
    for fields in found.values():
        assert sorted(fields) in printed
    for scan, _frame in pages:
        assert (sheets / scan).exists()


@pytest.mark.parametrize("name", SEVERITY_NAMES)
def test_geometry_is_where_the_dots_are(name):
    """Dots planted on a white sheet are found where the map says, to half a pixel."""
    size_mm = (148.0, 105.0)
    rng = np.random.default_rng(5)
    flat = np.full((1240, 1748, 3), 255, np.uint8)
    dots_mm = np.array([(x, y) for x in (30.0, 74.0, 118.0) for y in (25.0, 52.0, 80.0)])
    for x, y in flat_px(dots_mm):
        center = (round(float(x) * 16), round(float(y) * 16))
        cv2.circle(flat, center, 10 * 16, (20, 20, 20), -1, cv2.LINE_AA, 4)
    shot, scan_map = take_picture(flat, size_mm, SEVERITIES[name], rng)
    picture = shot.picture
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    for at in scan_map(dots_mm):
        x, y = (round(float(v)) for v in at)
        reach = 16
        left, top = max(x - reach, 0), max(y - reach, 0)
        patch = 255.0 - grey[top : y + reach + 1, left : x + reach + 1]
        dark = np.clip(patch - np.median(patch) - 70, 0, None)
        if dark.sum() < 1000:  # the page fell out of the picture there, or a stain lies on it
            continue
        yy, xx = np.mgrid[0 : patch.shape[0], 0 : patch.shape[1]]
        centre = np.array([(xx * dark).sum(), (yy * dark).sum()]) / dark.sum() + (left, top)
        assert np.abs(centre - at).max() < 0.6


@pytest.mark.parametrize("name", SEVERITY_NAMES)
def test_way_back_through_bent_paper(name):
    shifts = draw_shifts(SEVERITIES[name], (297.0, 210.0), stream(1, name))
    scan_map = ScanMap(Homography(np.diag([11.8, 11.8, 1.0])), shifts, (3504, 2478))
    points_mm = np.random.default_rng(2).uniform((0, 0), (297, 210), (50, 2))
    assert np.abs(scan_map.inverse(scan_map(points_mm)) - points_mm).max() < 1e-3


def test_resampling_keeps_a_flat_page_as_it_is():
    flat = np.random.default_rng(1).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    px_per_mm = 300 / 25.4
    matrix = np.array([[px_per_mm, 0, -0.5], [0, px_per_mm, -0.5], [0, 0, 1]])
    picture, _ = resample(flat, ScanMap(Homography(matrix), (), (400, 300)), 255)
    assert np.abs(picture.astype(int) - flat).max() <= 1
