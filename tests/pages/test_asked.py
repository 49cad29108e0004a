"""What the page asks of the warehouse, and that it shows what the command says."""

from __future__ import annotations

import json
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import pytest

from connectors.engines.duckdb import DuckDBConnector
from metrics.__main__ import main
from pages.ui.shelf import TOP
from tests.pages import shop, wardrobe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    Open = Callable[..., AppTest]

_MOST_STATEMENTS = 80
_LOG = "board_"
"""What the tables of the import log are called by: those are read on every run."""
_RANGE = ["--from", "2022-06-03", "--to", "2022-07-01"]
_KEPT = {"shop": "qj-jd", "region": "浙江"}
_WHERE = [text for each in _KEPT.items() for text in ("--where", "=".join(each))]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    lines = wardrobe.order_rows(shop.CATEGORIES)
    wardrobe.build(folder, lines, wardrobe.return_rows(lines))
    return folder


def test_the_warehouse_is_asked_nothing_twice(
    open_board: Open, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    asked = DuckDBConnector.frame

    def counted(connector: DuckDBConnector, select: Any) -> Any:
        statement = connector.sql(select)
        if _LOG not in statement:
            sent.append(statement)
        return asked(connector, select)

    monkeypatch.setattr(DuckDBConnector, "frame", counted)
    app = open_board(full)
    before = len(sent)
    assert 0 < before <= _MOST_STATEMENTS
    twice = {each for each in sent if sent.count(each) > 1}
    assert not twice
    app.run()
    assert sent[before:] == []


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("category", ["paid_sales", "expected_net_sales", "orders", "order_value", "units"]),
        ("category", ["refund_rate", "discount_rate"]),
        ("skc", ["paid_sales", "units", "sell_through", "gross_margin", "refund_rate"]),
        ("price_band", ["paid_sales", "units", "gross_margin"]),
        ("discount_band", ["paid_sales", "units", "gross_margin"]),
    ],
)
def test_each_table_says_what_the_command_says(
    open_board: Open, full: Path, capsys: pytest.CaptureFixture[str], by: str, names: list[str]
) -> None:
    app = open_board(full, by="category", **_KEPT)
    assert main(["query", *names, "--by", by, *_RANGE, *_WHERE, "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    (shown,) = (each.value for each in app.dataframe if {by, names[0]} <= {*each.value.columns})
    records = [row for row in shown.to_dict("records") if row[by] != "Total"]
    assert len(records) == min(len(said), TOP)
    for row in records:
        assert any(_agree(row, each, names) for each in said), row


def _agree(shown: dict[str, Any], said: dict[str, Any], names: list[str]) -> bool:
    """Whether two rows hold the same numbers; a column that would hold but dashes is not shown."""
    pairs = [(shown.get(name, nan), said[name]) for name in names]
    return all(isnan(one) if other is None else one == pytest.approx(other) for one, other in pairs)
