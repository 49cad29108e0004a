"""Texts on coloured cells are read: contrast as WCAG 2 defines it, reckoned here by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui.inks import ink_on

_PART = st.integers(0, 255)
_COLOURS = st.tuples(_PART, _PART, _PART)


def _luminance(colour: tuple[int, int, int]) -> float:
    red, green, blue = (
        part / 3294.6 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@given(_COLOURS, _COLOURS, st.floats(0, 1))
def test_texts_reach_four_and_a_half_on_every_colour(
    first: tuple[int, int, int], last: tuple[int, int, int], share: float
) -> None:
    scale = [
        (0.0, "#{:02x}{:02x}{:02x}".format(*first)),
        (1.0, "#{:02x}{:02x}{:02x}".format(*last)),
    ]
    cell = tuple(round(a + (b - a) * share) for a, b in zip(first, last, strict=True))
    ink = {"#000000": 0.0, "#ffffff": 1.0}[ink_on(scale, share)]
    low, high = sorted((ink, _luminance((cell[0], cell[1], cell[2]))))
    assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize(("share", "ink"), [(-1.0, "#ffffff"), (0.0, "#ffffff"), (2.0, "#000000")])
def test_beyond_the_ends_the_colours_are_theirs(share: float, ink: str) -> None:
    assert ink_on(((0.0, "#000000"), (0.5, "#808080"), (1.0, "#ffffff")), share) == ink
