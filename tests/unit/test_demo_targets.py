"""The demo shop has targets: until people have their own, and until their data comes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from connectors.settings import Settings
from connectors.state import Target, open_state
from tests.unit.demo_shop import END

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.state import State
    from tests.unit.importing import Board

DEMO = ("demo", "--orders", 500, "--days", 90, "--end", END.isoformat())


@pytest.fixture
def shop(board: Board, tmp_path: Path) -> Board:
    board.settings["STATE"] = str(tmp_path / "state.db")
    return board


def state_of(board: Board) -> State:
    return open_state(Settings.model_validate({"state": board.settings["STATE"]}))


def built(board: Board, *rest: Any) -> tuple[Target, ...]:
    done = board.run(*DEMO, *rest)
    assert done.code == 0, done.err
    return state_of(board).targets()


def test_whole_months_have_targets_that_can_be_reached(shop: Board) -> None:
    targets = built(shop)
    whole = {each.start: each.amount or 0 for each in targets if not each.segment}
    assert list(whole) == [date(2025, month, 1) for month in (9, 10, 11, 12)]
    sold = dict(
        shop.sql(
            "SELECT date_trunc('month', sold_date)::DATE,"
            " sum(paid_amount + platform_subsidy - postage)"
            " FROM order_lines WHERE is_paid GROUP BY ALL"
        )
    )
    for month in (date(2025, 9, 1), date(2025, 10, 1)):
        assert 0.6 < float(sold[month]) / whole[month] < 1.5
    for month, amount in whole.items():
        shops = [each for each in targets if each.start == month and each.segment]
        assert len({each.segment for each in shops}) == len(shops) == 8
        assert sum(each.amount or 0 for each in shops) == pytest.approx(amount)


def test_another_demo_brings_its_own(shop: Board) -> None:
    before = built(shop)
    after = built(shop, "--seed", 2)
    assert len(before) == len(after)
    assert set(before) != set(after)


def test_who_has_targets_keeps_them_and_gets_no_others(shop: Board) -> None:
    own = Target(metric="orders", start=date(2025, 1, 1), end=date(2026, 1, 1), amount=7.0)
    state_of(shop).put(own, "Li")
    assert built(shop) == (own,)


def test_the_first_real_import_leaves_what_people_set(
    shop: Board, mapping: Path, monday: Path
) -> None:
    changed = built(shop)[0]
    state = state_of(shop)
    mine = state.put(Target(**(vars(changed) | {"amount": 5.0})), "Li")
    shop.imported("order_lines", mapping, monday)
    assert state.targets() == (mine,)


def test_a_failed_import_leaves_the_demo_its_targets(shop: Board, tmp_path: Path) -> None:
    targets = built(shop)
    assert shop.run("import", tmp_path, "--as", "order_lines", "--mapping", "canonical").code == 2
    assert state_of(shop).targets() == targets
