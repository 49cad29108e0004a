"""What a session is done with is let go of, and what it still needs is kept."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest


def _ranges() -> None:
    """A page whose table is another one for each range, beside a box that stays."""
    import streamlit as st

    from pages.ui import memory

    st.selectbox("Kept", ["one", "two"], key="kept")
    st.text_input("Range", key="range")
    st.button("Table", key=f"table:{st.session_state.range}", on_click=print, args=("x" * 100,))
    st.session_state.known = memory.known_widgets()
    memory.forget()


def _known(app: AppTest) -> set[str]:
    known: set[Any] = app.session_state.known
    return {str(each).rsplit("-", maxsplit=1)[-1] for each in known}


def test_widgets_that_are_gone_are_forgotten() -> None:
    app = AppTest.from_function(_ranges)
    app.run()
    app.selectbox("kept").select("two").run()
    for number in range(20):
        app.text_input("range").input(str(number)).run()
    assert not app.exception
    assert app.selectbox("kept").value == "two"
    assert _known(app) == {"kept", "range", "table:19", "table:18"}


def test_a_widget_that_comes_back_works() -> None:
    app = AppTest.from_function(_ranges)
    app.run()
    for text in ("a", "b", "c", "a"):
        app.text_input("range").input(text).run()
    assert app.button("table:a").click().run().button("table:a").value
