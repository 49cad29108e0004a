"""Texts on coloured cells: black or white, whichever is read better there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_HALF = 0.179
"""The luminance on which black and white stand out alike, by 4.6."""
_STRAIGHT = 0.04045
"""Up to it sRGB is straight, and curved beyond."""
_Colour = tuple[float, float, float]


def ink_on(scale: Sequence[tuple[float, str]], share: float) -> str:
    """Black or white for a cell of a colour scale; either reaches a contrast of 4.5.

    Args:
        scale: places from 0 to 1 with their colours (#rrggbb), ascending; straight in between.
        share: the place of the cell; what lies beyond the ends has their colours.
    """
    return "#000000" if _luminance(_colour(scale, share)) > _HALF else "#ffffff"


def _colour(scale: Sequence[tuple[float, str]], share: float) -> _Colour:
    place = min(max(share, scale[0][0]), scale[-1][0])
    for (low, before), (high, after) in pairwise(scale):
        if place <= high:
            way = (place - low) / (high - low)
            pairs = zip(_parts(before), _parts(after), strict=True)
            red, green, blue = (a + (b - a) * way for a, b in pairs)
            return red, green, blue
    return _parts(scale[-1][1])


def _parts(colour: str) -> _Colour:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: _Colour) -> float:
    """Relative luminance as WCAG 2 has it."""
    linear = (c / 12.92 if c <= _STRAIGHT else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
