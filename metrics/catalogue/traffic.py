"""Traffic: visitors as marketplaces and our own events count them, and what they turn into."""

from __future__ import annotations

from sqlalchemy import case, func, select

from connectors.schema import order_lines, sessions, traffic_daily, visits_daily
from connectors.text import N_
from metrics.catalogue.build import is_true, known_total
from metrics.metric import Aggregate, Formula, Metric

_counted = traffic_daily.c
_visit = visits_daily.c
_line = order_lines.c
_ROWS = func.count()
_VISITED = _line.shop_id.in_(select(_visit.shop_id).distinct())
_ONE_EACH = N_(
    "Visitors of several days, shops or items do not add up: ask for one of each, by day."
)

TRAFFIC = (
    Metric(
        "counted_visitors",
        N_("Visitors counted by marketplaces"),
        N_("The marketplace's own count of one day, shop, source or item."),
        Aggregate(
            traffic_daily,
            case((_ROWS == 1, func.max(_counted.visitors)), (_ROWS == 0, 0)),
            "traffic",
        ),
        unit="count",
        owner="marketing",
        unknown=_ONE_EACH,
    ),
    Metric(
        "logged_visitors",
        N_("Visitors of our own events"),
        N_("Distinct visitors with a session, over any time."),
        Aggregate(sessions, func.count(sessions.c.visitor_id.distinct()), "started"),
        unit="count",
        owner="marketing",
    ),
    Metric(
        "visitors",
        N_("Visitors"),
        N_(
            "Distinct visitors: of a day, shop, source or item as the marketplace counts them; of "
            "shops with events, over any time. Never summed over days, shops or items."
        ),
        Formula("either(counted_visitors, logged_visitors)"),
        unit="count",
        owner="marketing",
        unknown=_ONE_EACH,
    ),
    Metric(
        "visitor_days",
        N_("Daily visitors, added up"),
        N_("Visitors of each day and shop: who comes on two days counts twice. For ratios."),
        Aggregate(visits_daily, known_total(_visit.visitors), "visit"),
        unit="count",
        owner="marketing",
    ),
    Metric(
        "favourite_days",
        N_("Daily visitors who favoured or carted"),
        N_("Visitors of each day and shop who favoured or carted, added up. For ratios."),
        Aggregate(
            visits_daily,
            known_total(_visit.favourite_visitors),
            "visit",
            known=_visit.favourite_visitors.is_not(None),
        ),
        unit="count",
        owner="marketing",
        unknown=N_("No traffic in view says who favoured or carted."),
    ),
    Metric(
        "favouring_basis",
        N_("Daily visitors whose favourites are known"),
        N_("Visitors of each day and shop where it is said who favoured or carted, added up."),
        Aggregate(
            visits_daily,
            known_total(_visit.visitors, _visit.favourite_visitors.is_not(None)),
            "visit",
        ),
        unit="count",
        owner="marketing",
    ),
    Metric(
        "ordering_days",
        N_("Daily ordering buyers"),
        N_("Visitors of each day and shop who placed an order, added up. For ratios."),
        Aggregate(
            visits_daily,
            known_total(_visit.order_buyers),
            "visit",
            known=_visit.order_buyers.is_not(None),
        ),
        unit="count",
        owner="marketing",
        unknown=N_("No traffic in view says who placed an order."),
    ),
    Metric(
        "paying_days",
        N_("Daily paying buyers"),
        N_("Visitors of each day and shop who paid, added up. For ratios."),
        Aggregate(
            visits_daily,
            known_total(_visit.paying_buyers),
            "visit",
            known=_visit.paying_buyers.is_not(None),
        ),
        unit="count",
        owner="marketing",
        unknown=N_("No traffic in view says who paid."),
    ),
    Metric(
        "pay_conversion",
        N_("Pay conversion"),
        N_("Paying buyers / visitors, of each day and shop."),
        Formula("paying_days / visitor_days"),
        unit="ratio",
        owner="marketing",
    ),
    Metric(
        "order_conversion",
        N_("Order conversion"),
        N_("Ordering buyers / visitors, of each day and shop."),
        Formula("ordering_days / visitor_days"),
        unit="ratio",
        owner="marketing",
    ),
    Metric(
        "order_pay_rate",
        N_("Order pay rate"),
        N_("Paying buyers / ordering buyers, of each day and shop."),
        Formula("paying_days / ordering_days"),
        unit="ratio",
        owner="marketing",
    ),
    Metric(
        "fav_cart_rate",
        N_("Favourite and cart rate"),
        N_("Visitors who favoured or carted / visitors, of each day and shop where that is known."),
        Formula("favourite_days / favouring_basis"),
        unit="ratio",
        owner="marketing",
    ),
    Metric(
        "visited_sales",
        N_("Paid sales of shops with visitors"),
        N_("Paid sales of the shops whose visitors are counted."),
        Aggregate(
            order_lines, known_total(_line.sales_amount, is_true(_line.is_paid), _VISITED), "sold"
        ),
        owner="marketing",
    ),
    Metric(
        "visitor_value",
        N_("Visitor value"),
        N_("Paid sales / visitors of each day, in shops whose visitors are counted."),
        Formula("visited_sales / visitor_days"),
        owner="marketing",
    ),
)
