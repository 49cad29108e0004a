"""What reaches the browser of a table and of a chart."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.links import LANGUAGE
from pages.ui.plot import SPECS

if TYPE_CHECKING:
    from streamlit.proto.ArrowData_pb2 import ArrowData


def _tables() -> None:
    import polars as pl
    import streamlit as st

    from pages.ui.written import Written, show_written

    cells = Written(pl.DataFrame({"a": ["x", None], "b": [1.5, -2.0], "c": [[1.0], [2.0]]}))
    cells.say("b", lambda value: f"<{value}>")
    cells.mark("b", lambda value: "color: red" if value < 0 else "")
    cells.mark_row(0, "font-weight: 600")
    show_written(cells, hide_index=True)
    st.dataframe(pl.DataFrame({"d": [1]}))


def _read(data: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(data)


@pytest.fixture
def sent() -> list[ArrowData]:
    app = AppTest.from_function(_tables).run()
    assert not app.exception
    return [each.proto.arrow_data for each in app.dataframe]


def test_rows_stay_numbers_beside_what_the_cells_say(sent: list[ArrowData]) -> None:
    assert _read(sent[0].data)["b"].to_list() == [1.5, -2.0]
    said = _read(sent[0].styler.display_values)
    assert said.to_dict(as_series=False) == {
        "a": ["x", None],
        "b": ["<1.5>", "<-2.0>"],
        "c": ["", ""],
    }


def test_looks_name_their_cells(sent: list[ArrowData]) -> None:
    rules = dict(re.findall(r"(.+) \{ (.+) \}", sent[0].styler.styles))
    own = f"#T_{sent[0].styler.uuid}_"
    assert {css: each.replace(own, "") for each, css in rules.items()} == {
        "color: red": "row1_col1",
        "font-weight: 600": "row0_col0, row0_col1, row0_col2",
    }


def test_the_next_table_has_none_of_it(sent: list[ArrowData]) -> None:
    assert not sent[1].HasField("styler")


BUILT: list[str] = []


def bars(rows: pl.DataFrame, title: str) -> Any:
    """Bars; what is built is noted."""
    BUILT.append(title)
    return alt.Chart(rows, title=title).mark_bar().encode(x="a:Q")


def _chart() -> None:
    from functools import partial

    import polars as pl
    import streamlit as st

    from pages.ui.plot import plot
    from tests.pages.test_written import bars

    rows = pl.DataFrame({"a": st.session_state["rows"]})
    plot(partial(bars, rows, st.session_state["title"]), key="chart")


def _shown(**state: Any) -> tuple[str, list[int]]:
    """The title of the chart that is sent, and its rows."""
    app = AppTest.from_function(_chart)
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    (chart,) = app.get("vega_lite_chart")
    (table,) = chart.proto.datasets
    return json.loads(chart.proto.spec)["title"], _read(table.data.data)["a"].to_list()


def test_a_chart_is_built_once_for_the_same_rows_words_and_language() -> None:
    SPECS.clear()
    BUILT.clear()
    first: dict[str, Any] = {"rows": [1, 2], "title": "first", LANGUAGE: "en"}
    asked = [first, first, first | {"rows": [1, 3]}, first | {"title": "other"}]
    asked += [first, first | {LANGUAGE: "zh-CN"}]
    assert [_shown(**each) for each in asked] == [(e["title"], e["rows"]) for e in asked]
    assert BUILT == ["first", "first", "other", "first"]
