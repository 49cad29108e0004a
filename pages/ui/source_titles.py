"""What people call the sources that the board knows by itself."""

from __future__ import annotations

from functools import cache

from connectors.importing.presets import CANONICAL, mapping_text, preset_names, read_mapping
from pages.ui.text import _


def source_titles() -> dict[str, str]:
    """The names of the sources that ship → their titles."""
    titles = {name: _(title) for name, title in _presets().items()}
    return titles | {CANONICAL: _("Columns named like ours"), "demo": _("Demo shop")}


@cache
def _presets() -> dict[str, str]:
    return {name: read_mapping(mapping_text(name), f"{name}.toml").title for name in preset_names()}
