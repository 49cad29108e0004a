"""Returns and refunds, by the day of the refund or by the day of the order that they undo."""

from __future__ import annotations

from connectors.schema import order_lines, order_returns
from connectors.text import N_
from metrics.catalogue.build import is_true, known_total, total
from metrics.metric import Aggregate, Formula, Metric

_return = order_returns.c
_line = order_lines.c
_LINKED = is_true(_return.has_order)
_EARLY = is_true(_return.is_before_shipping)
_SENT_BACK = _return.kind == "return"
_SHIPPED = (is_true(_line.is_shipped), _line.line_type == "sale")
_UNLINKED = N_("No return in view names its order.")
_SILENT = N_("The returns in view do not say whether the goods had left.")

RETURNS = (
    Metric(
        "refunds",
        N_("Refunds"),
        N_("Money given back, dated by the refund."),
        Aggregate(order_returns, known_total(_return.refund_amount), "refunded"),
        better="down",
    ),
    Metric(
        "refunds_of_orders",
        N_("Refunds of orders"),
        N_("Money given back, dated by the order; without a known order, by the refund."),
        Aggregate(order_returns, known_total(_return.refund_amount), "sold"),
        better="down",
        cohort=True,
    ),
    Metric(
        "refunds_without_order",
        N_("Refunds without an order"),
        N_("The part of the refunds whose order the source does not say, dated by the refund."),
        Aggregate(order_returns, known_total(_return.refund_amount, ~_LINKED), "sold"),
        better="down",
    ),
    Metric(
        "net_sales",
        N_("Net sales"),
        N_("Paid sales − refunds of orders. Young orders still lose returns."),
        Formula("paid_sales - refunds_of_orders"),
        cohort=True,
    ),
    Metric(
        "cohort_refunds",
        N_("Refunds with a known order"),
        N_("Money given back for the orders of the period; unknown where returns name no order."),
        Aggregate(
            order_returns,
            known_total(_return.refund_amount, _LINKED),
            "sold",
            known=_LINKED,
        ),
        better="down",
        cohort=True,
        unknown=_UNLINKED,
    ),
    Metric(
        "refund_rate",
        N_("Refund rate"),
        N_(
            "Refunds of the period's orders / their paid sales; orders younger than the maturity "
            "(30 days) still lose more."
        ),
        Formula("cohort_refunds / paid_sales"),
        unit="ratio",
        better="down",
        cohort=True,
    ),
    Metric(
        "refunds_before_shipping",
        N_("Refunds before shipping"),
        N_("Refunds of the period's orders made before the goods left."),
        Aggregate(
            order_returns,
            known_total(_return.refund_amount, _LINKED, _EARLY),
            "sold",
            known=_LINKED & _return.is_before_shipping.is_not(None),
        ),
        better="down",
        cohort=True,
        unknown=_SILENT,
    ),
    Metric(
        "refund_rate_before_shipping",
        N_("Refund rate before shipping"),
        N_("Refunds before shipping / paid sales of the period's orders."),
        Formula("refunds_before_shipping / paid_sales"),
        unit="ratio",
        better="down",
        cohort=True,
    ),
    Metric(
        "refund_rate_after_shipping",
        N_("Refund rate after shipping"),
        N_("Refund rate − refund rate before shipping."),
        Formula("refund_rate - refund_rate_before_shipping"),
        unit="ratio",
        better="down",
        cohort=True,
    ),
    Metric(
        "refunds_without_goods",
        N_("Refund-only"),
        N_("Refunds of the period's shipped orders in which the buyer keeps the goods."),
        Aggregate(
            order_returns,
            known_total(_return.refund_amount, _LINKED, _return.kind == "refund_only", ~_EARLY),
            "sold",
            known=_LINKED,
        ),
        better="down",
        cohort=True,
        unknown=_UNLINKED,
    ),
    Metric(
        "refund_only_rate",
        N_("Refund-only rate"),
        N_("Refund-only / paid sales of the period's orders."),
        Formula("refunds_without_goods / paid_sales"),
        unit="ratio",
        better="down",
        cohort=True,
    ),
    Metric(
        "shipped_units",
        N_("Units shipped"),
        N_("Units of the period's orders that have left."),
        Aggregate(order_lines, total(_line.quantity, *_SHIPPED), "sold"),
        unit="count",
        owner="operations",
    ),
    Metric(
        "shipped_sales",
        N_("Paid sales shipped"),
        N_("Paid sales of the period's lines that have left."),
        Aggregate(
            order_lines, total(_line.sales_amount, is_true(_line.is_paid), *_SHIPPED), "sold"
        ),
        owner="operations",
    ),
    Metric(
        "returned_units",
        N_("Units returned"),
        N_("Units of the period's orders that came back; unknown where returns name no order."),
        Aggregate(
            order_returns,
            known_total(_return.quantity, _LINKED, _SENT_BACK),
            "sold",
            known=_LINKED,
        ),
        unit="count",
        better="down",
        cohort=True,
        unknown=_UNLINKED,
    ),
    Metric(
        "return_rate",
        N_("Return rate"),
        N_("Units returned / units shipped, of the period's orders."),
        Formula("returned_units / shipped_units"),
        unit="ratio",
        better="down",
        cohort=True,
    ),
    Metric(
        "returned_sales",
        N_("Value returned"),
        N_("Refunds of the period's orders whose goods came back."),
        Aggregate(
            order_returns,
            known_total(_return.refund_amount, _LINKED, _SENT_BACK),
            "sold",
            known=_LINKED,
        ),
        better="down",
        cohort=True,
        unknown=_UNLINKED,
    ),
    Metric(
        "return_value_rate",
        N_("Return rate by value"),
        N_("Value returned / paid sales shipped, of the period's orders."),
        Formula("returned_sales / shipped_sales"),
        unit="ratio",
        better="down",
        cohort=True,
    ),
)
