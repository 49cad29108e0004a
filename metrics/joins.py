"""Derived facts of sales: returns carrying their order, first orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Join,
    Label,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal_column,
    select,
)

from connectors.schema import first_orders, order_lines, order_returns, returns
from metrics.bands import DISCOUNT_BAND, PRICE_BAND
from metrics.bought import BOUGHT
from metrics.periods import hours_of

_line = order_lines.c
_back = returns.c
_OF_ORDER = ("mode", "creator_id", "customer_id", "region", "warehouse_id", "channel")
_OF_LINE = ("sku_id", "skc_id", "style_id", "category", "color", "size")
_BANDS = {
    "price_band": PRICE_BAND.of(order_lines),
    "discount_band": DISCOUNT_BAND.of(order_lines),
}


def order_returns_select() -> Select[Any]:
    """Returns with the date and attributes of the order line, else of the order, else their own.

    The line is found by its number, or by order and SKU; each side of a join has one row per key,
    so that no return doubles. A return whose order is unknown keeps its own attributes and is
    dated by its refund.
    """
    heads, skus, own = _order_heads(), _order_skus(), _order_lines()
    in_order = and_(heads.c.shop_id == _back.shop_id, heads.c.order_id == _back.order_id)
    source = (
        returns.outerjoin(heads, in_order)
        .outerjoin(
            own,
            and_(
                own.c.shop_id == _back.shop_id,
                own.c.order_id == _back.order_id,
                own.c.line_id == _back.order_line_id,
            ),
        )
        .outerjoin(
            skus,
            and_(
                skus.c.shop_id == _back.shop_id,
                skus.c.order_id == _back.order_id,
                skus.c.sku_id == _back.sku_id,
            ),
        )
    )
    values = _return_columns(heads, own.c, skus)
    return select(*(values[column.name] for column in order_returns.columns)).select_from(source)


def _return_columns(heads: Subquery, own: Any, skus: Subquery) -> dict[str, Label[Any]]:
    linked = heads.c.order_id.is_not(None)
    cost = func.coalesce(own.unit_cost, skus.c.unit_cost)
    values: dict[str, ColumnElement[Any]] = {
        name: _back[name]
        for name in ("shop_id", "return_id", "line_id", "kind", "is_before_shipping", "reason")
    }
    values |= {name: _back[name] for name in ("is_quality", "refund_amount", "freight_back")}
    values |= {f"refunded_{part}": _back[f"refunded_{part}"] for part in ("at", "date", "hour")}
    for part in ("at", "date", "hour"):
        values[f"sold_{part}"] = case(
            (linked, heads.c[f"sold_{part}"]), else_=_back[f"refunded_{part}"]
        )
    values["has_order"] = linked
    values["has_time"] = and_(
        func.coalesce(_back.has_time, True), func.coalesce(heads.c.has_time, True)
    )
    values |= {name: func.coalesce(heads.c[name], _back[name]) for name in _OF_ORDER}
    values |= {name: func.coalesce(own[name], skus.c[name], _back[name]) for name in _OF_LINE}
    for name in ("price_state", *_BANDS):
        values[name] = func.coalesce(own[name], skus.c[name])
    values["quantity"] = func.coalesce(_back.quantity, literal_column("0"))
    values["undone_quantity"] = _undone_units(own)
    values["resaleable_cost"] = _resaleable_units() * cost
    values["has_cost"] = cost.is_not(None)
    return {name: value.label(name) for name, value in values.items()}


def _undone_units(own: Any) -> ColumnElement[Any]:
    """Units that did not stay sold; what never left counts with its line where none are stated."""
    zero: ColumnElement[Any] = literal_column("0")
    stated = func.coalesce(_back.quantity, zero)
    line = case((stated == zero, own.quantity), else_=stated)
    return case(
        (_back.is_before_shipping.is_(True), func.coalesce(line, zero)),
        (_back.kind == "return", stated),
        else_=zero,
    )


def _resaleable_units() -> ColumnElement[Any]:
    """Units that can be sold again; a silent source's goods that came back count as such."""
    silent = case((_back.kind == "return", _back.quantity), else_=literal_column("0"))
    before = case((_back.is_before_shipping.is_(True), literal_column("0")), else_=silent)
    return func.coalesce(_back.resaleable_quantity, before)


