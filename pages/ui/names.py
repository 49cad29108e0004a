"""Names of what data holds: known codes in the reader's language, all else as plain text."""

from __future__ import annotations

import re

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
    },
}
"""Members of dimensions that the canonical tables fix, with their titles."""

TABLES: dict[str, str] = {
    "order_lines": N_("Order lines"),
    "returns": N_("Returns"),
    "deliveries": N_("Deliveries"),
    "events": N_("Events"),
    "traffic_daily": N_("Traffic"),
    "stock_daily": N_("Stock"),
    "receipts": N_("Purchase orders"),
    "ad_spend": N_("Ad spend"),
    "surveys": N_("Surveys"),
    "tickets": N_("Service tickets"),
    "brand_daily": N_("Brand"),
    "costs": N_("Overheads"),
    "rates": N_("Exchange rates"),
    "products": N_("Products"),
    "customers": N_("Customers"),
    "shops": N_("Shops"),
    "warehouses": N_("Warehouses"),
    "campaigns": N_("Campaigns"),
    "suppliers": N_("Suppliers"),
    "order_returns": N_("Returns with their orders"),
    "first_orders": N_("First orders"),
    "purchase_days": N_("Purchase days"),
    "refund_expectations": N_("Expected refunds"),
    "sessions": N_("Sessions"),
    "touches": N_("Touches"),
}
"""The canonical tables as people call them."""

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
    return _(TABLES.get(name, name))


def plain(text: str) -> str:
    """Text for a place that reads Markdown, so that it shows as it is.

    Every mark is escaped; a zero-width space after colons keeps shortcodes such as those of
    emoji and icons, which are looked for after unescaping, from being found.
    """
    return _MARKS.sub(r"\\\1", text).replace(r"\:", rf"\:{_BREAK}")
