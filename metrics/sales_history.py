"""Sales by SKU and day as the forecast reads them: units, price, and days out of stock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl
from sqlalchemy import ColumnElement, func, literal_column, select

from connectors.schema import order_lines, products, stock_daily
from metrics.models.forecast import Panel, make_panel

if TYPE_CHECKING:
    from sqlalchemy import SelectBase

HISTORY = timedelta(days=400)
"""Sales that are read: a year, and the weeks around the same festival."""
SHARES = timedelta(days=91)
"""Sales that shops and warehouses share a SKU by."""
PLACES = ("shop_id", "warehouse_id")

_line, _stock, _product = order_lines.c, stock_daily.c, products.c
_ZERO: ColumnElement[Any] = literal_column("0")
_FIRST_THREE: tuple[ColumnElement[Any], ...] = tuple(literal_column(str(n)) for n in (1, 2, 3))
_SOLD = (_line.is_paid.is_(True), _line.line_type == "sale", _line.sku_id.is_not(None))


class Source(Protocol):
    """What sales are read from: a connector, or an import that is under way."""

    def frame(self, select: SelectBase) -> pl.DataFrame:
        """The rows of `select`."""

    def tables(self) -> frozenset[str]:
        """The canonical tables that hold at least one row."""


def sold_days(source: Source, today: date) -> tuple[date, date] | None:
    """First and last complete day with sales, None without any."""
    first, last = func.min(_line.sold_date), func.max(_line.sold_date)
    row = source.frame(select(first.label("a"), last.label("b")).where(*_SOLD, _before(today)))
    start, end = row.row(0)
    return None if end is None else (start, end)


def sales_panel(source: Source, last: date) -> Panel:
    """The sales of the `HISTORY` up to `last`, of every SKU sold in it.

    Of the SKU's buyers on a day those are served whose warehouse closed with stock, or sold it
    that day: the last units still say that they were wanted. Warehouses count by their share of
    all sales, among those that ever had the SKU.
    """
    first = last - HISTORY
    day, units = _line.sold_date.label("day"), func.sum(_line.quantity).label("units")
    amount = func.sum(_line.sales_amount).label("amount")
    grouped = select(_line.sku_id.label("sku"), day, units, amount).group_by(_line.sku_id, day)
    sold = source.frame(grouped.where(*_SOLD, _line.sold_date > first, _line.sold_date <= last))
    price = (pl.col("amount") / pl.col("units")).fill_nan(None)
    history = sold.select("sku", "day", "units", price=price)
    served = _served(source, first, last).join(history, on="sku", how="semi")
    seen = history.join(served, on=["sku", "day"], how="full", coalesce=True)
    return make_panel(seen.with_columns(pl.col("units").fill_null(0)), _items(source, sold["sku"]))


def recent_shares(source: Source, panel: Panel, last: date) -> pl.DataFrame:
    """How each SKU's sales fall on shops and warehouses.

    Returns:
        i (Int64, the SKU's row in the panel), shop_id and warehouse_id (String, '' when unknown)
        and share (Float64); the shares of a SKU sum to 1.
    """
    places = [func.coalesce(_line[name], "").label(name) for name in PLACES]
    units = func.sum(_line.quantity).label("units")
    grouped = select(_line.sku_id.label("sku"), *places, units).group_by(*_FIRST_THREE)
    sold = source.frame(
        grouped.where(*_SOLD, _line.sold_date > last - SHARES, _line.sold_date <= last)
    ).filter(pl.col("units") > 0)
    skus = panel.items.select("sku", pl.col("category").fill_null(""))
    rows = skus.with_columns(i=pl.int_range(pl.len(), dtype=pl.Int64))
    return _shares(rows, sold.join(rows, on="sku"))


def _shares(rows: pl.DataFrame, sold: pl.DataFrame) -> pl.DataFrame:
    """The SKU's own shares, else its category's, else those of all."""
    found, left = [], rows
    for keys in (["sku"], ["category"], []):
        units = sold.group_by(*keys, *PLACES).agg(pl.col("units").sum())
        whole = pl.col("units").sum().over(keys) if keys else pl.col("units").sum()
        shares = units.with_columns(share=pl.col("units") / whole).drop("units")
        joined = left.join(shares, on=keys) if keys else left.join(shares, how="cross")
        found.append(joined.select("i", *PLACES, "share"))
        left = left.join(found[-1].select("i").unique(), on="i", how="anti")
    return pl.concat(found).sort("i", *PLACES)


def _before(today: date) -> ColumnElement[bool]:
    return _line.sold_date < today


def _served(source: Source, first: date, last: date) -> pl.DataFrame:
    """sku, day and in_stock (share of buyers served), of the days on which it is below 1."""
    if stock_daily.name not in source.tables():
        return pl.DataFrame(schema={"sku": pl.String, "day": pl.Date, "in_stock": pl.Float64})
    place, day = _stock.warehouse_id.label("place"), _stock.stock_date.label("day")
    sku = _stock.sku_id.label("sku")
    sold = _sold_places(source, first, last)
    weight = sold.group_by("place").agg(weight=pl.col("units").sum())
    kept = source.frame(select(sku, place).distinct()).join(weight, on="place")
    whole = kept.group_by("sku").agg(whole=pl.col("weight").sum())
    left = func.coalesce(_stock.on_hand, _ZERO) - func.coalesce(_stock.reserved, _ZERO)
    within = (_stock.stock_date > first, _stock.stock_date <= last, left <= _ZERO)
    empty = source.frame(select(sku, place, day).where(*within))
    gone = empty.join(sold, on=["sku", "place", "day"], how="anti").join(weight, on="place")
    lost = gone.group_by("sku", "day").agg(lost=pl.col("weight").sum()).join(whole, on="sku")
    return lost.select("sku", "day", in_stock=1 - pl.col("lost") / pl.col("whole"))


def _sold_places(source: Source, first: date, last: date) -> pl.DataFrame:
    """Units by sku, place (warehouse) and day."""
    keys = (
        _line.sku_id.label("sku"),
        _line.warehouse_id.label("place"),
        _line.sold_date.label("day"),
    )
    units = func.sum(_line.quantity).label("units")
    grouped = select(*keys, units).group_by(*_FIRST_THREE)
    return source.frame(grouped.where(*_SOLD, _line.sold_date > first, _line.sold_date <= last))


def _items(source: Source, skus: pl.Series) -> pl.DataFrame:
    """What the SKUs are today, and since when on sale; only of those sold."""
    columns = (
        _product.sku_id.label("sku"),
        _product.style_id.label("style"),
        _product.category,
        _product.size,
        _product.launch_date.label("launched"),
    )
    items = source.frame(select(*columns))
    return items.filter(pl.col("sku").is_in(skus.unique().implode()))
