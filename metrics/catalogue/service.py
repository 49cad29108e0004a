"""Fulfilment and service: promises of time, and quality."""

from __future__ import annotations

from connectors.schema import deliveries, order_returns, tickets
from connectors.text import N_
from metrics.catalogue.build import count_rows, is_true, known_total
from metrics.metric import Aggregate, Formula, Metric, RowSet
from metrics.responses import answers, arrivals, pickups

_return = order_returns.c


def _due(name: str, title: str, description: str, kind: RowSet) -> Metric:
    return Metric(
        name, title, description, kind, unit="count", better="neither", owner="operations"
    )


def _late(name: str, title: str, description: str, kind: RowSet) -> Metric:
    return Metric(name, title, description, kind, unit="count", better="down", owner="operations")


def _kept(name: str, title: str, description: str, formula: str) -> Metric:
    return Metric(name, title, description, Formula(formula), unit="ratio", owner="operations")


SERVICE = (
    _due(
        "pickups_due",
        N_("Pick-ups due"),
        N_("Orders of the period whose pick-up, promised or 48 hours from payment, is past."),
        RowSet(deliveries, "paid", pickups, column="due"),
    ),
    _late(
        "late_pickups",
        N_("Late pick-ups"),
        N_("Those of them with a parcel that was not picked up in time."),
        RowSet(deliveries, "paid", pickups, column="late"),
    ),
    _kept(
        "pickup_48h",
        N_("Picked up within 48 hours"),
        N_("Orders picked up within the promise / pick-ups due."),
        "(pickups_due - late_pickups) / pickups_due",
    ),
    _due(
        "arrivals_due",
        N_("Deliveries due"),
        N_("Orders of the period whose 48 hours from payment are over."),
        RowSet(deliveries, "paid", arrivals, column="due"),
    ),
    _late(
        "late_arrivals",
        N_("Late deliveries"),
        N_("Those of them with a parcel not delivered by then, or not at all yet."),
        RowSet(deliveries, "paid", arrivals, column="late"),
    ),
    _kept(
        "on_time_48h",
        N_("Delivered within 48 hours"),
        N_("Orders delivered within 48 hours of payment / deliveries due."),
        "(arrivals_due - late_arrivals) / arrivals_due",
    ),
    _due(
        "answers_due",
        N_("After-sales answers due"),
        N_("Requests of the period about delivered orders whose 48 hours are over."),
        RowSet(tickets, "opened", answers, column="due"),
    ),
    _late(
        "late_answers",
        N_("Late after-sales answers"),
        N_("Those of them without an answer within 48 hours."),
        RowSet(tickets, "opened", answers, column="late"),
    ),
    _kept(
        "after_sales_48h",
        N_("After-sales answered within 48 hours"),
        N_("Requests answered within 48 hours / after-sales answers due."),
        "(answers_due - late_answers) / answers_due",
    ),
    Metric(
        "quality_refunds",
        N_("Refunds for quality"),
        N_("Refunds of the period's orders for reasons of quality."),
        Aggregate(
            order_returns,
            known_total(_return.refund_amount, is_true(_return.is_quality)),
            "sold",
            known=_return.is_quality.is_not(None),
        ),
        better="down",
        cohort=True,
        owner="operations",
        unknown=N_("The returns in view do not say whether quality was the reason."),
    ),
    Metric(
        "quality_returns",
        N_("Returns for quality"),
        N_("Lines refunded in the period for reasons of quality, whenever they were ordered."),
        Aggregate(
            order_returns,
            count_rows(is_true(_return.is_quality)),
            "refunded",
            known=_return.is_quality.is_not(None),
        ),
        unit="count",
        better="down",
        owner="operations",
        unknown=N_("The returns in view do not say whether quality was the reason."),
    ),
    Metric(
        "quality_refund_rate",
        N_("Quality refund rate"),
        N_("Refunds for quality / paid sales shipped, of the period's orders."),
        Formula("quality_refunds / shipped_sales"),
        unit="ratio",
        better="down",
        cohort=True,
        owner="operations",
    ),
)
