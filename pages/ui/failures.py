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
    """Shows an error in place of what would have followed."""
    try:
        yield
    except Exception as error:
        show(error)


def show(error: Exception) -> bool:
    """Says in one line what to do, or under which id the log has the traceback; always True."""
    if isinstance(error, UserError):
        message = plain(error.text(_))
    else:
        failed = _("Something went wrong here. The log explains it under {id}.")
        message = failed.format(id=error_id(error))
    st.error(message, icon=":material/error:")
    return True
