"""What is watched for exceptions, and what one of them is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from metrics.access import Filter

Judge = Literal["share", "rate", "response", "step", "arrivals"]
"""How one is judged: `share` against the others of its kind, `rate` against itself, `response` by
what its basis brought before, `step` as a drop-off node, `arrivals` by what its basis sends back.
"""


class Watch(NamedTuple):
    """What is watched.

    Attributes:
        judge: how.
        metric: what is told: an amount, or the rate of a rate or step.
        by: the dimensions of its members.
        basis: what the metric rests on; none of a share.
        reached: of a step: what went on.
        worth: what one of it is worth in money, by the first dimension; none for money itself.
    """

    judge: Judge
    metric: str
    by: tuple[str, ...]
    basis: str | None = None
    reached: str | None = None
    worth: str | None = None

    @property
    def is_rate(self) -> bool:
        """Whether the metric is a rate, which never adds up."""
        return self.judge in {"rate", "step"}


_DEVICES = ("shop", "device")

WATCHED = (
    Watch("share", "paid_sales", ("shop",)),
    Watch("share", "paid_sales", ("category",)),
    Watch("share", "paid_sales", ("style",)),
    Watch("rate", "discount_rate", ("style",), "tag_value"),
    Watch("rate", "claimed_roas", ("channel",), "spend"),
    Watch("response", "clicks", ("channel",), "spend", worth="claimed_roas"),
    Watch("step", "funnel_order_rate", _DEVICES, "funnel_view", "funnel_order", "order_value"),
    Watch(
        "step",
        "funnel_placed_rate",
        _DEVICES,
        "funnel_checkout",
        "funnel_placed",
        "order_value",
    ),
    Watch("step", "funnel_pay_rate", _DEVICES, "funnel_order", "funnel_pay", "order_value"),
    Watch("arrivals", "quality_returns", ("skc",), "shipped_units", worth="unit_value"),
    Watch("share", "received_units", ("warehouse",), worth="unit_value"),
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
