"""Files of scans open again with the same pixels, the right way up."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps

from formscan.simulate.files import Shot, write_pages


def picture():
    made = np.full((300, 420, 3), 255, np.uint8)
    made[20:60, 30:90] = (200, 60, 20)
    made[200:260, 300:400] = 0
    return made


@pytest.mark.parametrize("exif", [0, 1, 3, 6, 8])
def test_exif_turns_the_stored_pixels_back(tmp_path, exif):
    shot = Shot(picture(), 95, 200.0, exif)
    [(name, frame)] = write_pages(tmp_path, "a", [shot], "jpg")
    with Image.open(tmp_path / name) as image:
        shown = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))[..., ::-1]
        assert round(image.info["dpi"][0]) == 200
    assert frame == 1
    assert shown.shape == shot.picture.shape
    assert np.abs(shown.astype(int) - shot.picture).mean() < 3


def test_tiff_holds_all_pages_in_g4(tmp_path):
    written = write_pages(tmp_path, "a", [Shot(picture(), 90, 300.0)] * 3, "tiff")
    assert written == [("a.tif", 1), ("a.tif", 2), ("a.tif", 3)]
    with Image.open(tmp_path / "a.tif") as image:
        assert image.n_frames == 3
        assert image.info["compression"] == "group4"
        assert image.mode == "1"


def test_pdf_embeds_the_jpeg_of_each_page(tmp_path):
    written = write_pages(tmp_path, "a", [Shot(picture(), 90, 300.0)] * 2, "pdf")
    assert [frame for _, frame in written] == [1, 2]
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_a_page_in_black_and_white_is_a_tiff_among_jpegs(tmp_path):
    two_level = np.where(picture()[..., 0] > 128, 255, 0).astype(np.uint8)
    shots = [Shot(picture(), 90, 300.0), Shot(two_level, 90, 300.0, one_bit=True)]
    assert write_pages(tmp_path, "a", shots, "jpg") == [("a-1.jpg", 1), ("a-2.tif", 1)]
