"""The reader's language: the link's, else the setting's, else the browser's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from connectors.text import LANGUAGES, translator
from pages.ui import links
from pages.ui.held import held, hold
from pages.ui.links import LANGUAGE

if TYPE_CHECKING:
    from connectors.settings import Settings

NAMES = {"zh-CN": "中文", "en": "English"}


def choose_language(settings: Settings) -> str:
    """Decides the language of this run; `_` translates into it from then on."""
    asked = links.one(LANGUAGE)
    chosen = asked if asked in LANGUAGES else settings.language
    if chosen == "auto":
        browser = st.context.locale or ""
        chosen = "zh-CN" if browser.lower().startswith("zh") else "en"
    hold(LANGUAGE, chosen)
    return chosen


def language() -> str:
    """The language of this run."""
    return held(LANGUAGE) or "en"


def _(message: str) -> str:
    """A text of the catalogue in the language of this run."""
    return translator(language())(message)
