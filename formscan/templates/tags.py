"""AprilTag 36h11 bit patterns, for drawing (Olson 2011; Wang and Olson 2016).

Drawn as vectors, so this room needs no picture library. 36 bits a tag, row by row from the
top left, 1 = white; around them a black frame of one module.
"""

from __future__ import annotations

__all__ = ["MODULES", "TAG_CODES", "TAG_MAX_PAGES", "black_modules", "tag_ids"]

MODULES = 8
"""Side of the black square, modules."""

# fmt: off
TAG_CODES: tuple[int, ...] = (
    0x21a146bab, 0x92d18fe9b, 0x7089014bb, 0x193979e27, 0x44153d3d7, 0x35cd5b8cf, 0xa10ba56a0,
    0x2b874a608, 0xb57fb8d44, 0x4e20b5a64, 0x61d897f2c, 0xab3469ffc, 0x594ca45c2, 0xfa1c2d2e2,
    0x97c24b972, 0x75928624a, 0x1caafe99a, 0x3236ddc16, 0x884e527d6, 0x5771a8c7e, 0xf52925b81,
    0x2e59cc1a1, 0x7fa58ab31, 0xeb43384f9, 0x3913d5345, 0xd79b1a3b5, 0x0dfbe768d, 0x5cd7a031d,
    0xb9c8f7a4b, 0x46987e06b, 0x6e0c5d527, 0x5bc567bb4, 0x1e6302bc2, 0x8ac7d046a, 0xa65fe2326,
    0x5400eb616, 0xf7a066836, 0x2dd0afdf6, 0x3b9cb60b1, 0xad6a1caf9, 0x93b62efb5, 0xbb210d93d,
    0xdee55094b, 0xa0cd1479b, 0x2a23abb27, 0x4f67f4b5f, 0x58a815818, 0x743427d64, 0x1dec40874,
    0x892ab3a02, 0x38d5742ee, 0x0c43567a1, 0x5db311cb1, 0xc957ca1f9, 0xa22457823, 0x29ace98f3,
    0xccc52c528, 0xda8b3578c, 0xd5b4b9e36, 0xac9cdd3ce, 0xcbdaa8391, 0x1986256b1, 0xbae6cc889,
    0xdf91b10e5,
)
# fmt: on

TAG_MAX_PAGES = len(TAG_CODES) // 4
"""A form has at most so many page types."""


def tag_ids(page: int) -> tuple[int, int, int, int]:
    """The ids of page type ``page`` (1-based): top-left, top-right, bottom-right, bottom-left."""
    first = 4 * (page - 1)
    return first, first + 1, first + 2, first + 3


def black_modules(tag_id: int) -> tuple[tuple[int, int], ...]:
    """(column, row) of every black module of the 8 x 8 square, frame included."""
    code = TAG_CODES[tag_id]
    edge = (0, MODULES - 1)
    black = []
    for row in range(MODULES):
        for column in range(MODULES):
            framed = row in edge or column in edge
            if framed or not code >> (35 - (row - 1) * 6 - (column - 1)) & 1:
                black.append((column, row))
    return tuple(black)
