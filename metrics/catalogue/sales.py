"""Sales: what was placed, what was paid, by whom, at what price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_

from connectors.schema import order_lines, refund_expectations
from connectors.text import N_
from metrics.catalogue.build import count_rows, distinct, is_true, known_total, total
from metrics.metric import Aggregate, Formula, Metric, RowSet
from metrics.purchases import buyers
from metrics.returning import returning

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_line = order_lines.c
_PAID = is_true(_line.is_paid)
_SALE = _line.line_type == "sale"
_KNOWN = _line.customer_id.is_not(None)
_TAGGED = _line.tag_amount.is_not(None)
_PRESALE = is_true(_line.is_presale)
_BALANCE = is_true(_line.is_balance_paid)
_STAYS = 1 - refund_expectations.c.expected_refund_rate


def _orders(*when: ColumnElement[bool]) -> Aggregate:
    """How many orders have such a line."""
    value = distinct(order_lines, "order_id", *when)
    return Aggregate(order_lines, value, "sold", orders=and_(*when))


SALES = (
    Metric(
        "gmv",
        N_("GMV"),
        N_("Quantity × unit price of all lines placed, unpaid and cancelled ones included."),
        Aggregate(order_lines, total(_line.gross_amount), "sold"),
    ),
    Metric(
        "paid_sales",
        N_("Paid sales"),
        N_("Buyer paid + platform subsidy − postage of paid lines, before refunds."),
        Aggregate(order_lines, total(_line.sales_amount, _PAID), "sold"),
    ),
    Metric(
        "expected_net_sales",
        N_("Expected net sales"),
        N_(
            "Paid sales × (1 − expected final refund rate by shop, mode, category and age of the "
            "order): what is expected to stay once young orders have sent back what they will."
        ),
        Aggregate(
            order_lines, total(_line.sales_amount * _STAYS, _PAID), "sold", refund_expectations
        ),
    ),
    Metric(
        "expected_net_share",
        N_("Expected net share"),
        N_("Expected net sales / paid sales."),
        Formula("expected_net_sales / paid_sales"),
        unit="ratio",
    ),
    Metric(
        "presale_deposits",
        N_("Presale deposits"),
        N_("Deposits of presales, dated by the day of the order."),
        Aggregate(order_lines, known_total(_line.deposit_amount, _PRESALE), "ordered"),
    ),
    Metric(
        "presale_lines",
        N_("Presale lines"),
        N_("Lines sold against a deposit: each has a balance due. Dated by the day of the order."),
        Aggregate(order_lines, count_rows(_PRESALE), "ordered"),
        unit="count",
    ),
    Metric(
        "balances_paid",
        N_("Balances paid"),
        N_("Presale lines whose balance is paid, dated by the day of the order."),
        Aggregate(order_lines, count_rows(_PRESALE, _BALANCE), "ordered"),
        unit="count",
    ),
    Metric(
        "balance_paid_rate",
        N_("Balance paid rate"),
        N_("Presale lines whose balance is paid / presale lines."),
        Formula("balances_paid / presale_lines"),
        unit="ratio",
    ),
    Metric(
        "placed_orders",
        N_("Orders placed"),
        N_("Distinct orders, unpaid and cancelled ones included; adjustments are no order."),
        _orders(_SALE),
        unit="count",
        owner="operations",
    ),
    Metric(
        "cancelled_orders",
        N_("Orders cancelled"),
        N_("Distinct orders with a cancelled line."),
        _orders(_SALE, is_true(_line.is_cancelled)),
        unit="count",
        better="down",
        owner="operations",
    ),
    Metric(
        "cancel_rate",
        N_("Cancel rate"),
        N_("Orders cancelled / orders placed."),
        Formula("cancelled_orders / placed_orders"),
        unit="ratio",
        better="down",
        owner="operations",
    ),
    Metric(
        "orders",
        N_("Paid orders"),
        N_("Distinct paid orders. Adjustments (lines priced at zero or below) are no order."),
        _orders(_PAID, _SALE),
        unit="count",
    ),
    Metric(
        "units",
        N_("Units sold"),
        N_("Units of paid lines. Adjustments and gifts (lines priced at zero or below) left out."),
        Aggregate(order_lines, total(_line.quantity, _PAID, _SALE), "sold"),
        unit="count",
    ),
    Metric(
        "buyers",
        N_("Paying buyers"),
        N_("Distinct known customers with a paid line, per shop."),
        RowSet(order_lines, "sold", buyers),
        unit="count",
    ),
    Metric(
        "known_sales",
        N_("Paid sales of known customers"),
        N_("Paid sales of lines whose customer is known."),
        Aggregate(order_lines, total(_line.sales_amount, _PAID, _KNOWN), "sold"),
    ),
    Metric(
        "customer_coverage",
        N_("Share with a known customer"),
        N_("Paid sales of known customers / paid sales: how far customer metrics reach."),
        Formula("known_sales / paid_sales"),
        unit="ratio",
    ),
    Metric(
        "order_value",
        N_("Order value"),
        N_("Paid sales / paid orders."),
        Formula("paid_sales / orders"),
    ),
    Metric(
        "spend_per_buyer",
        N_("Spend per buyer"),
        N_("Paid sales of known customers / paying buyers."),
        Formula("known_sales / buyers"),
    ),
    Metric(
        "visited_spend",
        N_("Spend per daily buyer"),
        N_("Paid sales of shops with visitors / their paying buyers of each day."),
        Formula("visited_sales / paying_days"),
    ),
    Metric(
        "unit_value",
        N_("Unit value"),
        N_("Paid sales / units sold."),
        Formula("paid_sales / units"),
    ),
    Metric(
        "units_per_order",
        N_("Units per order"),
        N_("Units sold / paid orders."),
        Formula("units / orders"),
        unit="number",
    ),
    Metric(
        "tagged_sales",
        N_("Paid sales with a tag price"),
        N_("Paid sales of lines whose tag price is known."),
        Aggregate(order_lines, total(_line.sales_amount, _PAID, _TAGGED), "sold"),
    ),
    Metric(
        "tag_value",
        N_("Value at tag price"),
        N_("Tag price × quantity of paid lines whose tag price is known."),
        Aggregate(order_lines, known_total(_line.tag_amount, _PAID), "sold", known=_PAID & _TAGGED),
        unknown=N_("No line in view has a tag price."),
    ),
    Metric(
        "discount_rate",
        N_("Discount rate"),
        N_("Paid sales / value at tag price, on lines with a tag price: 75 % is 25 % off."),
        Formula("tagged_sales / tag_value"),
        unit="ratio",
        better="neither",
    ),
    Metric(
        "markdown_rate",
        N_("Markdown rate"),
        N_("1 − discount rate."),
        Formula("1 - discount_rate"),
        unit="ratio",
        better="neither",
    ),
    Metric(
        "returning_buyers",
        N_("Returning buyers"),
        N_("Paying buyers who bought in the same shop in the 365 days before the period."),
        RowSet(order_lines, "sold", returning, lookback=True, column="buyers"),
        unit="count",
    ),
    Metric(
        "returning_sales",
        N_("Paid sales of returning buyers"),
        N_("Paid sales of buyers who bought in the same shop in the 365 days before the period."),
        RowSet(order_lines, "sold", returning, lookback=True, column="sales"),
    ),
    Metric(
        "returning_share",
        N_("Returning share"),
        N_("Returning buyers / paying buyers, per shop."),
        Formula("returning_buyers / buyers"),
        unit="ratio",
    ),
    Metric(
        "returning_sales_share",
        N_("Returning share of sales"),
        N_("Paid sales of returning buyers / paid sales of known customers."),
        Formula("returning_sales / known_sales"),
        unit="ratio",
    ),
)
