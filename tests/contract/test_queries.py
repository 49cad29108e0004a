"""Filters, groups, unions and the shown SQL: the same rows from every engine."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import Numeric, String, func, literal, select, text, union_all

from connectors.schema import order_lines
from tests.contract.rows import ROWS, START, TEXTS

if TYPE_CHECKING:
    from connectors.engines import Connector

c = order_lines.c


def test_texts_filter_group_and_sort_alike(connector: Connector) -> None:
    for each in TEXTS:
        assert connector.frame(select(func.count().label("n")).where(c.region == each)).item() == 1
    given = select(c.region, func.count().label("n")).where(c.region.in_(TEXTS))
    found = connector.frame(given.group_by(c.region).order_by(c.region))
    assert found.rows() == [(each, 1) for each in sorted(TEXTS)]
    assert connector.frame(select(func.max(c.region))).item() == max(TEXTS)


def test_filters_bind_values_of_every_kind(connector: Connector) -> None:
    chosen = select(c.order_id).where(
        c.sold_date.between(date(2024, 2, 29), date(2024, 3, 1)),
        c.sold_at < START + timedelta(hours=20),
        c.sales_amount >= Decimal("100.001"),
        c.exchange_rate > 0.95,
        c.is_paid.is_(True),
        c.quantity.in_([4, 7, 10, 13]),
    )
    by_hand = [
        row["order_id"]
        for n, row in enumerate(ROWS)
        if row["sold_date"] >= date(2024, 2, 29)
        and n < 20
        and (row["sales_amount"] or 0) >= Decimal("100.001")
        and n >= 10
        and row["is_paid"]
        and row["quantity"] in {4, 7, 10, 13}
    ]
    assert by_hand
    assert connector.frame(chosen.order_by(c.order_id))["order_id"].to_list() == by_hand
    assert connector.frame(select(c.order_id).where(c.order_id.in_([]))).height == 0


def test_a_union_is_answered_too(connector: Connector) -> None:
    one = select(c.order_id, c.quantity).where(c.order_id == "o009")
    all_lines = select(literal("all"), func.count()).select_from(order_lines)
    found = connector.frame(union_all(one, all_lines))
    assert sorted(found.rows()) == [("all", 40), ("o009", 4)]
    assert found.columns == ["order_id", "quantity"]


def test_a_column_without_a_type_is_refused_by_name(connector: Connector) -> None:
    with pytest.raises(TypeError, match="'mean'"):
        connector.frame(select(func.avg(c.quantity).label("mean")))


def test_the_shown_sql_gives_the_same_rows(connector: Connector) -> None:
    chosen = select(c.order_id, func.sum(c.sales_amount).label("sales")).where(
        c.region.in_(TEXTS[:2]), c.sold_date >= date(2024, 2, 28), c.sold_at > START - timedelta(1)
    )
    chosen = chosen.where(c.order_id.like("o%")).group_by(c.order_id).order_by(c.order_id)
    shown = connector.sql(chosen)
    assert "$1" not in shown
    assert "%(" not in shown
    subquery = text(shown).columns(order_id=String, sales=Numeric).subquery()
    again = connector.frame(select(subquery).order_by(subquery.c.order_id))
    assert again.height == 2
    assert_frame_equal(again, connector.frame(chosen), check_exact=True)
