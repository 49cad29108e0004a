"""Dimensions: what numbers can be grouped and filtered by, and the paths to drill down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, ColumnElement, Table, and_, case

from connectors.schema import campaigns, order_deliveries, products, shops
from connectors.text import N_
from metrics.bands import DISCOUNT_BAND, PRICE_BAND, Made

if TYPE_CHECKING:
    from collections.abc import Collection

OTHER = "(other)"
UNKNOWN = "(unknown)"


@dataclass(frozen=True)
class Dimension:
    """One dimension.

    Attributes:
        name: the name in code and on the command line.
        title: the English title, the id of its translation.
        column: the column that holds it, on the fact as it was, or on the lookup as it is now.
        lookup: the dimension table that holds it for facts which lack the column.
        other: another name that a fact has for the column.
        made: how a fact without the column makes it from its amounts, if it can.
    """

    name: str
    title: str
    column: str
    lookup: Table | None = None
    other: str | None = None
    made: Made | None = None


@dataclass(frozen=True)
class Located:
    """Where a fact has a dimension: the text to group by, and the table to join for it."""

    value: ColumnElement[Any]
    lookup: Table | None


DIMENSIONS: dict[str, Dimension] = {
    each.name: each
    for each in (
        Dimension("platform", N_("Platform"), "platform", shops),
        Dimension("shop", N_("Shop"), "shop_id"),
        Dimension("mode", N_("Sales mode"), "mode"),
        Dimension("creator", N_("Creator"), "creator_id"),
        Dimension("region", N_("Region"), "region"),
        Dimension("warehouse", N_("Warehouse"), "warehouse_id"),
        Dimension("channel", N_("Channel"), "channel"),
        Dimension("category", N_("Category"), "category", products),
        Dimension("style", N_("Style"), "style_id", products, "item_id"),
        Dimension("skc", N_("SKC"), "skc_id", products),
        Dimension("sku", N_("SKU"), "sku_id"),
        Dimension("color", N_("Colour"), "color", products),
        Dimension("size", N_("Size"), "size", products),
        Dimension("core_size", N_("Core size"), "is_core_size", products),
        Dimension("picture", N_("Picture"), "image_url", products),
        Dimension("year_season", N_("Season"), "year_season", products),
        Dimension("wave", N_("Wave"), "wave", products),
        Dimension("collection", N_("Collection"), "collection", products),
        Dimension("buy_type", N_("Buy type"), "buy_type", products),
        Dimension("replenishable", N_("Replenishable"), "is_replenishable", products),
        Dimension("price_state", N_("Price state"), "price_state", products),
        Dimension("price_band", N_("Price band"), "price_band", made=PRICE_BAND),
        Dimension("discount_band", N_("Discount band"), "discount_band", made=DISCOUNT_BAND),
        Dimension("line_type", N_("Kind of line"), "line_type"),
        Dimension("reason", N_("Reason"), "reason"),
        Dimension("customer", N_("Customer"), "customer_id"),
        Dimension("traffic_source", N_("Traffic source"), "traffic_source"),
        Dimension("device", N_("Device"), "device"),
        Dimension("visitor_kind", N_("New or returning"), "visitor_kind"),
        Dimension("campaign", N_("Campaign"), "campaign_id"),
        Dimension("campaign_start", N_("First day"), "start_date", campaigns),
        Dimension("campaign_end", N_("Day after the last"), "end_date", campaigns),
        Dimension("purchase", N_("Purchase order"), "purchase_id"),
        Dimension("supplier", N_("Supplier"), "supplier_id", products),
        Dimension("courier", N_("Courier"), "courier"),
        Dimension("delivery_time", N_("Time to delivery"), "delivery_time", order_deliveries),
        Dimension("segment", N_("RFM segment"), "segment"),
        Dimension("earlier_segment", N_("RFM segment a month before"), "earlier_segment"),
        Dimension("months_since", N_("Months since the first order"), "months_since"),
    )
}

PATHS: tuple[tuple[str, ...], ...] = (
    ("category", "style", "skc", "sku"),
    ("platform", "shop", "mode", "creator"),
    ("region",),
)
"""Drill paths: a click descends one level."""

LEVELS = {"style": "item", "traffic_source": "source"}
"""Dimension → level of daily traffic that tells it apart; without either the level is the shop."""

_KEYS = {
    products.name: ("sku_id",),
    shops.name: ("shop_id",),
    campaigns.name: ("campaign_id",),
    order_deliveries.name: ("shop_id", "order_id"),
}


def locate(
    name: str, fact: Table, present: Collection[str], *, as_now: bool = False
) -> Located | None:
    """Where `fact` has the dimension, or None when it lacks it.

    Args:
        name: the dimension.
        fact: the table that is asked.
        present: the tables that hold rows: an empty lookup knows nothing.
        as_now: prefer today's attributes to those of the time of the fact.
    """
    dimension = DIMENSIONS[name]
    lookup = dimension.lookup
    looked_up = (
        lookup is not None
        and lookup is not fact
        and lookup.name in present
        and all(key in fact.columns for key in _KEYS[lookup.name])
    )
    if lookup is order_deliveries and lookup.name not in present:
        return None  # facts have it from there alone
    own = next((n for n in (dimension.column, dimension.other) if n and n in fact.columns), None)
    if lookup is not None and looked_up and (as_now or own is None):
        return Located(_text(lookup.c[dimension.column]), lookup)
    if own:
        return Located(_text(fact.c[own]), None)
    made = dimension.made
    if made is None or not all(column in fact.columns for column in made.needs):
        return None
    return Located(made.of(fact), None)


def join_condition(fact: Table, lookup: Table) -> ColumnElement[bool]:
    """How a dimension table joins to a fact: by its key, so that no row doubles."""
    return and_(*(fact.c[key] == lookup.c[key] for key in _KEYS[lookup.name]))


def level_of(names: Collection[str]) -> str:
    """The level of daily traffic at which a question with these dimensions is answered."""
    return next((level for name, level in LEVELS.items() if name in names), "shop")


def children(name: str) -> str | None:
    """The dimension one level below on its drill path, or None at the end."""
    for path in PATHS:
        if name in path[:-1]:
            return path[path.index(name) + 1]
    return None


def _text(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Boolean):
        return case((column.is_(True), "yes"), (column.is_(False), "no"))
    return column
