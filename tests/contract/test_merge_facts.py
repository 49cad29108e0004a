"""What becomes of staged facts: counts and rows worked out by hand, on every engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as configured
from hypothesis import strategies as st
from sqlalchemy import select

from connectors.engines import Merge, connect, open_for_import
from connectors.schema import ad_spend, order_lines, returns
from tests.contract.loading import NOON, Row, frame_of, line, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.settings import Settings

c = order_lines.c
FULL = line(
    "o1",
    sold_at=NOON,
    sold_date=NOON.date(),
    sold_hour=12,
    is_paid=True,
    quantity=2,
    sales_amount=Decimal("19.9901"),
    exchange_rate=0.1,
    region="上海",
)


def _stored(url: str, settings: Settings) -> dict[str, int | None]:
    """Quantity by order and line."""
    found = connect(url, settings).frame(select(c.order_id, c.line_id, c.quantity))
    return {f"{order}/{number}": quantity for order, number, quantity in found.iter_rows()}


def test_new_changed_and_equal_rows(url: str, settings: Settings) -> None:
    first = [line("a", quantity=1), line("b", quantity=2), line("c", quantity=3)]
    assert load(url, settings, order_lines, first) == Merge(loaded=3, written=3)
    second = [line("b", quantity=2), line("c", quantity=33), line("d", quantity=4)]
    merge = load(url, settings, order_lines, second)
    assert merge == Merge(loaded=1, updated=1, unchanged=1, written=2)
    assert _stored(url, settings) == {"a/1": 1, "b/1": 2, "c/1": 33, "d/1": 4}


def test_every_column_is_compared_and_null_equals_null(url: str, settings: Settings) -> None:
    names = sorted(set(FULL) - {"shop_id", "order_id", "line_id"})
    full = [{**FULL, "order_id": name} for name in names]
    each_without_one = [{**FULL, "order_id": name, name: None} for name in names]
    load(url, settings, order_lines, full)
    assert load(url, settings, order_lines, full) == Merge(unchanged=len(names))
    changed = Merge(updated=len(names), written=len(names))
    assert load(url, settings, order_lines, each_without_one) == changed
    found = connect(url, settings).frame(select(*(c[name] for name in [*names, "order_id"])))
    assert all(row[name] is None for row in found.to_dicts() for name in [row["order_id"]])
    assert found.null_count().sum_horizontal().item() == len(names)
    assert load(url, settings, order_lines, full) == changed
    again = connect(url, settings).frame(select(*(c[name] for name in names)))
    stored = [float(FULL[n]) if isinstance(FULL[n], Decimal) else FULL[n] for n in names]
    assert again.rows() == [tuple(stored)] * len(names)


def test_columns_that_the_rows_lack_are_null(url: str, settings: Settings) -> None:
    load(url, settings, order_lines, [FULL])
    bare = {name: FULL[name] for name in ("shop_id", "order_id", "line_id")}
    assert load(url, settings, order_lines, [bare]) == Merge(updated=1, written=1)
    found = connect(url, settings).frame(select(order_lines))
    assert found.select(pl.all().null_count()).transpose().sum().item() == found.width - 3


def test_within_a_run_the_greatest_version_stands(url: str, settings: Settings) -> None:
    batches = [
        [
            line("a", quantity=1, __version="2024-02", __order=1),
            line("a", quantity=2, __version="2024-10", __order=0),
            line("a", quantity=3, __version=None, __order=9),
            line("b", quantity=4, __version=None, __order=7),
        ],
        [
            line("b", quantity=5, __version=None, __order=8),
            line("c", quantity=6, __version="1", __order=3),
            line("c", quantity=7, __version="1", __order=2),
        ],
    ]
    merge = load(url, settings, order_lines, *batches)
    assert merge == Merge(loaded=3, superseded=4, written=3)
    assert _stored(url, settings) == {"a/1": 2, "b/1": 5, "c/1": 6}
    again = load(url, settings, order_lines, *batches)
    assert again == Merge(unchanged=3, superseded=4)


def test_across_runs_the_later_run_stands(url: str, settings: Settings) -> None:
    load(url, settings, order_lines, [line("a", quantity=1, __version="9")])
    merge = load(url, settings, order_lines, [line("a", quantity=2, __version="1")])
    assert merge == Merge(updated=1, written=1)
    assert _stored(url, settings) == {"a/1": 2}


def test_a_document_delivered_whole_loses_what_it_no_longer_holds(
    url: str, settings: Settings
) -> None:
    day = [line("a", "1"), line("a", "2"), line("b", "1")]
    other = line("x", "1", import_source="other", import_document="a")
    loose = line("y", "1", import_document=None)
    load(url, settings, order_lines, [*day, other, loose])
    partly = load(url, settings, order_lines, [line("a", "1")])
    assert partly == Merge(unchanged=1)
    whole = load(url, settings, order_lines, [line("a", "1", quantity=5)], documents=["a", "a"])
    assert whole == Merge(updated=1, removed=1, written=1)
    assert sorted(_stored(url, settings)) == ["a/1", "b/1", "x/1", "y/1"]
    gone = load(url, settings, order_lines, documents=["b"])
    assert gone == Merge(removed=1)
    assert sorted(_stored(url, settings)) == ["a/1", "x/1", "y/1"]


def test_a_row_that_moves_to_another_document_stays(url: str, settings: Settings) -> None:
    load(url, settings, order_lines, [line("a", import_document="monday")])
    moved = [line("a", import_document="tuesday")]
    merge = load(url, settings, order_lines, moved, documents=["monday", "tuesday"])
    assert merge == Merge(updated=1, written=1)


def test_documents_reach_every_table_of_the_run(url: str, settings: Settings) -> None:
    back = {"shop_id": "s", "return_id": "r", "line_id": "1", "quantity": 1}
    back |= {"import_source": "m", "import_document": "a"}
    load(url, settings, returns, [back])
    with open_for_import(url, settings, wait=0) as writer:
        writer.stage(order_lines, frame_of(order_lines, [line("a")]))
        writer.stage_documents("m", pl.Series(["a"]))
        assert writer.merge(order_lines) == Merge(loaded=1, written=1)
        assert writer.merge(returns) == Merge(removed=1)


def test_a_source_row_of_several_table_rows_counts_once(url: str, settings: Settings) -> None:
    def week(row: int, tv: str, radio: str, day: int = 1) -> list[Row]:
        key = {"spend_date": date(2024, 1, day), "ad_id": "all", "__row": row, "__order": row}
        spent = {"tv": tv, "radio": radio}
        return [{**key, "campaign_id": name, "spend": Decimal(x)} for name, x in spent.items()]

    assert load(url, settings, ad_spend, week(0, "1", "2")) == Merge(loaded=1, written=2)
    assert load(url, settings, ad_spend, week(0, "1", "2")) == Merge(unchanged=1)
    assert load(url, settings, ad_spend, week(0, "1", "3")) == Merge(updated=1, written=1)
    mixed = [*week(0, "1", "3"), *week(1, "5", "6", day=2)[:1], *week(1, "5", "6", day=1)[1:]]
    assert load(url, settings, ad_spend, mixed) == Merge(
        loaded=1, superseded=0, unchanged=1, written=2
    )


def test_rows_that_do_not_fit_the_table_are_refused(url: str, settings: Settings) -> None:
    rows = frame_of(order_lines, [line("a")])
    with open_for_import(url, settings, wait=0) as writer:
        with pytest.raises(ValueError, match="order_lines has no column colour"):
            writer.stage(order_lines, rows.with_columns(colour=pl.lit("red")))
        with pytest.raises(ValueError, match="null in the key column line_id"):
            writer.stage(order_lines, rows.with_columns(line_id=pl.lit(None, pl.String)))
        with pytest.raises(ValueError, match="null in the key column order_id"):
            writer.stage(order_lines, rows.drop("order_id"))
        writer.stage(order_lines, rows.clear())
        assert writer.merge(order_lines) == Merge()


versions = st.sampled_from([None, "1", "2"])
statements = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), versions, st.integers(0, 3)), max_size=40
)


@given(rows=statements, cut=st.integers(0, 40), data=st.data())
@configured(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_rows_and_batches_does_not_matter(
    rows: list[tuple[str, str | None, int]],
    cut: int,
    data: st.DataObject,
    new_warehouse: Callable[[], str],
    settings: Settings,
) -> None:
    numbered = [
        line(order, quantity=quantity, __version=version, __row=n, __order=n)
        for n, (order, version, quantity) in enumerate(rows)
    ]
    best: dict[str, Row] = {}
    for row in numbered:
        rank = (row["__version"] or "", row["__order"])
        held = best.get(row["order_id"])
        if held is None or rank > (held["__version"] or "", held["__order"]):
            best[row["order_id"]] = row
    shuffled = data.draw(st.permutations(numbered))
    url = new_warehouse()
    merge = load(url, settings, order_lines, shuffled[:cut], shuffled[cut:])
    assert merge == Merge(loaded=len(best), superseded=len(rows) - len(best), written=len(best))
    assert _stored(url, settings) == {f"{key}/1": row["quantity"] for key, row in best.items()}
