from __future__ import annotations

import cv2
import numpy as np

from formscan.templates.tags import MODULES, TAG_CODES, black_modules, tag_ids


def test_the_table_is_opencvs_36h11() -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    for tag_id in range(len(TAG_CODES)):
        wanted = cv2.aruco.generateImageMarker(dictionary, tag_id, MODULES, borderBits=1)
        drawn = np.full((MODULES, MODULES), 255, np.uint8)
        for column, row in black_modules(tag_id):
            drawn[row, column] = 0
        assert np.array_equal(drawn, wanted)


def test_each_page_type_has_its_own_four() -> None:
    assert tag_ids(1) == (0, 1, 2, 3)
    assert tag_ids(4) == (12, 13, 14, 15)
