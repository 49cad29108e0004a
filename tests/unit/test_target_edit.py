"""Edits of the table of targets: what becomes of each row, and that nobody is overwritten."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from connectors.errors import UserError
from connectors.settings import Settings
from connectors.state import State, Target, open_state
from metrics.target_edit import edited, table_of
from metrics.target_sheet import read_targets, sheet_of

if TYPE_CHECKING:
    from pathlib import Path

_JUNE = Target(
    metric="paid_sales",
    segment=(("shop", ("a",)),),
    start=date(2022, 6, 1),
    end=date(2022, 7, 1),
    amount=100.0,
)
_MARGIN = Target(metric="gross_margin", level=0.42, note="year three")


@pytest.fixture
def state(tmp_path: Path) -> State:
    """An empty state."""
    return open_state(Settings(state=str(tmp_path / "state.db")))


def _rows(targets: tuple[Target, ...]) -> list[dict[str, Any]]:
    return table_of(targets).to_dicts()


def test_the_last_day_is_within_and_open_ends_are_empty() -> None:
    june, margin = _rows((_JUNE, _MARGIN))
    assert (june["first"], june["last"]) == (date(2022, 6, 1), date(2022, 6, 30))
    assert (june["shop"], june["value"], june["over_baseline"]) == ("a", 100.0, False)
    assert (margin["first"], margin["last"], margin["note"]) == (None, None, "year three")


def test_cells_become_targets(state: State) -> None:
    read = (state.put(_JUNE, "anna"), _MARGIN)
    kept, gone = edited(
        read,
        {0: {"value": 120.0, "last": "2022-06-15"}, 1: {"value": 0.4}},
        [{"metric": "orders", "value": 5, "first": "2022-06-01", "last": "2022-06-01"}, {}],
        [],
    )
    state.edit(kept, gone, "boris")
    found = {each.metric: each for each in state.targets()}
    assert (found["paid_sales"].amount, found["paid_sales"].end) == (120.0, date(2022, 6, 16))
    assert found["gross_margin"].level == 0.4  # the default, now one's own
    assert (found["orders"].start, found["orders"].end) == (date(2022, 6, 1), date(2022, 6, 2))
    assert len(found) == 3


def test_the_later_of_two_is_told_and_loses_nothing_of_the_earlier(state: State) -> None:
    state.put_all([_JUNE, _MARGIN], "anna")
    read = state.targets()
    first, _gone = edited(read, {1: {"value": 200.0}}, [], [])
    second, gone = edited(read, {1: {"value": 300.0}}, [], [0])
    state.edit(first, (), "boris")
    with pytest.raises(UserError, match="was changed by boris"):
        state.edit(second, gone, "clara")
    assert {(each.amount, each.level) for each in state.targets()} == {(200.0, None), (None, 0.42)}


def test_rows_are_deleted(state: State) -> None:
    state.put_all([_JUNE, _MARGIN], "anna")
    kept, gone = edited(state.targets(), {1: {"value": 1.0}}, [], [0, 1])
    state.edit(kept, gone, "anna")
    assert state.targets() == ()


@pytest.mark.parametrize(
    ("changed", "added", "deleted", "said"),
    [
        ({}, [{"metric": "orders"}], [], "#3: a target needs a metric and a value"),
        ({1: {"value": None}}, [], [], "#2: a target needs a metric and a value"),
        ({0: {"last": "2022-05-01"}}, [], [], "#1: the range ends"),
        ({0: {"first": None}}, [], [], "#1: an amount needs from and to"),
        ({0: {"metric": "paid_sale"}}, [], [], "Did you mean"),
        ({}, [], [1], "#2: gross_margin comes with the board"),
    ],
)
def test_what_is_no_target_is_said_with_its_row(
    changed: dict[int, Any], added: list[Any], deleted: list[int], said: str
) -> None:
    with pytest.raises(UserError) as caught:
        edited((_JUNE, _MARGIN), changed, added, deleted)
    assert said in caught.value.text(str)
    assert "\n" not in caught.value.text(str)


def test_a_sheet_gives_back_what_it_was_made_of(tmp_path: Path) -> None:
    lift = Target(metric="repurchase_rate", level_over_baseline=0.35)
    known = (_JUNE, _MARGIN, lift) if _knows("repurchase_rate") else (_JUNE, _MARGIN)
    path = tmp_path / "targets.csv"
    sheet_of(known).write_csv(path)
    assert set(read_targets(str(path), Settings())) == set(known)


def _knows(name: str) -> bool:
    from metrics import METRICS

    return name in METRICS
