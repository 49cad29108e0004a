"""An import run as a whole: all or nothing, what it logs, who may read and import meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from sqlalchemy import func, select

from connectors import engines
from connectors.engines import Merge, connect, open_for_import
from connectors.errors import UserError
from connectors.schema import TABLES, first_orders, order_lines, products
from tests.contract.loading import NO_REJECTS, NOON, Row, frame_of, line, load, run_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.engines import Connector
    from connectors.settings import Settings

c = order_lines.c
DAY: Row = {"sold_date": date(2024, 5, 1), "sales_amount": Decimal("2.5")}
LINES = [line("a", **DAY), line("b", **DAY)]


class _BrokenError(Exception):
    """What goes wrong in the middle of an import."""


def _orders(connector: Connector) -> list[str]:
    return sorted(connector.frame(select(c.order_id))["order_id"])


def _reject(file: str, number: int, document: str | None = None) -> pl.DataFrame:
    row = {"file": file, "line": number, "reason": "no date", "document": document, "row": "{}"}
    return pl.DataFrame([row], schema=NO_REJECTS.schema)


def _record(url: str, settings: Settings, rejects: pl.DataFrame, *files: str) -> Merge:
    with open_for_import(url, settings, wait=0) as writer:
        writer.stage(order_lines, frame_of(order_lines, LINES))
        writer.stage_documents("m", pl.Series(["a", "b"]))
        merge = writer.merge(order_lines)
        reasons = {"no date": rejects.height}
        run = run_of(order_lines, merge, files=files, read=2 + rejects.height, rejected=reasons)
        writer.record(run, rejects)
    return merge


def test_before_the_first_import(url: str, settings: Settings) -> None:
    assert engines.is_empty(url, settings)
    with pytest.raises(UserError, match="python -m connectors import"):
        connect(url, settings)
    load(url, settings, order_lines, LINES)
    assert not engines.is_empty(url, settings)


def test_what_a_run_wrote_is_there_for_it_alone_until_it_ends(url: str, settings: Settings) -> None:
    load(url, settings, order_lines, LINES)
    reader = connect(url, settings)
    with open_for_import(url, settings, wait=0) as writer:
        assert writer.tables() == {"order_lines"}
        changed = [writer.changed]
        writer.stage(order_lines, frame_of(order_lines, [line("c")]))
        writer.merge(order_lines)
        assert [*changed, writer.changed] == [False, True]
        assert writer.frame(select(func.count()).select_from(order_lines)).item() == 3
        assert _orders(reader) == ["a", "b"]
        assert _orders(connect(url, settings)) == ["a", "b"]
        assert connect(url, settings).version == reader.version
    assert _orders(connect(url, settings)) == ["a", "b", "c"]
    assert connect(url, settings).version != reader.version


def _break(url: str, settings: Settings) -> None:
    with open_for_import(url, settings, wait=0) as writer:
        writer.set_currency("EUR")
        writer.stage(order_lines, frame_of(order_lines, [line("a", quantity=9), line("c")]))
        writer.merge(order_lines)
        customer = c.order_id.label("customer_id")
        assert writer.build(first_orders, select(c.shop_id, customer, c.order_id)) > 1
        writer.record(run_of(order_lines, Merge()), _reject("f.csv", 1))
        raise _BrokenError


def test_a_run_that_fails_leaves_nothing_behind(url: str, settings: Settings) -> None:
    for expected in ([], ["a", "b"]):
        with pytest.raises(_BrokenError):
            _break(url, settings)
        assert engines.is_empty(url, settings) == (not expected)
        load(url, settings, order_lines, LINES)
        reader = connect(url, settings)
        assert _orders(reader) == ["a", "b"]
        assert reader.meta().currency is None
        assert reader.frame(select(func.count(c.quantity))).item() == 0
        assert reader.tables() == {"order_lines"}
        assert engines.imports(url, settings).is_empty()
        assert engines.rejects(url, settings).is_empty()


def test_a_run_without_change_is_logged_and_keeps_the_version(url: str, settings: Settings) -> None:
    _record(url, settings, NO_REJECTS, "f.csv")
    before = connect(url, settings).version
    assert _record(url, settings, NO_REJECTS, "f.csv") == Merge(unchanged=2)
    assert connect(url, settings).version == before
    log = engines.imports(url, settings)
    assert log.select("import_id", "read", "loaded", "unchanged").rows() == [
        (2, 2, 0, 2),
        (1, 2, 2, 0),
    ]


def test_two_warehouses_never_share_a_version(
    new_warehouse: Callable[[], str], settings: Settings
) -> None:
    urls = [new_warehouse(), new_warehouse()]
    for url in urls:
        load(url, settings, order_lines, LINES)
    assert connect(urls[0], settings).version != connect(urls[1], settings).version


def test_the_log_says_what_was_done(url: str, settings: Settings) -> None:
    with open_for_import(url, settings, wait=0) as writer:
        merge = Merge(loaded=2, updated=1, written=3)
        run = run_of(
            order_lines,
            merge,
            files=("五月.csv", "b.csv"),
            finished_at=NOON + timedelta(seconds=5),
            read=9,
            excluded={"service_codes": 4},
            rejected={"no date": 1, "no price": 1},
        )
        writer.record(run, NO_REJECTS)
    entry = engines.imports(url, settings).to_dicts()
    assert entry == [
        {
            "import_id": 1,
            "mapping": "m",
            "table_name": "order_lines",
            "started_at": NOON,
            "finished_at": NOON + timedelta(seconds=5),
            "files": 2,
            "read": 9,
            "loaded": 2,
            "updated": 1,
            "unchanged": 0,
            "excluded": 4,
            "rejected": 2,
            "file_names": '["五月.csv", "b.csv"]',
            "excluded_by": '{"service_codes": 4}',
            "rejected_by": '{"no date": 1, "no price": 1}',
            "tables": '{"order_lines": {"loaded": 2, "updated": 1, "unchanged": 0, '
            '"superseded": 0, "removed": 0, "written": 3}}',
        }
    ]


def test_rejects_stand_until_their_file_or_document_comes_again(
    url: str, settings: Settings
) -> None:
    def standing() -> list[tuple[str, int]]:
        return engines.rejects(url, settings).select("file", "line").rows()

    _record(url, settings, pl.concat([_reject("f.csv", 7), _reject("f.csv", 9, "z")]), "f.csv")
    _record(url, settings, pl.concat([_reject("g.csv", 3, "a"), _reject("g.csv", 4)]), "g.csv")
    assert standing() == [("f.csv", 7), ("f.csv", 9), ("g.csv", 3), ("g.csv", 4)]
    _record(url, settings, NO_REJECTS, "h.csv")  # brings the documents a and b whole
    assert standing() == [("f.csv", 7), ("f.csv", 9), ("g.csv", 4)]
    _record(url, settings, _reject("f.csv", 9, "z"), "f.csv")
    assert standing() == [("f.csv", 9), ("g.csv", 4)]
    last = engines.rejects(url, settings).row(0, named=True)
    assert last == {
        "import_id": 4,
        "mapping": "m",
        "table_name": "order_lines",
        "file": "f.csv",
        "line": 9,
        "reason": "no date",
        "document": "z",
        "row": "{}",
    }


def test_the_status_of_every_table(url: str, settings: Settings) -> None:
    lines = [line("a", **DAY), line("b", sold_date=date(2024, 4, 30)), line("c")]
    with open_for_import(url, settings, wait=0) as writer:
        writer.stage(order_lines, frame_of(order_lines, lines))
        writer.stage(
            products, frame_of(products, [{"sku_id": "x", "launch_date": date(2020, 1, 1)}])
        )
        merges = {t.name: writer.merge(t) for t in (order_lines, products)}
        run = run_of(order_lines, merges["order_lines"], tables=merges)
        writer.record(run, _reject("f.csv", 1))
    states = {state.table: state for state in engines.status(url, settings)}
    assert list(states) == list(TABLES)
    sold = states["order_lines"]
    assert sold[1:4] == (3, date(2024, 4, 30), date(2024, 5, 1))
    assert sold[4:] == (NOON, "m", Merge(loaded=3, written=3), 1)
    assert states["products"][1:] == (1, None, None, NOON, "m", Merge(loaded=1, written=1), 0)
    assert states["returns"][1:] == (0, None, None, None, None, None, 0)
    assert connect(url, settings).tables() == {"order_lines", "products"}


def test_a_derived_table_is_replaced_whole(url: str, settings: Settings) -> None:
    load(url, settings, order_lines, [line("a", customer_id="k"), line("b", customer_id="l")])
    firsts = select(c.shop_id, c.customer_id, func.min(c.order_id).label("order_id"))
    with open_for_import(url, settings, wait=0) as writer:
        assert writer.build(first_orders, firsts.group_by(c.shop_id, c.customer_id)) == 2
    found = connect(url, settings).frame(select(first_orders).order_by(first_orders.c.customer_id))
    assert found.select("customer_id", "order_id", "channel").rows() == [
        ("k", "a", None),
        ("l", "b", None),
    ]
    with open_for_import(url, settings, wait=0) as writer:
        rows = pl.DataFrame({"order_id": ["c"], "shop_id": ["s"], "customer_id": ["m"]})
        assert writer.build(first_orders, rows) == 1
    found = connect(url, settings).frame(select(first_orders.c.customer_id))
    assert found.rows() == [("m",)]
