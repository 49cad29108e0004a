"""Names of what data holds: known codes in the reader's language, all else as plain text."""

from __future__ import annotations

import re
import weakref
from collections import Counter
from typing import TYPE_CHECKING

from connectors.schema.titles import TITLES
from connectors.text import N_
from metrics import OTHER, UNKNOWN
from metrics.naming import names_of
from metrics.once import once
from pages.ui.held import held, hold
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.engines import Connector

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
    "buy_type": {
        "futures": N_("Bought ahead"),
        "stock": N_("From stock"),
        "quick_response": N_("Quick response"),
    },
    "price_state": {"full_price": N_("Full price"), "clearance": N_("Clearance")},
    "traffic_source": {
        "all": N_("All sources"),
        "search": N_("Search"),
        "recommendation": N_("Recommendation"),
        "paid": N_("Paid traffic"),
        "live": N_("Live"),
        "direct": N_("Direct"),
    },
    "device": {"desktop": N_("Desktop"), "ios": "iOS", "android": "Android"},
    "visitor_kind": {"new": N_("New visitors"), "returning": N_("Returning visitors")},
    "line_type": {"sale": N_("Sale"), "adjustment": N_("Adjustment")},
    "replenishable": {"yes": N_("yes"), "no": N_("no")},
    "core_size": {"yes": N_("yes"), "no": N_("no")},
    "discount_band": {
        "90%+": N_("90 % and more"),
        "70-90%": N_("70 to 90 %"),
        "50-70%": N_("50 to 70 %"),
        "under 50%": N_("under 50 %"),
    },
}
"""Members of dimensions that the canonical tables fix, with their titles."""

_LONGEST = 60
_LONGEST_NAME = 32
_PRODUCTS = frozenset({"style", "skc", "sku"})
"""Those who work with products know their ids, so they are said with the name."""
_NAMES = "names"
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:=&])")
_BREAK = "\u200b"


def member(dimension: str, value: str | None) -> str:
    """A member of a dimension as people read it, on one line and not too long."""
    if value is None or value == UNKNOWN:
        return _("(unknown)")
    if value == OTHER:
        return _("(other)")
    if title := CODES.get(dimension, {}).get(value):
        return _(title)
    return _labels(dimension).get(value) or shortened(value)


def each_member(dimension: str, values: Iterable[str | None]) -> list[str]:
    """The same of many: where the names are kept is looked up once."""
    special = (OTHER, UNKNOWN, *CODES.get(dimension, ()))
    labels = _labels(dimension) | {each: member(dimension, each) for each in special}
    known = (UNKNOWN if each is None else each for each in values)
    return [labels.get(each) or shortened(each) for each in known]


def name_by(connector: Connector) -> None:
    """From now on members are called what the tables of `connector` call them, in this session."""
    hold(_NAMES, weakref.ref(connector))


def names_version() -> str | None:
    """The version of the tables whose names are said; None before `name_by`."""
    connector = _connector()
    return connector.version if connector else None


def _connector() -> Connector | None:
    found = held(_NAMES)
    return found() if found else None


def _labels(dimension: str) -> dict[str, str]:
    """Id → label of the members with names; empty before `name_by`."""
    connector = _connector()
    if not connector:
        return {}
    return once(connector, ("labels", dimension), lambda: _labels_in(connector, dimension))


def _labels_in(connector: Connector, dimension: str) -> dict[str, str]:
    """No two labels are alike: where names are, and for products, the id stands behind."""
    cut = {
        found: shortened(name, _LONGEST_NAME)
        for found, name in names_of(connector, dimension).items()
    }
    times = Counter(cut.values())
    return {
        found: f"{name} · {found}" if times[name] > 1 or dimension in _PRODUCTS else name
        for found, name in cut.items()
    }


def shortened(text: str, most: int = _LONGEST) -> str:
    """A text on one line, cut when it is longer than `most` characters."""
    line = " ".join(text.split()) or "—"
    return line if len(line) <= most else line[: most - 1] + "…"


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
