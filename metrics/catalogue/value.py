"""What customers are worth, by whom they were brought, and the segments that this makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Double, func, literal_column

from connectors.schema import cohorts, customer_values, segment_moves
from connectors.text import N_
from metrics.catalogue.build import known_total
from metrics.metric import Aggregate, Formula, Metric, Unit
from metrics.windows import Standing

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_value, _moves, _cohort = customer_values.c, segment_moves.c, cohorts.c
_FEW = N_("The shop has too few customers to expect anything of them, or no known costs.")
_NO_COST = N_("No line in view has a known cost.")
_EACH: ColumnElement[Any] = _value.contribution + _value.expected_contribution
_EACH_SAID = N_(
    "Of the customers acquired in the range, each with the contribution to date and what is "
    "expected of that customer in 365 days: the value that this share of them stays below."
)


def _sum(name: str, title: str, description: str, column: str, unknown: str) -> Metric:
    """The sum over the customers acquired in the period, of those of whom it is known."""
    of = _value[column]
    kind = Aggregate(customer_values, known_total(of), "acquired", known=of.is_not(None))
    return Metric(name, title, description, kind, owner="marketing", unknown=unknown)


def _per(name: str, title: str, description: str, formula: str, unit: Unit = "money") -> Metric:
    return Metric(name, title, description, Formula(formula), unit=unit, owner="marketing")


def _quantile(name: str, title: str, share: str) -> Metric:
    """Of the values of the single customers acquired in the period: where a share lies below."""
    value = func.percentile_cont(literal_column(share, Double)).within_group(_EACH)
    kind = Aggregate(customer_values, value, "acquired", known=_EACH.is_not(None), empty=None)
    return Metric(name, title, _EACH_SAID, kind, owner="marketing", unknown=_FEW)


def _segments(name: str, title: str, description: str, column: str, unit: Unit) -> Metric:
    value = known_total(_moves[column], _moves.segment.is_not(None))
    kind = Aggregate(segment_moves, value, "scored", over=Standing("next_date"), empty=None)
    return Metric(name, title, description, kind, unit=unit, owner="marketing")


VALUE = (
    _sum(
        "customer_sales",
        N_("Net sales of new customers to date"),
        N_(
            "Paid sales − refunds, until today, of the customers whose first order is in the range."
        ),
        "net_sales",
        N_("Nothing to show"),
    ),
    _sum(
        "customer_contribution",
        N_("Contribution of new customers to date"),
        N_("The same after goods, fees and freight and before ads, on lines with a known cost."),
        "contribution",
        _NO_COST,
    ),
    _sum(
        "expected_customer_sales",
        N_("Net sales expected of new customers"),
        N_(
            "Net sales that they are expected to bring in the coming 365 days: purchases by BG/NBD "
            "with the season, their amounts by gamma-gamma."
        ),
        "expected_sales",
        _FEW,
    ),
    _sum(
        "expected_customer_contribution",
        N_("Contribution expected of new customers"),
        N_("The same at the contribution rate before ads of their shop."),
        "expected_contribution",
        _FEW,
    ),
    _per(
        "ltv_to_date",
        N_("Value to date per customer"),
        N_("Contribution of new customers to date / new customers."),
        "customer_contribution / new_customers",
    ),
    _per(
        "ltv",
        N_("Customer lifetime value"),
        N_(
            "(Contribution to date + contribution expected in 365 days) / new customers, before "
            "ads: what acquiring one may cost."
        ),
        "(customer_contribution + expected_customer_contribution) / new_customers",
    ),
    _quantile("ltv_p10", N_("Lifetime value, P10"), "0.1"),
    _quantile("ltv_p25", N_("Lifetime value, P25"), "0.25"),
    _quantile("ltv_p50", N_("Lifetime value, median"), "0.5"),
    _quantile("ltv_p75", N_("Lifetime value, P75"), "0.75"),
    _quantile("ltv_p90", N_("Lifetime value, P90"), "0.9"),
    _per(
        "ltv_sales",
        N_("Lifetime net sales per customer"),
        N_("(Net sales to date + net sales expected in 365 days) / new customers."),
        "(customer_sales + expected_customer_sales) / new_customers",
    ),
    _per(
        "ltv_to_cac",
        N_("Lifetime value / cost per new customer"),
        N_("Below 1 a new customer costs more than one leaves; 3 and more is taken to be sound."),
        "ltv / cac",
        "number",
    ),
    _segments(
        "segment_customers",
        N_("Customers of the segment"),
        N_("Customers of the last 365 days by RFM segment, as of the first of the month."),
        "customers",
        "count",
    ),
    _segments(
        "segment_sales",
        N_("Net sales of the segment"),
        N_("What these customers brought in the 365 days before."),
        "amount",
        "money",
    ),
    Metric(
        "cohort_customers",
        N_("Customers of the cohort"),
        N_("Customers who first bought in the months of the range."),
        Aggregate(cohorts, func.sum(_cohort.customers), "cohort"),
        unit="count",
        better="neither",
        owner="marketing",
    ),
    Metric(
        "cohort_active",
        N_("Customers of the cohort who came back"),
        N_("Those of them who bought in the later month; only months that are over."),
        Aggregate(cohorts, func.sum(_cohort.active), "cohort"),
        unit="count",
        owner="marketing",
    ),
    _per(
        "cohort_retention",
        N_("Cohort retention"),
        N_("Customers of the cohort who came back / customers of the cohort, by months since."),
        "cohort_active / cohort_customers",
        "ratio",
    ),
)
