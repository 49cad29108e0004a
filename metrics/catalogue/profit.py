"""Profit: what is left of net sales after goods, fees, freight, ads and overheads."""

from __future__ import annotations

from connectors.schema import ad_spend, costs, order_lines, order_returns
from connectors.text import N_
from metrics.catalogue.build import is_true, known_total, total
from metrics.metric import Aggregate, Formula, Metric

_line = order_lines.c
_return = order_returns.c
_PAID = is_true(_line.is_paid)
_COSTED = _line.unit_cost.is_not(None)
_SHIPPED = is_true(_line.is_shipped)
_FEES = (
    _line.platform_fee,
    _line.creator_commission,
    _line.slot_fee,
    _line.freight_out,
    _line.freight_insurance,
    _line.payment_fee,
)


def _fees() -> Aggregate:
    """All fees of a line; one that the source does not give counts as nothing."""
    amounts = [known_total(fee, _PAID) for fee in _FEES]
    value = amounts[0]
    for amount in amounts[1:]:
        value = value + amount
    return Aggregate(order_lines, value, "sold")


PROFIT = (
    Metric(
        "shipped_cost",
        N_("Cost of units shipped"),
        N_("Units shipped × their cost when sold, on lines with a known cost."),
        Aggregate(
            order_lines,
            known_total(_line.quantity * _line.unit_cost, _SHIPPED, _COSTED),
            "sold",
            known=_COSTED,
        ),
        better="down",
        unknown=N_("No line in view has a known cost."),
    ),
    Metric(
        "resaleable_cost",
        N_("Cost of resaleable returns"),
        N_("Units of the period's orders that came back fit for sale × their cost when sold."),
        Aggregate(order_returns, known_total(_return.resaleable_cost), "sold"),
        cohort=True,
    ),
    Metric(
        "cogs",
        N_("Cost of goods sold"),
        N_(
            "(Units shipped − resaleable units returned) × unit cost. Refunds before shipping cost "
            "nothing; lines without a cost are left out, not counted as free."
        ),
        Formula("shipped_cost - or_zero(resaleable_cost)"),
        better="down",
        cohort=True,
    ),
    Metric(
        "costed_sales",
        N_("Paid sales with a cost"),
        N_("Paid sales of lines whose cost is known."),
        Aggregate(order_lines, total(_line.sales_amount, _PAID, _COSTED), "sold"),
    ),
    Metric(
        "costed_refunds",
        N_("Refunds with a cost"),
        N_("Refunds of orders whose line has a known cost."),
        Aggregate(
            order_returns, known_total(_return.refund_amount, is_true(_return.has_cost)), "sold"
        ),
        better="down",
        cohort=True,
    ),
    Metric(
        "cost_coverage",
        N_("Share with a cost"),
        N_("Paid sales with a cost / paid sales: how far margins reach."),
        Formula("costed_sales / paid_sales"),
        unit="ratio",
    ),
    Metric(
        "gross_profit",
        N_("Gross profit"),
        N_("Net sales − cost of goods sold, on lines with a cost."),
        Formula("costed_sales - costed_refunds - cogs"),
        cohort=True,
    ),
    Metric(
        "gross_margin",
        N_("Gross margin"),
        N_("(Net sales − cost of goods sold) / net sales, on lines with a cost."),
        Formula("(costed_sales - costed_refunds - cogs) / (costed_sales - costed_refunds)"),
        unit="ratio",
        cohort=True,
    ),
    Metric(
        "selling_fees",
        N_("Selling fees"),
        N_(
            "Platform fee, creator's commission and slot fee, freight out, freight insurance and "
            "payment fee of paid lines; what the source does not give counts as nothing."
        ),
        _fees(),
        better="down",
    ),
    Metric(
        "freight_back",
        N_("Freight back"),
        N_("Freight of returns that the seller pays, dated by the order."),
        Aggregate(order_returns, known_total(_return.freight_back), "sold"),
        better="down",
        cohort=True,
    ),
    Metric(
        "spend",
        N_("Ad spend"),
        N_("Spend on campaigns, by day."),
        Aggregate(ad_spend, known_total(ad_spend.c.spend), "spend"),
        better="down",
        owner="marketing",
    ),
    Metric(
        "contribution",
        N_("Contribution"),
        N_("Net sales − cost of goods sold − selling fees − freight back − ad spend."),
        Formula("net_sales - cogs - selling_fees - freight_back - or_zero(spend)"),
        cohort=True,
    ),
    Metric(
        "contribution_margin",
        N_("Contribution margin"),
        N_("Contribution / net sales."),
        Formula("contribution / net_sales"),
        unit="ratio",
        cohort=True,
    ),
    Metric(
        "spend_share",
        N_("Spend share"),
        N_("All ad spend / net sales."),
        Formula("spend / net_sales"),
        unit="ratio",
        better="down",
        cohort=True,
        owner="marketing",
    ),
    Metric(
        "mer",
        N_("Marketing efficiency ratio"),
        N_("Net sales / all ad spend."),
        Formula("net_sales / spend"),
        unit="number",
        cohort=True,
        owner="marketing",
    ),
    Metric(
        "overheads",
        N_("Overheads"),
        N_("Costs of the business that belong to no order."),
        Aggregate(costs, known_total(costs.c.amount), "cost"),
        better="down",
    ),
    Metric(
        "net_margin",
        N_("Net margin"),
        N_("(Contribution − overheads) / net sales."),
        Formula("(contribution - overheads) / net_sales"),
        unit="ratio",
        cohort=True,
    ),
)
