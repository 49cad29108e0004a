"""What becomes of staged dimensions: each column keeps what was stated last, in any order."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given
from hypothesis import settings as configured
from hypothesis import strategies as st
from sqlalchemy import select

from connectors.engines import Merge, connect
from connectors.schema import customers, products
from tests.contract.loading import NOON, Row, load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from connectors.settings import Settings

ATTRIBUTES = ("name", "is_core_size", "tag_price", "buy_quantity", "launch_date", "import_document")
LONG_AGO = datetime.fromisoformat("0001-01-01")
p = products.c


def product(known: int | None, sku: str = "s", **values: Any) -> Row:
    """What a source says of a product `known` hours after noon; None for at some time."""
    at = None if known is None else NOON + timedelta(hours=known)
    return {"sku_id": sku, "known_at": at, "import_source": "m", **values}


def _stored(url: str, settings: Settings) -> dict[str, tuple[Any, ...]]:
    columns = (p.sku_id, *(p[name] for name in ATTRIBUTES), p.known_at)
    rows = connect(url, settings).frame(select(*columns)).rows()
    return {row[0]: row[1:] for row in rows}


def test_each_column_keeps_what_was_stated_last(url: str, settings: Settings) -> None:
    rows = [
        product(1, name="old", tag_price=Decimal(5)),
        product(3, tag_price=Decimal("7.5")),
        product(2, name="new", is_core_size=True),
    ]
    assert load(url, settings, products, rows) == Merge(loaded=3, written=1)
    assert _stored(url, settings) == {
        "s": ("new", True, 7.5, None, None, None, rows[1]["known_at"])
    }


def test_an_older_statement_only_fills_what_is_unknown(url: str, settings: Settings) -> None:
    load(url, settings, products, [product(5, name="new")])
    older = load(url, settings, products, [product(4, name="old", buy_quantity=3)])
    assert older == Merge(updated=1, written=1)
    assert load(url, settings, products, [product(None, name="oldest")]) == Merge(unchanged=1)
    # Stated after 4 and before 5: later than the quantity, earlier than the name.
    between = product(4.5, name="between", buy_quantity=9)  # type: ignore[arg-type]
    assert load(url, settings, products, [between]) == Merge(updated=1, written=1)
    assert _stored(url, settings)["s"][:4] == ("new", None, None, 9)


def test_the_same_statements_again_change_nothing(url: str, settings: Settings) -> None:
    rows = [product(1, name="a"), product(1, "t", name="b"), product(None, name="c")]
    assert load(url, settings, products, rows) == Merge(loaded=3, written=2)
    assert load(url, settings, products, rows) == Merge(unchanged=3)


def test_a_later_repetition_moves_only_the_time(url: str, settings: Settings) -> None:
    load(url, settings, products, [product(1, name="a")])
    assert load(url, settings, products, [product(4, name="a")]) == Merge(unchanged=1, written=1)
    load(url, settings, products, [product(3, name="b")])
    assert _stored(url, settings)["s"][0] == "a"


def test_nothing_is_removed_from_a_dimension(url: str, settings: Settings) -> None:
    load(url, settings, products, [product(1, import_document="d"), product(1, "t")])
    assert load(url, settings, products, [product(1)], documents=["d"]) == Merge(unchanged=1)
    assert sorted(_stored(url, settings)) == ["s", "t"]


def test_a_member_known_by_key_alone_is_kept(url: str, settings: Settings) -> None:
    buyers = [{"shop_id": "s", "customer_id": name} for name in ("a", "b", "a")]
    assert load(url, settings, customers, buyers) == Merge(loaded=3, written=2)
    assert load(url, settings, customers, buyers) == Merge(unchanged=3)
    found = connect(url, settings).frame(select(customers.c.customer_id))
    assert sorted(found["customer_id"]) == ["a", "b"]


statements = st.lists(
    st.builds(
        product,
        st.sampled_from([None, 1, 2, 3]),
        st.sampled_from("stuvwxyz"),
        name=st.sampled_from([None, "", "甲", "乙", "B", "a"]),
        is_core_size=st.sampled_from([None, True, False]),
        tag_price=st.sampled_from([None, Decimal(-1), Decimal("9.99"), Decimal(10)]),
        buy_quantity=st.sampled_from([None, 0, 7]),
        launch_date=st.sampled_from([None, NOON.date(), date.min]),
        import_document=st.sampled_from(["d", "e"]),
    ),
    min_size=1,
    max_size=50,
)


def _folded(rows: Sequence[Row]) -> dict[str, tuple[Any, ...]]:
    """The greatest (time, value) of each column, by plain Python."""
    folded = {}
    for sku in {row["sku_id"] for row in rows}:
        own = [row for row in rows if row["sku_id"] == sku]
        best: list[Any] = []
        for name in ATTRIBUTES:
            said = [(row["known_at"] or LONG_AGO, row[name]) for row in own]
            value = max((pair for pair in said if pair[1] is not None), default=(None, None))[1]
            best.append(float(value) if isinstance(value, Decimal) else value)
        known = max((row["known_at"] for row in own if row["known_at"]), default=None)
        folded[sku] = (*best, known)
    return folded


@given(rows=statements, cuts=st.lists(st.integers(1, 49), max_size=2), data=st.data())
@configured(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_neither_the_order_of_rows_nor_of_runs_matters(
    rows: list[Row],
    cuts: list[int],
    data: st.DataObject,
    new_warehouse: Callable[[], str],
    settings: Settings,
) -> None:
    shuffled = data.draw(st.permutations(rows))
    url = new_warehouse()
    edges = [0, *sorted(cuts), len(shuffled)]
    for start, end in pairwise(edges):
        load(url, settings, products, shuffled[start:end])
    assert _stored(url, settings) == _folded(rows)
