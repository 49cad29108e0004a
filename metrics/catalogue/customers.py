"""Customers: new ones, members, who comes back, and what they say of us."""

from __future__ import annotations

from sqlalchemy import func

from connectors.schema import customers, first_orders, memberships, order_lines, order_surveys
from connectors.text import N_
from metrics.catalogue.build import count_rows
from metrics.loyalty import best_fifth, kept_fifth, retained
from metrics.metric import Aggregate, Formula, Metric, RowSet
from metrics.purchases import repeat_buyers
from metrics.windows import Standing

_group = order_surveys.c.nps_group
_YOUNG = N_("The month (or the 90 days) in which they may come back is not over.")


def _count(
    name: str, title: str, description: str, kind: Aggregate | RowSet, unknown: str | None = None
) -> Metric:
    return Metric(name, title, description, kind, unit="count", owner="marketing", unknown=unknown)


def _ratio(name: str, title: str, description: str, formula: str) -> Metric:
    kind = Formula(formula)
    return Metric(name, title, description, kind, unit="ratio", owner="marketing")


CUSTOMERS = (
    _count(
        "new_customers",
        N_("New customers"),
        N_("Known customers with their first paid order in the period, per shop."),
        Aggregate(first_orders, func.count(), "sold"),
    ),
    _count(
        "members",
        N_("Members"),
        N_("Buyers who are members at the end of the period."),
        Aggregate(
            memberships,
            func.sum(memberships.c.members),
            "joined",
            over=Standing("left_date", adds_up=True),
            empty=None,
        ),
    ),
    _count(
        "new_members",
        N_("New members"),
        N_("Buyers who became members in the period."),
        Aggregate(customers, func.count(), "joined"),
    ),
    Metric(
        "lost_members",
        N_("Members lost"),
        N_("Members who left in the period."),
        Aggregate(memberships, func.sum(memberships.c.members), "left"),
        unit="count",
        better="down",
        owner="marketing",
    ),
    _ratio(
        "member_growth",
        N_("Member growth"),
        N_("(New members − members lost) / members at the start of the period."),
        "(new_members - lost_members) / (members - new_members + lost_members)",
    ),
    _count(
        "repeat_buyers",
        N_("Repeat buyers"),
        N_("Known customers with two or more paid orders in the period, per shop."),
        RowSet(order_lines, "sold", repeat_buyers),
    ),
    _ratio(
        "repurchase_rate",
        N_("Repurchase rate"),
        N_("Repeat buyers / paying buyers of the period."),
        "repeat_buyers / buyers",
    ),
    _count(
        "retained_customers",
        N_("Retained customers"),
        N_(
            "New customers of the period who bought again in the month after that of their first "
            "order, or a later one by the setting retention_month."
        ),
        RowSet(first_orders, "sold", retained, empty=None),
        _YOUNG,
    ),
    _ratio(
        "retention",
        N_("Retention"),
        N_("Retained customers / new customers."),
        "retained_customers / new_customers",
    ),
    _count(
        "high_value_customers",
        N_("High-value customers"),
        N_("The fifth of the period's known customers who paid most."),
        RowSet(order_lines, "sold", best_fifth, empty=None, whole_days=True),
    ),
    _count(
        "high_value_judged",
        N_("High-value customers with 90 days after"),
        N_("Those of them of whom it is known whether they bought again within 90 days."),
        RowSet(order_lines, "sold", kept_fifth, column="judged", empty=None, whole_days=True),
        _YOUNG,
    ),
    _count(
        "high_value_retained",
        N_("High-value customers retained"),
        N_("Those of them who bought again within 90 days of the end of the period."),
        RowSet(order_lines, "sold", kept_fifth, column="kept", empty=None, whole_days=True),
        _YOUNG,
    ),
    _ratio(
        "high_value_retention",
        N_("High-value retention"),
        N_("High-value customers retained / those of whom it is known."),
        "high_value_retained / high_value_judged",
    ),
    _count(
        "survey_answers",
        N_("Survey answers"),
        N_("Answers to whether one would recommend us; reviews stand in where there is no survey."),
        Aggregate(order_surveys, count_rows(_group.is_not(None)), "answered"),
    ),
    _count(
        "promoters",
        N_("Promoters"),
        N_("Answers of 9 and 10."),
        Aggregate(order_surveys, count_rows(_group == "promoter"), "answered"),
    ),
    Metric(
        "detractors",
        N_("Detractors"),
        N_("Answers of 0 to 6."),
        Aggregate(order_surveys, count_rows(_group == "detractor"), "answered"),
        unit="count",
        better="down",
        owner="marketing",
    ),
    Metric(
        "nps",
        N_("Net promoter score"),
        N_("100 × (promoters − detractors) / survey answers."),
        Formula("100 * (promoters - detractors) / survey_answers"),
        unit="number",
        owner="marketing",
    ),
    _ratio(
        "adjusted_promoters",
        N_("Promoters, adjusted"),
        N_("(Promoters + ¾) / (survey answers + 3), for the margin."),
        "(promoters + 0.75) / (survey_answers + 3)",
    ),
    Metric(
        "adjusted_detractors",
        N_("Detractors, adjusted"),
        N_("(Detractors + ¾) / (survey answers + 3), for the margin."),
        Formula("(detractors + 0.75) / (survey_answers + 3)"),
        unit="ratio",
        better="down",
        owner="marketing",
    ),
    Metric(
        "nps_margin",
        N_("Margin of the net promoter score"),
        N_(
            "Half of its 95 % interval (adjusted Wald): 196 × √((P + D − (P − D)²) / n) of "
            "the adjusted shares and three more answers."
        ),
        Formula(
            "196 * sqrt((adjusted_promoters + adjusted_detractors"
            " - (adjusted_promoters - adjusted_detractors)"
            " * (adjusted_promoters - adjusted_detractors)) / (survey_answers + 3))"
            " * (survey_answers / survey_answers)"
        ),
        unit="number",
        better="down",
        owner="marketing",
    ),
)
