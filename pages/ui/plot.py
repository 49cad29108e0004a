"""Charts on their way to the browser: one that was built before of the same rows is sent again."""

from __future__ import annotations

import json
from hashlib import blake2b
from io import BytesIO
from pickle import Pickler
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import altair as alt
import streamlit as st

from metrics import Result
from metrics.recent import Recent
from pages.ui.names import names_version
from pages.ui.text import language

if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import partial


# To hold a chart against the schema of Vega-Lite takes half of what the chart costs: tests do it.
CHECKED = False


class _Spec(NamedTuple):
    """A chart as it is sent: its Vega-Lite as JSON, and its tables by name as Arrow."""

    text: str
    tables: dict[str, bytes]


SPECS: Recent[_Spec] = Recent(600)
"""Those of some 20 kB, of which a page shows up to ten: the last views of twenty readers."""
FIGURES: Recent[Any] = Recent(30)
"""Plotly's, which take ten times as much."""


class _Sent:
    """A chart as Streamlit reads it."""

    def __init__(self, build: partial[Any]) -> None:
        self._build = build
        self._print = fingerprint(build)

    def to_dict(self) -> dict[str, Any]:
        # To build even a small chart takes 7 ms, to send it again 0.3; most clicks leave most be.
        text, tables = SPECS.of(self._print, lambda: _spec(self._build))
        spec: dict[str, Any] = json.loads(text)
        return spec | {"datasets": tables}


def plot(build: partial[Any], key: str, on_select: Callable[[], None] | None = None) -> None:
    """Shows a chart over the whole width.

    Args:
        build: makes an Altair chart of its arguments, the reader's language and the theme alone.
        key: its own on the page.
        on_select: what a click does; without it nothing can be picked.
    """
    sent = cast("alt.Chart", _Sent(build))
    st.altair_chart(sent, width="stretch", key=key, on_select=on_select or "ignore")


def zoomed(build: partial[Any], key: str, on_select: Callable[[], None]) -> None:
    """Shows a Plotly figure, which can be zoomed into, over the whole width; as `plot` does."""
    st.plotly_chart(
        FIGURES.of(fingerprint(build), build),
        key=key,
        on_select=on_select,
        config={"displaylogo": False},
        width="stretch",
    )


def fingerprint(build: partial[Any]) -> str:
    """What tells a picture from all others: its maker and its arguments, and who looks at it."""
    written = BytesIO()
    looks = (language(), st.context.theme.type, names_version())
    _Writer(written).dump((build.func, build.args, build.keywords, looks))
    return blake2b(written.getbuffer(), digest_size=16).hexdigest()


class _Writer(Pickler):
    """Of an answer it writes what a picture can show."""

    def persistent_id(self, value: Any) -> Any:
        return (value.frame, value.currency, value.as_of) if isinstance(value, Result) else None


def _spec(build: Callable[[], Any]) -> _Spec:
    spec = build().to_dict(validate=CHECKED)
    return _Spec(json.dumps(spec), dict(alt.data_transformers.options["datasets"]))
