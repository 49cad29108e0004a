"""Orders credited to the campaigns that touched them: last, first or linear within a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Double, Select, Subquery, and_, case, cast, func, select

from connectors.schema import refund_rates, touches

if TYPE_CHECKING:
    from metrics.slice import Slice

_touch = touches.c


def attributed_sales(slice_: Slice) -> Select[Any]:
    """Paid sales credited to the slice's touches, and what is expected to stay of them.

    Shares are settled among all touches of an order by a campaign within the window before the
    question's filters apply, so that the campaigns of an order add up to it.
    """
    shares = _shares(slice_).subquery("shares")
    credited = cast(_touch.sales_amount, Double) * shares.c.share
    rate = and_(
        refund_rates.c.shop_id == _touch.shop_id, refund_rates.c.sold_date == _touch.sold_date
    )
    source = slice_.source().join(shares, _same_touch(shares)).outerjoin(refund_rates, rate)
    stays = credited * (1 - refund_rates.c.expected_refund_rate)
    return slice_.statement(
        source, func.sum(credited).label("value"), func.sum(stays).label("stays")
    )


def _shares(slice_: Slice) -> Select[Any]:
    """The share of each touch of a campaign in its order."""
    query = slice_.scope.query
    own: dict[str, Any] = {"partition_by": (_touch.shop_id, _touch.order_id)}
    forward = func.row_number().over(**own, order_by=_touch.position)
    back = func.row_number().over(**own, order_by=_touch.position_from_last)
    alone: dict[str, ColumnElement[Any]] = {
        "first": case((forward == 1, 1.0), else_=0.0),
        "last": case((back == 1, 1.0), else_=0.0),
        "linear": 1.0 / cast(func.count().over(**own), Double),
    }
    share = alone[slice_.scope.param("attribution")]
    return select(_touch.shop_id, _touch.order_id, _touch.session_id, share.label("share")).where(
        _touch.campaign_id.is_not(None),
        _touch.age_days <= float(slice_.scope.param("window")),
        _touch.sold_date >= query.start,
        _touch.sold_date < query.end,
    )


def _same_touch(shares: Subquery) -> ColumnElement[bool]:
    keys = ("shop_id", "order_id", "session_id")
    return and_(*(shares.c[name] == _touch[name] for name in keys))
