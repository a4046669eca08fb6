from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

from formscan.errors import StoreError
from formscan.page import PageRef
from formscan.store import bytes_needed, judge_place, keep_original, locked, original_path
from formscan.store.place import kind_of_place


@pytest.mark.parametrize(
    ("path", "filesystem", "kind"),
    [
        ("/home/sri/hasil", "ext4", "local"),
        ("/mnt/kantor/hasil", "cifs", "network"),
        ("/mnt/kantor/hasil", "nfs4", "network"),
        ("\\\\server\\bersama\\hasil", "", "network"),
        ("Z:\\hasil", "remote", "network"),
        ("C:\\Users\\Sri\\OneDrive - Dinas\\hasil", "", "synced"),
        ("/Users/sri/Google Drive/hasil", "apfs", "synced"),
        ("/home/sri/Dropbox/hasil", "ext4", "synced"),
        ("/media/sri/FLASHDISK", "vfat", "removable"),
        ("E:\\hasil", "removable", "removable"),
        ("/tmp/x", "overlay", "local"),
    ],
)
def test_places_that_a_database_does_not_bear_are_told_apart(path, filesystem, kind):
    assert kind_of_place(path, filesystem) == kind


def test_a_folder_that_does_not_exist_yet_is_judged_by_its_parents(tmp_path):
    place = judge_place(tmp_path / "a" / "b")
    assert place.free_bytes > 0
    assert not (tmp_path / "a").exists()


def test_the_estimate_holds_the_scans_only_where_they_are_copied(tmp_path):
    scan = tmp_path / "a.jpg"
    scan.write_bytes(b"x" * 1_000_000)
    with_copies = bytes_needed([str(scan), str(tmp_path / "gone")], 1, copies=True)
    assert with_copies - bytes_needed([str(scan)], 1, copies=False) >= 1_000_000


def test_a_second_run_is_refused_while_the_first_holds_the_folder(tmp_path):
    program = (
        "import sys, pathlib; from formscan.store import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(StoreError, match="another formscan run"), locked(tmp_path):
            pass
        other.kill()
    with locked(tmp_path):
        pass


def original(tmp_path, name, data):
    file = tmp_path / name
    file.write_bytes(data)
    return PageRef(str(file), 1, name, hashlib.sha256(data).hexdigest())


def test_the_original_is_kept_under_its_hash_and_outlives_its_source(tmp_path):
    ref = original(tmp_path, "SCAN.JPG", b"pixels")
    assert keep_original(tmp_path / "out", ref)
    (tmp_path / "SCAN.JPG").unlink()
    assert keep_original(tmp_path / "out", ref)
    kept = original_path(tmp_path / "out", ref)
    assert kept.relative_to(tmp_path / "out").as_posix() == (
        f"originals/{ref.sha256[:2]}/{ref.sha256}.jpg"
    )
    assert kept.read_bytes() == b"pixels"
    assert [file.name for file in kept.parent.iterdir()] == [kept.name]


def test_a_file_that_was_changed_while_it_was_read_is_not_kept(tmp_path):
    ref = original(tmp_path, "a.jpg", b"pixels")
    (tmp_path / "a.jpg").write_bytes(b"others")
    assert not keep_original(tmp_path / "out", ref)
    assert not original_path(tmp_path / "out", ref).exists()


def test_a_disk_that_refuses_is_told_with_a_remedy(tmp_path):
    ref = original(tmp_path, "a.jpg", b"pixels")
    (tmp_path / "out").write_text("a file where a folder should be")
    with pytest.raises(StoreError, match="--link-scans"):
        keep_original(tmp_path / "out", ref)
