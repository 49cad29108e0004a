"""What the demo's planners promised: targets in the board's state, until real data comes.

They are told from those of people by who wrote them last; nobody's own is ever touched.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from connectors.demo.places import IS_STORE, SHOPS
from connectors.demo.seasons import HISTORY
from connectors.state import Target, open_state, segment_of

if TYPE_CHECKING:
    from connectors.demo.arguments import Array
    from connectors.demo.seasons import Calendar
    from connectors.settings import Settings
    from connectors.state import State

WHO = "demo shop"
_VALUES = (540, 460, 455, 510, 470, 400, 350, 345, 370, 465, 590, 620)
"""What an order brings by month, CNY: winter is dear."""
_IN_STORE = 0.85
_AMBITION, _GROWTH = 1.05, 1.10
_YEAR, _MONTH = 364, 28
_ALL = 1_000_000


def planned(orders: Array, calendar: Calendar) -> list[Target]:
    """Targets of `paid_sales` by month, from the first whole month to the end of the last year.

    Args:
        orders: expected orders by shop and day from −HISTORY on.
        calendar: the days.

    Returns:
        One for each month, and for those of the last year one for each shop.
    """
    dates, sales = _expected(orders[:, HISTORY:], calendar)
    months = np.array([(day.year, day.month) for day in dates])
    found: list[Target] = []
    for year, month in np.unique(months, axis=0):
        start, end = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        if start < calendar.first:
            continue
        own = sales[:, (months == (year, month)).all(axis=1)].sum(1)
        amounts = [float(f"{each * _AMBITION:.3g}") for each in own]
        found.append(Target(metric="paid_sales", start=start, end=end, amount=sum(amounts)))
        if year == dates[-1].year:
            found += [
                Target(
                    metric="paid_sales",
                    segment=segment_of({"shop": [shop.shop_id]}),
                    start=start,
                    end=end,
                    amount=amount,
                )
                for shop, amount in zip(SHOPS, amounts, strict=True)
            ]
    return found


def set_targets(targets: list[Target], settings: Settings) -> None:
    """Keeps the demo's targets where there are no others; those of an earlier demo go.

    Raises:
        UserError: when the state cannot be written.
    """
    state = open_state(settings)
    own = _own(state)
    if len(own) == len(state.targets()) and set(own) != set(targets):
        state.edit(targets, own, WHO)


def forget_targets(settings: Settings) -> None:
    """Deletes the demo's targets, except those that somebody has changed.

    Raises:
        UserError: when the state cannot be written.
    """
    state = open_state(settings)
    if own := _own(state):
        state.edit([], own, WHO)


def _expected(orders: Array, calendar: Calendar) -> tuple[list[date], Array]:
    """The days to the end of the last year, and what shops are to sell on them."""
    last = calendar.dates[-1]
    coming = (date(last.year, 12, 31) - last).days
    before = _YEAR if orders.shape[1] >= _YEAR else _MONTH
    past = orders.shape[1] - before + np.arange(coming) % before
    whole = np.concatenate([orders, orders[:, past] * _GROWTH], axis=1)
    dates = [calendar.first + timedelta(days=n) for n in range(whole.shape[1])]
    value = np.array(_VALUES)[[day.month - 1 for day in dates]]
    return dates, whole * value * np.where(IS_STORE, _IN_STORE, 1.0)[:, None]


def _own(state: State) -> list[Target]:
    """The targets that the demo wrote, and that nobody has changed since."""
    targets = state.targets()
    edits = state.history("targets", most=_ALL) if targets else ()
    last = {each.key: each.who for each in reversed(edits)}
    return [each for each in targets if last.get(str(each.id)) == WHO]
