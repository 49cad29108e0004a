"""What kinds of garments there are: prices, sizes, colours, how often they come back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SIZES = ("XS", "S", "M", "L", "XL", "XXL", "均码")
_CURVES = {
    "wide": ("S", "M", "L", "XL"),
    "full": ("XS", "S", "M", "L", "XL", "XXL"),
    "core": ("S", "M", "L"),
    "one": ("均码",),
}
_DEMAND = {
    "XS": 0.08,
    "S": 0.22,
    "M": 0.32,
    "L": 0.23,
    "XL": 0.11,
    "XXL": 0.04,
    "均码": 1.0,
}
CORE_SIZES = ("S", "M", "L", "均码")
NORTH = np.array([0.75, 0.85, 0.97, 1.12, 1.35, 1.5, 1.0])
SOUTH = np.array([1.35, 1.2, 1.02, 0.85, 0.7, 0.6, 1.0])
SIZE_TILT = np.stack([np.ones(7), SOUTH, NORTH, np.ones(7), SOUTH, NORTH, NORTH])
"""How much more of each size each region wants: taller in the north."""


class Garment(NamedTuple):
    """A category: tag prices in CNY, sizes, the refund rate on the shelf, price elasticity."""

    name: str
    code: str
    low: int
    high: int
    sizes: str
    refunds: float
    elasticity: float
    seasons: tuple[float, float, float, float]
    """Share of the styles of spring, summer, autumn and winter."""


GARMENTS = (
    Garment("连衣裙", "LYQ", 459, 999, "wide", 0.47, 2.2, (0.18, 0.26, 0.12, 0.06)),
    Garment("衬衫", "CS", 299, 529, "full", 0.38, 1.7, (0.14, 0.12, 0.12, 0.03)),
    Garment("T恤", "TX", 169, 329, "full", 0.36, 2.5, (0.10, 0.24, 0.06, 0.02)),
    Garment("半身裙", "BSQ", 289, 529, "core", 0.42, 2.0, (0.12, 0.14, 0.10, 0.06)),
    Garment("牛仔裤", "NZK", 329, 559, "full", 0.46, 1.8, (0.12, 0.08, 0.12, 0.08)),
    Garment("西装", "XZ", 599, 1199, "wide", 0.44, 1.5, (0.10, 0.04, 0.10, 0.04)),
    Garment("针织衫", "ZZS", 299, 599, "core", 0.37, 1.8, (0.10, 0.06, 0.16, 0.14)),
    Garment("卫衣", "WY", 259, 479, "wide", 0.36, 2.1, (0.08, 0.02, 0.12, 0.10)),
    Garment("风衣", "FY", 699, 1299, "wide", 0.43, 1.4, (0.06, 0.00, 0.08, 0.00)),
    Garment("羽绒服", "YRF", 899, 1999, "wide", 0.42, 1.3, (0.00, 0.00, 0.00, 0.22)),
    Garment("大衣", "DY", 999, 2299, "wide", 0.45, 1.2, (0.00, 0.00, 0.02, 0.19)),
    Garment("围巾", "WJ", 159, 399, "one", 0.35, 1.6, (0.00, 0.04, 0.00, 0.06)),
)
COLOURS = (
    ("黑色", "#222222", 0.20),
    ("白色", "#f4f2ee", 0.16),
    ("杏色", "#e8d3b5", 0.12),
    ("藏青", "#22335c", 0.09),
    ("雾霾蓝", "#8fa9c4", 0.08),
    ("豆沙粉", "#d09a9a", 0.08),
    ("焦糖", "#a8672f", 0.07),
    ("灰色", "#9a9a9a", 0.07),
    ("墨绿", "#2f5142", 0.05),
    ("酒红", "#7a2036", 0.04),
    ("雪青", "#b9a5d6", 0.02),
    ("鹅黄", "#f2d874", 0.02),
)
"""Name, shade, and how many buyers want it."""


def sizes_of(category: int) -> list[int]:
    """The positions in `SIZES` of a category's sizes."""
    return [SIZES.index(size) for size in _CURVES[GARMENTS[category].sizes]]


def size_shares(category: int) -> list[float]:
    """How the demand for a category is spread over its sizes, in the middle of the country."""
    wanted = np.array([_DEMAND[SIZES[size]] for size in sizes_of(category)])
    return [float(each) for each in wanted / wanted.sum()]
