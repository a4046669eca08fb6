from __future__ import annotations

import contextlib
import io

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from broken import encoded, good_picture, write_broken
from PIL import Image

from formscan.errors import UnreadableScanError
from formscan.image.load import LoadOptions, enumerate_pages, load
from formscan.page import PageRef


def ref_of(file, frame: int = 1) -> PageRef:
    return PageRef(str(file), frame, file.name, "0" * 64)


def written(folder, name: str, data: bytes):
    file = folder / name
    file.write_bytes(data)
    return file


def coloured() -> Image.Image:
    page = np.asarray(good_picture(2).convert("RGB")).copy()
    page[100:130, 40:200] = (255, 150, 90)
    return Image.fromarray(page)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "BMP", "PDF"])
def test_every_format_gives_the_same_page(tmp_path, form):
    picture = good_picture(1)
    page = load(ref_of(written(tmp_path, "x", encoded(picture, form))))
    assert page.gray.shape == (420, 297)
    assert page.bgr is None
    assert np.abs(page.gray.astype(int) - np.asarray(picture).astype(int)).mean() < 6


def test_colour_is_kept_and_grey_saved_as_colour_is_not(tmp_path):
    grey = good_picture(1).convert("RGB")
    assert load(ref_of(written(tmp_path, "grey.jpg", encoded(grey, "JPEG")))).bgr is None
    page = load(ref_of(written(tmp_path, "colour.jpg", encoded(coloured(), "JPEG", quality=95))))
    assert page.bgr is not None
    assert np.abs(page.bgr[115, 100].astype(int) - (90, 150, 255)).max() < 12


def test_a_cast_of_the_light_is_no_colour(tmp_path):
    cast = np.asarray(good_picture(1).convert("RGB")) * np.array([1.0, 0.95, 0.8])
    data = encoded(Image.fromarray(cast.astype(np.uint8)), "PNG")
    assert load(ref_of(written(tmp_path, "cast.png", data))).bgr is None


@pytest.mark.parametrize(("orientation", "turn"), [(1, 0), (3, 2), (6, 3), (8, 1)])
@pytest.mark.parametrize("form", ["JPEG", "WEBP", "TIFF"])
def test_exif_orientation_is_applied(tmp_path, orientation, turn, form):
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = np.zeros((60, 80), np.uint8) + 200
    upright[:20, :30] = 10
    data = encoded(Image.fromarray(upright).convert("RGB"), form, exif=exif.tobytes())
    page = load(ref_of(written(tmp_path, "x", data)))
    expected = np.rot90(upright, turn)
    assert page.gray.shape == expected.shape
    assert np.abs(page.gray.astype(int) - expected.astype(int)).mean() < 5


def modes() -> dict[str, Image.Image]:
    base = np.full((50, 40), 255, np.uint8)
    base[10:20, 10:20] = 0
    alpha = np.dstack([np.zeros((50, 40, 3), np.uint8), 255 - base])
    plain = Image.fromarray(base)
    return {
        "16 bit": Image.fromarray(base.astype(np.uint16) * 257),
        "alpha": Image.fromarray(alpha),
        "palette": plain.convert("P"),
        "1 bit": plain.convert("1"),
        "grey with alpha": Image.fromarray(alpha).convert("LA"),
    }


@pytest.mark.parametrize("name", list(modes()))
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_unusual_colour_models_end_as_ink_on_paper(tmp_path, name, form):
    page = load(ref_of(written(tmp_path, "x", encoded(modes()[name], form))))
    assert page.gray[15, 15] < 5
    assert page.gray[40, 30] > 250


def test_cmyk_jpeg(tmp_path):
    page = load(ref_of(written(tmp_path, "x.jpg", encoded(coloured().convert("CMYK"), "JPEG"))))
    assert page.bgr is not None
    assert page.gray[10, 10] > 200
    assert page.gray[50, 100] < 150


def test_white_on_black_of_one_bit_is_turned_over(tmp_path):
    page = Image.fromarray(255 - np.asarray(modes()["1 bit"].convert("L")))
    loaded = load(ref_of(written(tmp_path, "x.png", encoded(page.convert("1"), "PNG"))))
    assert loaded.gray[40, 30] == 255
    assert loaded.gray[15, 15] == 0


