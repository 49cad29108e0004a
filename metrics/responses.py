"""How fast others answer: medians over whole purchase orders, promises kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Double, Select, cast, func, literal_column, select

from connectors.schema import receipts
from metrics.scope import ROWS

if TYPE_CHECKING:
    from metrics.slice import Slice

_received = receipts.c


def supplier_response(slice_: Slice) -> Select[Any]:
    """Median hours to confirmation, each purchase order counting once in its group."""
    seconds = func.extract("epoch", _received.confirmed_at - _received.ordered_at)
    groups = slice_.groups()
    count = len(groups) + 1
    orders = (
        select(*groups, _received.purchase_id, cast(func.min(seconds), Double).label("seconds"))
        .select_from(slice_.source())
        .where(*slice_.conditions(), _received.confirmed_at.is_not(None))
        .group_by(*(literal_column(str(position + 1)) for position in range(count)))
    ).subquery("purchase_orders")
    keys = [orders.c[each.name] for each in groups]
    median = func.percentile_cont(0.5).within_group(orders.c.seconds)
    hours = cast(median, Double) / literal_column("3600.0")
    return select(*keys, func.count().label(ROWS), hours.label("value")).group_by(*keys)
