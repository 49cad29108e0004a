"""A framed part of a page: its title opens the definition of what it shows."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui.definition import About, definition
from pages.ui.names import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metrics import Result
    from pages.ui.filters import Filters


@contextmanager
def panel(
    key: str, title: str, names: Sequence[str], result: Result, filters: Filters
) -> Iterator[None]:
    """The frame, around what the block draws.

    Args:
        key: its name for style sheets and tests.
        title: what it shows, in the reader's language.
        names: the metrics that it shows.
        result: the answer that it shows.
        filters: what was asked about.
    """
    with st.container(border=True, height="stretch", key=key):
        definition(plain(title), About(key, names, result, filters))
        yield
