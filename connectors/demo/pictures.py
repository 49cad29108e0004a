"""Drawn pictures: the outline of a category in the colour of the SKC, as a small data URI."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from connectors.demo.garments import COLOURS, GARMENTS

_TOP = "M9 4l3 2h8l3-2 6 5-4 5-2-1v15H9V13l-2 1-4-5z"
_LONG_TOP = "M9 4l3 2h8l3-2 4 5 3 15-4 1-3-11v14H9V14L6 25l-4-1L5 9z"
_COAT = "M9 3l3 2h8l3 2 4 5 2 14-3 1-3-10v13H9V17L6 27l-3-1L5 10z"
_OUTLINES = {
    "连衣裙": "M11 3l2 3h6l2-3 3 2-2 9 6 15H4l6-15-2-9z",
    "半身裙": "M10 5h12l1 4 5 19H4L9 9z",
    "牛仔裤": "M9 3h14l3 26h-7L16 12l-3 17H6z",
    "T恤": _TOP,
    "衬衫": _LONG_TOP,
    "针织衫": _LONG_TOP,
    "卫衣": "M10 5q6-4 12 0l4 4 3 14-4 1-2-8v12H9V16l-2 8-4-1L6 9z",
    "围巾": "M9 4q7 6 14 0l2 4q-4 4-5 4l3 17h-6l-3-16Q8 12 7 8z",
}


@cache
def picture(category: int, colour: int) -> str:
    """The picture of a category in a colour, 32 × 32."""
    outline = _OUTLINES.get(GARMENTS[category].name, _COAT)
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<path d="{outline}" fill="{COLOURS[colour][1]}" stroke="#777"/></svg>'
    )
    return f"data:image/svg+xml,{quote(drawn, safe='')}"
