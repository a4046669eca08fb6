from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formscan.errors import SettingsError
from formscan.simulate.unipen import CHARACTERS, load_strokes, split_of

SHARED = Path(__file__).parents[3] / "shared/data/unipen/unipen_train_strokes.npz"


def small_file(folder: Path) -> Path:
    """Two characters: an L of two strokes by ``ced``, a dot by ``art``."""
    path = folder / "strokes.npz"
    np.savez(
        path,
        points=np.array([(0, 0), (0, 4096), (0, 4096), (1024, 4096), (5, 7)], dtype=np.int16),
        stroke_off=np.array([0, 2, 4, 5], dtype=np.int32),
        item_off=np.array([0, 2, 3], dtype=np.int32),
        y=np.array([21, 1], dtype=np.uint8),
        contributor=np.array(["ced", "art"]),
        writer_file=np.array(["ced/a.dat", "art/b.dat"]),
    )
    return path


def test_strokes_are_scaled_to_their_longest_side(tmp_path: Path) -> None:
    file = load_strokes(small_file(tmp_path))
    strokes = file.strokes(0)
    assert CHARACTERS[file.labels[0]] == "L"
    assert [len(stroke) for stroke in strokes] == [2, 2]
    np.testing.assert_allclose(np.concatenate(strokes).max(axis=0), (0.25, 1.0))
    assert np.isfinite(file.strokes(1)[0]).all()


def test_select_goes_by_contributor(tmp_path: Path) -> None:
    file = load_strokes(small_file(tmp_path))
    assert file.select("validation").tolist() == [0]
    assert file.select("test").tolist() == [1]
    assert file.select("train").tolist() == []


@pytest.mark.parametrize(
    ("contributor", "writer_file", "split"),
    [
        ("ced", "ced/any.dat", "validation"),
        ("gmd", "gmd/any.dat", "validation"),
        ("syn", "syn/syn1/jab-dig9.dat", "validation"),
        ("cea", "cea/Asundi.dat", "test"),
        ("ceb", "ceb/x.dat", "test"),
    ],
)
def test_split_of_is_fixed(contributor: str, writer_file: str, split: str) -> None:
    assert split_of(contributor, writer_file) == split


def test_a_file_of_another_kind_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "other.npz"
    np.savez(path, points=np.zeros(3))
    with pytest.raises(SettingsError, match=r"other\.npz"):
        load_strokes(path)
    with pytest.raises(SettingsError):
        load_strokes(tmp_path / "none.npz")


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
def test_no_writer_is_in_two_splits() -> None:
    file = load_strokes(SHARED)
    seen: dict[str, str] = {}
    for writer, split in zip(file.writers.tolist(), file.splits.tolist(), strict=True):
        assert seen.setdefault(writer, split) == split
    assert {"train", "validation", "test"} == set(seen.values())
