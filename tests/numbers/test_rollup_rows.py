"""Roll-ups are built of many rows that are alike, and count the orders that lie in one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from sqlalchemy import BigInteger, cast, func, select

from connectors.engines import open_for_import
from connectors.schema import order_lines, sales_by_category, sales_by_origin, sessions
from connectors.settings import Settings
from metrics import rollup_rows, rollups
from metrics.derived import BUILDERS
from tests.numbers import rolled

if TYPE_CHECKING:
    from pathlib import Path


def test_few_rows_have_no_roll_up(tmp_path: Path) -> None:
    with open_for_import(str(tmp_path), Settings(), wait=0, what="test") as writer:
        writer.build(order_lines, rolled.sales(apart=False))
        writer.build(sessions, rolled.visits())
        tables = {each.table for each in rollups.ROLLUPS}
        for builder in BUILDERS:
            if builder.table in tables:
                assert builder.build(writer) == 0


def test_lines_that_differ_have_no_roll_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = rolled.sales(apart=False)
    different = len(lines.unique(["sold_date", "shop_id", "mode", "category"]))
    assert different < len(lines) < 3 * different
    built = func.count(sales_by_category.c.shop_id)
    for folds, rows in ((1, different), (3, 0)):
        monkeypatch.setattr(rollup_rows, "FOLDS", folds)
        assert _built(tmp_path / str(folds), monkeypatch, lines, built) == rows


@pytest.mark.parametrize(
    ("modes", "orders"),
    [
        (("shelf", "shelf"), 1),
        ((None, None), 1),
        (("shelf", None), None),
        (("shelf", "self_live"), None),
    ],
)
def test_an_order_is_whole_where_its_lines_are_alike(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    modes: tuple[str | None, ...],
    orders: int | None,
) -> None:
    order = _order(mode=pl.Series(modes, dtype=pl.String))
    monkeypatch.setattr(rollup_rows, "FOLDS", 0)
    for table in (sales_by_origin, sales_by_category):
        counted = func.sum(table.c.placed_orders)
        assert _built(tmp_path / table.name, monkeypatch, order, counted) == orders


def test_lines_of_two_channels_are_one_order_of_each_category(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = _order(channel=pl.Series(["search", "paid"]), category=pl.Series(["c1", "c2"]))
    monkeypatch.setattr(rollup_rows, "FOLDS", 0)
    for table, orders in ((sales_by_origin, None), (sales_by_category, 2)):
        counted = func.sum(table.c.placed_orders)
        assert _built(tmp_path / table.name, monkeypatch, order, counted) == orders


def _order(**own: pl.Series) -> pl.DataFrame:
    """An order of two lines that are alike but for what is given."""
    lines = rolled.sales(apart=False).head(2)
    alike = ("shop_id", "mode", "creator_id", "channel", "region", "category")
    same = lines.with_columns(pl.col(alike).first(), sold_date=rolled.FIRST)
    return same.with_columns(order_id=pl.lit("o"), line_type=pl.lit("sale"), **own)


def _built(
    folder: Path, monkeypatch: pytest.MonkeyPatch, lines: pl.DataFrame, what: Any
) -> int | None:
    """What the roll-ups of these lines say."""
    monkeypatch.setattr(rollup_rows, "PAYS", 0)
    with open_for_import(str(folder), Settings(), wait=0, what="test") as writer:
        writer.build(order_lines, lines)
        (builder,) = (each for each in BUILDERS if each.table.name == "sales_by_category")
        builder.build(writer)
        found: int | None = writer.frame(select(cast(what, BigInteger).label("it"))).item()
        return found
