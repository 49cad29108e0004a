"""Sizes in the order in which a rail hangs them: XS before S, 26 before 27, words last."""

from __future__ import annotations

import re

_LETTERED = re.compile(r"(?:(\d+)X|(X*))([SML])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STEP = {"S": -1, "M": 0, "L": 1}


def size_order(size: str | None) -> tuple[int, float, str]:
    """What to sort a size by.

    Letters come first (2XL is XXL, which follows XL), then numbers by the first of them ("160/84A"
    is 160), then words such as 均码, and last what is unknown.
    """
    text = (size or "").strip().upper()
    if not text:
        return 3, 0.0, ""
    if lettered := _LETTERED.fullmatch(text):
        times, crosses, letter = lettered.groups()
        return 0, _STEP[letter] * (1 + (int(times) if times else len(crosses or ""))), text
    if numbered := _NUMBER.match(text):
        return 1, float(numbered[0]), text
    return 2, 0.0, text
