"""A shop with sixteen months of daily sales, an empty state, and questions for targets."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from connectors.engines import connect
from connectors.schema import order_lines
from connectors.settings import Settings
from connectors.state import State, Target, open_state
from metrics import Access, Query, run
from tests.contract.loading import line, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.engines import Connector
    from metrics import Result

EVERYONE = Access("unrestricted")
DAY = timedelta(days=1)
FIRST, LAST = date(2023, 12, 1), date(2025, 3, 31)
YEAR = (date(2025, 1, 1), date(2026, 1, 1))
AMOUNT = 1_000_000.0


def sold_on(day: date) -> int:
    """What the shop sold: more at weekends, most in November, a closed Spring Festival."""
    if date(2024, 2, 10) <= day <= date(2024, 2, 14):
        return 0
    return (100, 90, 95, 110, 130, 200, 180)[day.weekday()] * (3 if day.month == 11 else 1)


def days(start: date, end: date) -> list[date]:
    return [start + n * DAY for n in range((end - start).days)]


def share(start: date, end: date, of: tuple[date, date] = YEAR) -> float:
    """The share of a range that the same weekdays brought a year before."""
    brought = [sum(sold_on(day - 364 * DAY) for day in days(*each)) for each in ((start, end), of)]
    return brought[0] / brought[1]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connector]:
    """Sixteen months of daily sales; the last day is 31 March 2025."""
    url = str(tmp_path_factory.mktemp("targets") / "warehouse")
    rows = [
        line(
            f"{day}",
            sold_date=day,
            is_paid=True,
            line_type="sale",
            quantity=1,
            sales_amount=Decimal(sold_on(day)),
            gross_amount=Decimal(sold_on(day)),
            category="dress",
        )
        for day in days(FIRST, LAST + DAY)
        if sold_on(day)
    ]
    load(url, Settings(warehouse=url), order_lines, rows)
    connector = connect(url, Settings(warehouse=url))
    yield connector
    connector.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A state of its own, and no defaults."""
    (tmp_path / "targets.toml").touch()
    return Settings(state=str(tmp_path / "state.db"), targets=str(tmp_path / "targets.toml"))


@pytest.fixture
def state(settings: Settings) -> State:
    """The state of `settings`."""
    return open_state(settings)


def year(amount: float = AMOUNT, **more: Any) -> Target:
    return Target(metric="paid_sales", start=YEAR[0], end=YEAR[1], amount=amount, **more)


class Asked:
    """Asks the shop for targets under the settings of the test."""

    def __init__(self, shop: Connector, settings: Settings) -> None:
        self.shop = shop
        self.settings = settings

    def result(self, query: Query, access: Access = EVERYONE) -> Result:
        """The whole answer."""
        return run(query, access, self.shop, self.settings)

    def rows(
        self,
        start: date = YEAR[0],
        end: date = YEAR[1],
        *,
        access: Access = EVERYONE,
        **more: Any,
    ) -> list[dict[str, Any]]:
        """The rows of the sales target."""
        return self.result(Query(("sales_target",), start, end, **more), access).frame.to_dicts()

    def target(self, *span: date, **more: Any) -> Any:
        """The one sales target."""
        [row] = self.rows(*span, **more)
        return row["sales_target"]

    def level(self, start: date = YEAR[0], end: date = YEAR[1], **more: Any) -> Any:
        """The target of the order value."""
        query = Query(("order_value",), start, end, compare="target", **more)
        return self.result(query).frame["order_value_target"].item()


@pytest.fixture
def asked(shop: Connector, settings: Settings) -> Asked:
    """Asks the shop under `settings`."""
    return Asked(shop, settings)
