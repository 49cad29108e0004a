"""The funnel of shops with events of their own: sessions, steps, and the rates between them."""

from __future__ import annotations

from sqlalchemy import func

from connectors.schema import sessions
from connectors.text import N_
from metrics.catalogue.build import count_rows
from metrics.funnel import BY_SESSION, funnel, funnel_minutes
from metrics.metric import Aggregate, Formula, Metric, Plain, RowSet


def _step(name: str, title: str, description: str) -> Metric:
    plain = Plain("funnel_unit", "session", Aggregate(sessions, BY_SESSION[name], "started"))
    kind = RowSet(sessions, "started", funnel, column=name, plain=plain)
    return Metric(f"funnel_{name}", title, description, kind, unit="count", owner="marketing")


def _rate(name: str, title: str, description: str, formula: str) -> Metric:
    return Metric(
        f"funnel_{name}", title, description, Formula(formula), unit="ratio", owner="marketing"
    )


def _minutes(name: str, title: str, description: str) -> Metric:
    return Metric(
        f"funnel_{name}_minutes",
        title,
        description,
        RowSet(sessions, "started", funnel_minutes, column=name, empty=None),
        unit="number",
        better="down",
        owner="marketing",
    )


FUNNEL = (
    Metric(
        "sessions",
        N_("Sessions"),
        N_("Visits to shops with events, dated by their first step."),
        Aggregate(sessions, func.count(), "started"),
        unit="count",
        owner="marketing",
    ),
    Metric(
        "bounced_sessions",
        N_("Bounced sessions"),
        N_("Sessions of a single step."),
        Aggregate(sessions, count_rows(sessions.c.event_count == 1), "started"),
        unit="count",
        better="down",
        owner="marketing",
    ),
    Metric(
        "bounce_rate",
        N_("Bounce rate"),
        N_("Bounced sessions / sessions."),
        Formula("bounced_sessions / sessions"),
        unit="ratio",
        better="down",
        owner="marketing",
    ),
    _step(
        "view",
        N_("Funnel: view"),
        N_("Sessions (or visitors within some days, by the settings) that viewed a product."),
    ),
    _step(
        "cart",
        N_("Funnel: cart"),
        N_("Those of them that put something into the cart after the view; an optional step."),
    ),
    _step(
        "checkout",
        N_("Funnel: checkout"),
        N_("Those that went to the checkout after the view; an optional step."),
    ),
    _step(
        "order",
        N_("Funnel: order"),
        N_("Those that placed an order after the view, by the cart or at once."),
    ),
    _step(
        "placed",
        N_("Funnel: order from the checkout"),
        N_("Those that went to the checkout after the view and placed an order after that."),
    ),
    _step("pay", N_("Funnel: pay"), N_("Those that paid after the order.")),
    _rate(
        "cart_rate", N_("Cart rate"), N_("Cart / view in the funnel."), "funnel_cart / funnel_view"
    ),
    _rate(
        "checkout_rate",
        N_("Checkout rate"),
        N_("Checkout / view in the funnel."),
        "funnel_checkout / funnel_view",
    ),
    _rate(
        "order_rate",
        N_("Order rate"),
        N_("Order / view in the funnel."),
        "funnel_order / funnel_view",
    ),
    _rate(
        "placed_rate",
        N_("Order rate of checkouts"),
        N_("Order from the checkout / checkout in the funnel."),
        "funnel_placed / funnel_checkout",
    ),
    _rate(
        "pay_rate",
        N_("Payment rate"),
        N_("Pay / order in the funnel."),
        "funnel_pay / funnel_order",
    ),
    _rate(
        "conversion",
        N_("Funnel conversion"),
        N_("Pay / view in the funnel."),
        "funnel_pay / funnel_view",
    ),
    _minutes(
        "order",
        N_("Minutes from view to order"),
        N_("Median over the sessions that placed an order after the view."),
    ),
    _minutes(
        "pay",
        N_("Minutes from order to payment"),
        N_("Median over the sessions that paid after the order."),
    ),
)
