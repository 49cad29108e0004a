"""The demo's pictures are such as pages show, and show what they should."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

import polars as pl
import pytest
from PIL import Image

from connectors.demo.garments import COLOURS, GARMENTS
from connectors.demo.pictures import picture
from metrics.shelf import pictures


@pytest.mark.parametrize("category", range(len(GARMENTS)))
def test_a_garment_in_its_colour_on_nothing(category: int) -> None:
    url = picture(category, 3)
    shown = pictures(pl.DataFrame({"skc": ["a"], "picture": [url]}), "skc")
    assert shown == {"a": url}
    image = Image.open(BytesIO(b64decode(url.partition(",")[2])))
    colours = {colour: count for count, colour in image.convert("RGBA").getcolors() or ()}
    red, green, blue = bytes.fromhex(COLOURS[3][1][1:])
    assert image.size == (64, 64)
    assert 300 < colours[(red, green, blue, 255)] < 3_000
    assert image.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 0)
