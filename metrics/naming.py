"""What members are called: the names that dimension tables give to their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from connectors.schema import campaigns, products, shops, suppliers, warehouses

if TYPE_CHECKING:
    from connectors.engines import Connector

_NAMED: dict[str, tuple[ColumnElement[Any], ...]] = {
    "shop": (shops.c.shop_id, shops.c.name),
    "warehouse": (warehouses.c.warehouse_id, warehouses.c.name),
    "campaign": (campaigns.c.campaign_id, campaigns.c.name),
    "supplier": (suppliers.c.supplier_id, suppliers.c.name),
    "style": (products.c.style_id, products.c.name),
    "skc": (products.c.skc_id, products.c.name, products.c.color),
    "sku": (products.c.sku_id, products.c.name, products.c.color, products.c.size),
}
"""Dimension → the column of its ids, that of their names, and what else tells them apart."""


def names_of(connector: Connector, dimension: str) -> dict[str, str]:
    """Id → name, of the members that have one which is not their id.

    A product is called by its name, colour and size, as far as its level has them; of a style
    whose SKUs have several names the first stands. One question; large ones are worth keeping.
    """
    if dimension not in _NAMED:
        return {}
    key, name, *more = _NAMED[dimension]
    if key.table.name not in connector.tables():
        return {}
    parts = [func.min(each, type_=each.type).label(f"p{n}") for n, each in enumerate((name, *more))]
    statement = select(key.label("id"), *parts).where(key.is_not(None), name.is_not(None))
    rows = connector.frame(statement.group_by(key)).iter_rows()
    named = {str(found): " ".join(filter(None, words)) for found, *words in rows}
    return {found: text for found, text in named.items() if text.strip() not in {"", found}}
