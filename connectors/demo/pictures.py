"""Drawn pictures: the outline of a category in the colour of the SKC, as a small data URI.

They are PNG, because pages show no SVG that comes with the data.
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from functools import cache
from struct import pack

import numpy as np

from connectors.demo.garments import COLOURS, GARMENTS

_SIZE, _GRID = 64, 32
"""Pixels a side, and the units a side in which outlines are given."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EDGE = "777777"
_TOP = "9,4 12,6 20,6 23,4 29,9 25,14 23,13 23,28 9,28 9,13 7,14 3,9"
_LONG_TOP = "9,4 12,6 20,6 23,4 27,9 30,24 26,25 23,14 23,28 9,28 9,14 6,25 2,24 5,9"
_COAT = "9,3 12,5 20,5 23,3 27,10 29,26 26,27 23,17 23,30 9,30 9,17 6,27 3,26 5,10"
_OUTLINES = {
    "连衣裙": "11,3 13,6 19,6 21,3 24,5 22,14 28,29 4,29 10,14 8,5",
    "半身裙": "10,5 22,5 23,9 28,28 4,28 9,9",
    "牛仔裤": "9,3 23,3 26,29 19,29 16,12 13,29 6,29",
    "T恤": _TOP,
    "衬衫": _LONG_TOP,
    "针织衫": _LONG_TOP,
    "卫衣": "10,5 13,3 19,3 22,5 26,9 29,23 25,24 23,16 23,28 9,28 9,16 7,24 3,23 6,9",
    "围巾": "9,4 12,6 16,7 20,6 23,4 25,8 22,11 20,12 23,29 17,29 14,13 9,11 7,8",
}


@cache
def picture(category: int, colour: int) -> str:
    """The picture of a category in a colour, 64 × 64 pixels."""
    inside = _inside(_OUTLINES.get(GARMENTS[category].name, _COAT))
    within = inside.copy()
    for axis in (0, 1):
        for step in (1, -1):
            within &= np.roll(inside, step, axis)
    return _png(inside.astype(np.uint8) + within, ("ffffff", _EDGE, COLOURS[colour][1][1:]))


@cache
def _inside(outline: str) -> np.ndarray:
    """Which pixels lie inside a closed line: those from which a ray crosses it an odd number."""
    points = np.array([each.split(",") for each in outline.split()], dtype=float)
    y, x = (np.mgrid[:_SIZE, :_SIZE] + 0.5) * _GRID / _SIZE
    inside = np.zeros((_SIZE, _SIZE), dtype=bool)
    for (x1, y1), (x2, y2) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if y1 != y2:
            inside ^= ((y1 > y) != (y2 > y)) & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return inside


def _png(pixels: np.ndarray, palette: tuple[str, ...]) -> str:
    """Pixels as numbers of a palette, of which the first is transparent."""
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    chunks = (
        (b"IHDR", pack(">IIBBBBB", _SIZE, _SIZE, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes.fromhex("".join(palette))),
        (b"tRNS", b"\0"),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    written = b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return f"data:image/png;base64,{b64encode(_SIGNATURE + written).decode()}"
