from __future__ import annotations

import hashlib

import pytest
from broken import encoded, good_picture

from formscan.errors import SettingsError
from formscan.image.load import enumerate_pages


@pytest.fixture
def scans(tmp_path):
    folder = tmp_path / "scans"
    (folder / "b" / ".hidden").mkdir(parents=True)
    jpeg = encoded(good_picture(1), "JPEG")
    for name in ("z.jpg", "a.JPG", "b/c.jpeg", "b/.hidden/no.jpg", ".no.jpg", "no_suffix"):
        (folder / name).write_bytes(jpeg)
    (folder / "notes.txt").write_text("notes")
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" * 10)
    (folder / "empty.pdf").touch()
    return folder


def names(refs):
    return [ref.scan for ref in refs]


def test_a_folder_is_read_recursively_and_sorted(scans):
    found = names(enumerate_pages([str(scans)], None))
    assert found == [
        "scans/a.JPG", "scans/b/c.jpeg", "scans/empty.pdf", "scans/no_suffix", "scans/z.jpg",
    ]  # fmt: skip


def test_the_order_of_arguments_does_not_matter(scans):
    one, other = str(scans / "z.jpg"), str(scans / "b")
    assert enumerate_pages([one, other], None) == enumerate_pages([other, one], None)


def test_a_file_argument_gives_its_name_and_a_second_one_its_number(scans, tmp_path):
    other = tmp_path / "other" / "scans"
    other.mkdir(parents=True)
    (other / "z.jpg").write_bytes((scans / "z.jpg").read_bytes())
    arguments = [str(scans / "z.jpg"), str(other / "z.jpg"), str(scans), str(other)]
    found = names(enumerate_pages(arguments, None))
    assert "z.jpg" in found
    assert "z.jpg~2" in found
    assert "scans/z.jpg" in found
    assert "scans~2/z.jpg" in found


def test_the_output_folder_is_left_out(scans):
    found = names(enumerate_pages([str(scans)], scans / "b"))
    assert "scans/b/c.jpeg" not in found
    assert enumerate_pages([str(scans)], scans) == []


def test_a_dot_is_named_after_its_folder(scans, monkeypatch):
    monkeypatch.chdir(scans)
    assert names(enumerate_pages(["."], None))[0] == "scans/a.JPG"


def test_sha256_is_that_of_the_bytes(scans):
    ref = enumerate_pages([str(scans / "a.JPG")], None)[0]
    assert ref.sha256 == hashlib.sha256((scans / "a.JPG").read_bytes()).hexdigest()


def test_an_argument_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match="nowhere"):
        enumerate_pages([str(tmp_path / "nowhere")], None)


def test_a_file_named_by_itself_is_always_taken(scans):
    assert names(enumerate_pages([str(scans / "notes.txt")], None)) == ["notes.txt"]
