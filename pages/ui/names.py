"""Names of what data holds: known codes in the reader's language, all else as plain text."""

from __future__ import annotations

import re

from connectors.schema.titles import TITLES
from connectors.text import N_
from metrics import OTHER, UNKNOWN
from pages.ui.text import _

CODES: dict[str, dict[str, str]] = {
    "mode": {
        "shelf": N_("Shelf"),
        "self_live": N_("Own live"),
        "creator_live": N_("Creator live"),
        "short_video": N_("Short video"),
    },
    "platform": {
        "tmall": N_("Tmall"),
        "taobao": N_("Taobao"),
        "jd": N_("JD"),
        "douyin": N_("Douyin"),
        "shopify": N_("Shopify"),
        "amazon": N_("Amazon"),
        "own": N_("Own shop"),
        "mini_program": N_("Mini-program"),
        "store": N_("Stores"),
    },
    "discount_band": {
        "90%+": N_("90 % and more"),
        "70-90%": N_("70 to 90 %"),
        "50-70%": N_("50 to 70 %"),
        "under 50%": N_("under 50 %"),
    },
}
"""Members of dimensions that the canonical tables fix, with their titles."""

_LONGEST = 60
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:=&])")
_BREAK = "\u200b"


def member(dimension: str, value: str | None) -> str:
    """A member of a dimension as people read it, on one line and not too long."""
    if value is None or value == UNKNOWN:
        return _("(unknown)")
    if value == OTHER:
        return _("(other)")
    title = CODES.get(dimension, {}).get(value)
    return _(title) if title else shortened(value)


def shortened(text: str) -> str:
    """A text on one line, cut when it is long."""
    line = " ".join(text.split()) or "—"
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def table_title(name: str) -> str:
    """What people call a canonical table."""
    return _(TITLES[name])


def small(*parts: str) -> str:
    """Parts of a small grey line as Markdown; a part with a colour of its own keeps it."""
    grey = (part if part.startswith(":") else f":gray[{part}]" for part in parts)
    return f":small[{' :gray[·] '.join(grey)}]"


def plain(text: str) -> str:
    """Text for a place that reads Markdown, so that it shows as it is.

    Every mark is escaped; a zero-width space after colons keeps shortcodes such as those of
    emoji and icons, which are looked for after unescaping, from being found.
    """
    return _MARKS.sub(r"\\\1", text).replace(r"\:", rf"\:{_BREAK}")
