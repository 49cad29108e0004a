"""Tables whose cells are written by the board: numbers as the language has them, in their colours.

Streamlit takes such cells as a pandas Styler, and makes an HTML page of it in which it then looks
for them: a third of what a click cost the server. Here they go straight into the message.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st
from streamlit.dataframe_util import convert_arrow_table_to_arrow_bytes
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streamlit.proto.ArrowData_pb2 import ArrowData
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_ID = "cells"


class Written:
    """The rows of a table with what their cells say and how they look."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._texts: dict[str, list[str]] = {}
        self._looks: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)

    def say(self, column: str, text: Callable[[Any], str]) -> None:
        """From now on the cells of a column say what `text` makes of their values."""
        self._texts[column] = [text(value) for value in self.frame[column]]

    def mark(self, column: str, look: Callable[[Any], str]) -> None:
        """The cells of a column get what `look` makes of their values, as CSS; "" leaves them."""
        place = self.frame.columns.index(column)
        for row, value in enumerate(self.frame[column]):
            self._look(row, place, look(value))

    def mark_row(self, row: int, css: str) -> None:
        """All cells of a row get this CSS."""
        for place in range(self.frame.width):
            self._look(row, place, css)

    def dress(self, data: ArrowData) -> None:
        """Writes it all into the message that holds the rows."""
        data.styler.uuid = _ID
        data.styler.styles = "\n".join(
            f"{_selector(cells)} {{ {css} }}" for css, cells in self._looks.items()
        )
        said = self.frame.select(
            pl.Series(name, self._texts[name], pl.String)
            if name in self._texts
            else _plainly(name, dtype)
            for name, dtype in self.frame.schema.items()
        )
        data.styler.display_values = convert_arrow_table_to_arrow_bytes(said.to_arrow())

    def _look(self, row: int, place: int, css: str) -> None:
        if css:
            self._looks[css].add((row, place))


def show_written(table: Written, **options: Any) -> Any:
    """As `st.dataframe`, with the cells of `table`."""
    with _dressing(table):
        return st.dataframe(table.frame.to_arrow(), **options)


@contextmanager
def _dressing(table: Written) -> Iterator[None]:
    """The table that is sent meanwhile gets its cells."""
    run = get_script_run_ctx()
    assert run, "a table is shown by a run"
    send = run._enqueue  # noqa: SLF001 - Streamlit has no other way than its Styler

    def dressed(message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.WhichOneof("type") == "dataframe":
            table.dress(element.dataframe.arrow_data)
        send(message)

    run._enqueue = dressed  # noqa: SLF001
    try:
        yield
    finally:
        run._enqueue = send  # noqa: SLF001


def _selector(cells: set[tuple[int, int]]) -> str:
    return ", ".join(f"#T_{_ID}_row{row}_col{place}" for row, place in sorted(cells))


def _plainly(name: str, dtype: pl.DataType) -> pl.Expr:
    """What is neither text nor number of ours, pictures and small charts, the browser draws."""
    return pl.lit("").alias(name) if dtype.is_nested() else pl.col(name).cast(pl.String)
