"""What is watched for exceptions, and what one of them is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from metrics.access import Filter


class Watch(NamedTuple):
    """What is watched.

    Attributes:
        metric: in money it is held against the others of its kind, a rate against itself.
        by: the dimensions of its members.
        basis: of a rate: what it is a share of.
        worth: what one of it is worth in money, by the first dimension; none for money itself.
        reached: of a step: what went on; it is then judged as a drop-off node.
    """

    metric: str
    by: tuple[str, ...]
    basis: str | None = None
    worth: str | None = None
    reached: str | None = None


WATCHED = (
    Watch("paid_sales", ("shop",)),
    Watch("paid_sales", ("category",)),
    Watch("paid_sales", ("style",)),
    Watch("discount_rate", ("style",), "tag_value"),
    Watch("claimed_roas", ("channel",), "spend"),
    Watch("funnel_order_rate", ("shop", "device"), "funnel_view", "order_value", "funnel_order"),
    Watch("funnel_pay_rate", ("shop", "device"), "funnel_order", "order_value", "funnel_pay"),
    Watch("quality_refund_rate", ("skc",), "shipped_sales", None, "quality_refunds"),
    Watch("received_units", ("warehouse",), None, "unit_value"),
)


@dataclass(frozen=True)
class Exceptional:
    """One exception.

    Attributes:
        watch: what is off.
        members: of which members.
        start: the first day of it.
        actual: the metric since then: the sum of what adds up, the rate of a rate.
        expected: the same as expected.
        money: actual − expected in money.
    """

    watch: Watch
    members: tuple[str | None, ...]
    start: date
    actual: float
    expected: float
    money: float

    @property
    def where(self) -> tuple[Filter, ...]:
        """The members as a question names them."""
        pairs = zip(self.watch.by, self.members, strict=True)
        return tuple((name, ("(unknown)" if m is None else m,)) for name, m in pairs)
