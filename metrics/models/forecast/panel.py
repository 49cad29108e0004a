"""Sales as a dense panel: one row a SKU, one column a day, so that features are whole columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.errors import UserError

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]

ATTRIBUTES = ("style", "category", "size")
"""What a SKU may be; an absent column or a null is a group of its own."""

LEAST_OPEN = 0.3
"""With a smaller share of its buyers served, a day says nothing about demand."""


@dataclass(frozen=True)
class Panel:
    """Daily sales of N SKUs over T days.

    Attributes:
        items: sku and `ATTRIBUTES` (String), N rows sorted by sku.
        start: the day of column 0.
        units: N × T units sold.
        open: N × T, share of the SKU's buyers who could buy it: 0 before launch and out of stock.
        price: N × T price of a unit, carried on between sales; NaN while unknown.
        promoted: N × (T + ahead) share of promotion, planned days included.
        launch: N, the column of the first day on which the SKU could be bought.
        groups: N codes for each of `ATTRIBUTES`.
    """

    items: pl.DataFrame
    start: date
    units: Floats
    open: Floats
    price: Floats
    promoted: Floats
    launch: Whole
    groups: dict[str, Whole]

    @property
    def days(self) -> int:
        """T, the number of days."""
        return int(self.units.shape[1])


def make_panel(history: pl.DataFrame, items: pl.DataFrame | None = None) -> Panel:
    """The panel of a sales history.

    Args:
        history: sku (String), day (Date), units (number; null for a planned day), and optionally
            in_stock (Boolean, or the share of buyers who could be served; null is yes), price
            (number) and promotion (number or Boolean). One row a SKU and day; a day without a row
            sold nothing, in stock. The last day with units ends the history; later rows are plans.
        items: sku, and optionally `ATTRIBUTES` (String) and launched (Date; else the first row's
            day). SKUs that were never sold are forecast too.

    Raises:
        UserError: when a SKU and day has two rows, or no day has units.
    """
    if history.select(pl.struct("sku", "day").is_duplicated().any()).item():
        raise UserError("The sales history has two rows for one SKU and day: add them up first.")
    sold = history.filter(pl.col("units").is_not_null())
    if sold.is_empty():
        raise UserError("No day of the sales history has units: import orders first.")
    start: date
    end: date
    start, end = sold.select(first=pl.col("day").min(), last=pl.col("day").max()).row(0)
    known, days = _items(history, items), (end - start).days + 1
    placed, shape = _placed(history, known, start), (known.height, days)
    launch = _launch(known, placed, start, days)
    in_stock = _dense(placed, "in_stock", shape, 1.0)
    in_stock[in_stock < LEAST_OPEN] = 0.0
    return Panel(
        items=known.select("sku", *ATTRIBUTES),
        start=start,
        units=_dense(placed, "units", shape, 0.0),
        open=in_stock * (np.arange(days) >= launch[:, None]),
        price=_carried(_dense(placed, "price", shape, np.nan)),
        promoted=_dense(placed, "promotion", (known.height, _width(placed, days)), 0.0),
        launch=launch,
        groups={name: _codes(known[name]) for name in ATTRIBUTES},
    )


def _items(history: pl.DataFrame, items: pl.DataFrame | None) -> pl.DataFrame:
    """Every SKU with its attributes and launch day, sorted."""
    sold = history.select(pl.col("sku").unique())
    known = sold if items is None else sold.join(items, on="sku", how="full", coalesce=True)
    lacking = [
        pl.lit(None, pl.String).alias(name) for name in ATTRIBUTES if name not in known.columns
    ]
    if "launched" not in known.columns:
        lacking.append(pl.lit(None, pl.Date).alias("launched"))
    return known.with_columns(lacking).sort("sku")


def _placed(history: pl.DataFrame, known: pl.DataFrame, start: date) -> pl.DataFrame:
    """The history with its row `i` and column `t` in the panel."""
    rows = known.select("sku").with_row_index("i")
    column = (pl.col("day") - pl.lit(start)).dt.total_days()
    return history.join(rows, on="sku").with_columns(t=column).filter(pl.col("t") >= 0)


def _dense(placed: pl.DataFrame, name: str, shape: tuple[int, int], otherwise: float) -> Floats:
    dense = np.full(shape, otherwise)
    if name in placed.columns:
        rows = placed.filter(pl.col(name).is_not_null(), pl.col("t") < shape[1])
        dense[rows["i"].to_numpy(), rows["t"].to_numpy()] = rows[name].cast(pl.Float64).to_numpy()
    return dense


def _carried(price: Floats) -> Floats:
    for t in range(1, price.shape[1]):
        unknown = np.isnan(price[:, t])
        price[unknown, t] = price[unknown, t - 1]
    return price


def _launch(known: pl.DataFrame, placed: pl.DataFrame, start: date, days: int) -> Whole:
    """Launch columns; the stated day, else the first row's, and never after the first sale."""
    seen = placed.group_by("i").agg(first=pl.col("t").min(), sold=_first_sale())
    stated = (pl.col("launched") - pl.lit(start)).dt.total_days()
    launch = pl.min_horizontal(pl.coalesce(stated, "first"), "sold").fill_null(days)
    row = known.with_row_index("i").join(seen, on="i", how="left", maintain_order="left")
    return row.select(launch.clip(0, days).cast(pl.Int64)).to_series().to_numpy()


def _first_sale() -> pl.Expr:
    return pl.col("t").filter(pl.col("units") > 0).min()


def _width(placed: pl.DataFrame, days: int) -> int:
    last: int = placed.select(pl.col("t").max()).item()
    return max(days, last + 1)


def _codes(names: pl.Series) -> Whole:
    return (names.fill_null("").rank("dense").cast(pl.Int64) - 1).to_numpy()
