"""The widgets that a form of keys is made of: each begins with what is given, and says it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import formats
from pages.ui.text import language

if TYPE_CHECKING:
    from collections.abc import Callable


class Fields:
    """Widgets by their keys.

    Attributes:
        name: whose keys they are.
        given: the values by their keys; what no widget shows stays in it.
    """

    def __init__(self, name: str, given: dict[str, Any]) -> None:
        """Takes the name, and what is given."""
        self.name = name
        self.given = dict(given)

    def key(self, key: str) -> str:
        """The key of a widget."""
        return f"form:{self.name}:{key}"

    def text(self, key: str, title: str, said: Callable[[str], str] = str) -> None:
        """A text, shown as it is said to the reader; without one, nothing."""
        value = str(self.given.get(key, ""))
        shown = said(value) if value else ""
        own = f"{self.key(key)}:{language()}"  # what is typed in one is not said in another
        typed = st.text_input(title, shown, max_chars=200, key=own)
        self.given[key] = value if typed == shown else typed

    def one(
        self,
        key: str,
        title: str,
        options: list[str],
        said: Callable[[str], str],
        default: str | None = None,
    ) -> str | None:
        """One of the options; what was chosen."""
        value = self.given.get(key, default)
        index = options.index(value) if value in options else None
        chosen = st.selectbox(title, options, index, format_func=said, key=self.key(key))
        self.given[key] = chosen
        return chosen

    def many(self, key: str, title: str, options: list[str], said: Callable[[str], str]) -> None:
        """Some of the options."""
        value = self.given.get(key)
        kept = [each for each in value or [] if each in options]
        chosen = st.multiselect(
            title, options, kept, format_func=said, key=self.key(key), placeholder=formats.DASH
        )
        self.given[key] = chosen

    def number(self, key: str, title: str) -> None:
        """A number, or none."""
        value = self.given.get(key)
        self.given[key] = st.number_input(
            title,
            value=None if value is None else float(value),
            format="%g",
            key=self.key(key),
            width=140,
            placeholder="–",
        )

    def whole(self, key: str, title: str, least: int, most: int, default: int = 1) -> None:
        """A whole number; the default is left out."""
        value = int(self.given.get(key, max(least, default if least else 0)))
        chosen = st.number_input(title, least, most, value, key=self.key(key), width=140)
        self.given[key] = None if chosen == (0 if least == 0 else default) else chosen