def test_pages_of_a_fax_tiff(tmp_path):
    pages = [good_picture(seed).convert("1") for seed in range(3)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    file = written(tmp_path, "fax.tif", data)
    refs = enumerate_pages([str(file)], None)
    assert [(ref.scan, ref.frame) for ref in refs] == [
        ("fax.tif", 1),
        ("fax.tif", 2),
        ("fax.tif", 3),
    ]
    for ref, expected in zip(refs, pages, strict=True):
        assert np.array_equal(load(ref).gray, np.asarray(expected.convert("L")))


def test_a_scanned_pdf_gives_its_own_jpeg_back(tmp_path):
    jpeg = encoded(good_picture(5), "JPEG", quality=80)
    stream = io.BytesIO()
    Image.open(io.BytesIO(jpeg)).save(stream, "PDF", resolution=300.0)
    page = load(ref_of(written(tmp_path, "x.pdf", stream.getvalue())))
    assert page.gray.shape == (420, 297)
    assert page.dpi == pytest.approx(300.0, abs=0.5)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_rotation_of_a_pdf_page_is_applied(tmp_path, turn):
    source = written(tmp_path, "flat.pdf", encoded(good_picture(5), "PDF", resolution=300.0))
    flat = load(ref_of(source)).gray
    document = pdfium.PdfDocument(source)
    document[0].set_rotation(turn)
    document.save(tmp_path / "turned.pdf")
    document.close()
    turned = load(ref_of(tmp_path / "turned.pdf")).gray
    assert np.array_equal(turned, np.rot90(flat, -turn // 90))


def test_a_drawn_pdf_is_rendered_within_the_cap(tmp_path):
    document = pdfium.PdfDocument.new()
    document.new_page(595, 842)
    document.new_page(14_000, 14_000)
    document.save(tmp_path / "drawn.pdf")
    document.close()
    page = load(ref_of(tmp_path / "drawn.pdf"))
    assert page.gray.shape == pytest.approx((3508, 2479), abs=2)
    assert page.dpi == 300.0
    options = LoadOptions(max_rendered_pixels=1_000_000)
    assert load(ref_of(tmp_path / "drawn.pdf", 2), options).gray.size < 1_010_000


def test_only_the_first_picture_of_an_animation_counts(tmp_path):
    frames = [good_picture(seed) for seed in range(3)]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    refs = enumerate_pages([str(written(tmp_path, "moving.webp", data))], None)
    assert len(refs) == 1
    assert np.array_equal(load(refs[0]).gray, np.asarray(frames[0]))


def test_twelve_broken_files_give_one_row_each_and_leave_good_ones_alone(tmp_path):
    expected = write_broken(tmp_path / "scans", seed=7)
    good_picture(3).save(tmp_path / "scans" / "good.png")
    refs = enumerate_pages([str(tmp_path / "scans")], None)
    assert len(expected) == 12
    assert len(refs) == 13
    for ref in refs:
        name = ref.scan.removeprefix("scans/")
        assert ref.frame == 1
        if name == "good.png":
            assert np.array_equal(load(ref).gray, np.asarray(good_picture(3)))
            continue
        with pytest.raises(UnreadableScanError) as caught:
            load(ref)
        assert caught.value.reason == expected[name], name
        assert caught.value.detail


def test_limits_are_judged_before_decoding(tmp_path):
    file = written(tmp_path, "x.png", encoded(good_picture(1), "PNG"))
    for options in (LoadOptions(max_pixels=1000), LoadOptions(max_bytes=1000)):
        with pytest.raises(UnreadableScanError, match="too_large"):
            load(ref_of(file), options)


def test_a_truncated_jpeg_never_shows_the_picture_before(tmp_path):
    whole = written(tmp_path, "whole.jpg", encoded(good_picture(1), "JPEG"))
    load(ref_of(whole))
    for share in (0.3, 0.6, 0.9):
        data = whole.read_bytes()
        cut = written(tmp_path, "cut.jpg", data[: int(share * len(data))])
        with pytest.raises(UnreadableScanError, match="damaged_file"):
            load(ref_of(cut))


def test_a_missing_frame_and_a_missing_file_have_reasons(tmp_path):
    file = written(tmp_path, "x.png", encoded(good_picture(1), "PNG"))
    with pytest.raises(UnreadableScanError, match="damaged_file"):
        load(ref_of(file, 2))
    file.unlink()
    with pytest.raises(UnreadableScanError, match="unreadable_file"):
        load(ref_of(file))


def test_noise_after_a_header_never_crashes(tmp_path):
    rng = np.random.default_rng(11)
    for form in ("JPEG", "PNG", "TIFF", "WEBP", "PDF", "BMP"):
        whole = bytearray(encoded(good_picture(1), form))
        for _ in range(12):
            damaged = bytearray(whole)
            for place in rng.integers(0, len(whole), 30):
                damaged[place] = rng.integers(256)
            file = written(tmp_path, "x", bytes(damaged))
            with contextlib.suppress(UnreadableScanError):
                assert load(ref_of(file)).gray.ndim == 2


def test_cv2_is_the_decoder_the_figures_were_measured_with():
    assert int(cv2.__version__.split(".")[0]) >= 4
