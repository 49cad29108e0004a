"""What goes wrong, in one line: a mistake says what to do, a failure has an id in the log."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from connectors.errors import UserError
from connectors.log import error_id
from pages.ui.names import plain
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def shown() -> Iterator[None]:
    """Shows an error in place of what would have followed; readers never see a traceback."""
    try:
        yield
    except UserError as error:
        st.error(plain(error.text(_)), icon=":material/error:")
    except Exception as error:
        message = _("Something went wrong here. The log explains it under {id}.")
        st.error(message.format(id=error_id(error)), icon=":material/error:")