def _order_heads() -> Subquery:
    """One row for each order that has a return."""
    return (
        select(
            _line.shop_id,
            _line.order_id,
            func.min(_line.sold_at).label("sold_at"),
            func.min(_line.sold_date).label("sold_date"),
            (func.min(hours_of(_line.sold_date, _line.sold_hour)) % 24).label("sold_hour"),
            (func.min(case((_line.has_time.is_(True), 1), else_=0)) == 1).label("has_time"),
            *(func.min(_line[name]).label(name) for name in _OF_ORDER),
        )
        .select_from(_returned_lines())
        .group_by(_line.shop_id, _line.order_id)
    ).subquery("order_heads")


def _returned_lines(*which: ColumnElement[bool]) -> Join:
    """The lines of orders that have such a return: few, so that grouping them costs little."""
    known = _back.order_id.is_not(None)
    wanted = (select(_back.shop_id, _back.order_id).where(known, *which).distinct()).subquery(
        "wanted"
    )
    same = and_(wanted.c.shop_id == _line.shop_id, wanted.c.order_id == _line.order_id)
    return order_lines.join(wanted, same)


def _is_numbered() -> ColumnElement[bool]:
    """Whether the return names a line that its order has."""
    line = order_lines.alias("numbered").c
    same = (line[name] == _back[name] for name in ("shop_id", "order_id"))
    return exists().where(*same, line.line_id == _back.order_line_id)


def _order_lines() -> Subquery:
    """The lines of returned orders, each by its number."""
    names = ("shop_id", "order_id", "line_id", *_OF_LINE, "price_state", "unit_cost", "quantity")
    columns = (_line[name] for name in names)
    bands = (band.label(name) for name, band in _BANDS.items())
    return select(*columns, *bands).select_from(_returned_lines()).subquery("own")


def _order_skus() -> Subquery:
    """One row for each SKU of orders with a return that does not name its line.

    Two lines of one SKU agree on its attributes.
    """
    names = (*(name for name in _OF_LINE if name != "sku_id"), "price_state", "unit_cost")
    return (
        select(
            _line.shop_id,
            _line.order_id,
            _line.sku_id,
            *(func.min(_line[name]).label(name) for name in names),
            *(func.min(band).label(name) for name, band in _BANDS.items()),
        )
        .select_from(_returned_lines(~_is_numbered()))
        .where(_line.sku_id.is_not(None))
        .group_by(_line.shop_id, _line.order_id, _line.sku_id)
    ).subquery("order_skus")


def first_orders_select() -> Select[Any]:
    """The first paid order of each known customer, per shop."""
    first = (
        select(_line.shop_id, _line.customer_id, func.min(_line.sold_at).label("sold_at"))
        .where(*BOUGHT)
        .group_by(_line.shop_id, _line.customer_id)
    ).subquery("first")
    at_first = and_(*(each == _line[each.name] for each in first.c))
    rank = (
        func.row_number()
        .over(
            partition_by=(_line.shop_id, _line.customer_id),
            order_by=(_line.sold_at, _line.order_id, _line.line_id),
        )
        .label("rank")
    )
    names = [column.name for column in first_orders.columns]
    # Ranked only among the lines of the first moment: all of a shop's are too many to sort.
    lines = order_lines.join(first, at_first)
    ranked = (
        select(*(_line[name] for name in names), rank).select_from(lines).where(*BOUGHT)
    ).subquery("ranked")
    return select(*(ranked.c[name] for name in names)).where(ranked.c.rank == 1)
