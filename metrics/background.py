"""Work in the background of a board: it leaves those who wait for a page time between its steps."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REST = 0.2
"""Seconds that a step is followed by at most: about what a click takes."""


@contextmanager
def giving_way(most: float = REST) -> Iterator[None]:
    """After what is done within, rests for as long as it took, or for `most` seconds if longer."""
    began = time.monotonic()
    try:
        yield
    finally:
        time.sleep(min(time.monotonic() - began, most))
