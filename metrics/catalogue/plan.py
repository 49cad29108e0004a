"""Targets as metrics: how far the plan is reached, and whether the pace suffices."""

from __future__ import annotations

from connectors.text import N_
from metrics.metric import Formula, Metric, Stored
from metrics.targets import elapsed_sales_target, sales_target

_NO_TARGET = N_("No target covers this range and segment.")

PLAN = (
    Metric(
        "sales_target",
        N_("Sales target"),
        N_("The target of paid sales for the whole of the range, as the targets give it."),
        Stored(sales_target),
        better="neither",
        owner="management",
        unknown=_NO_TARGET,
    ),
    Metric(
        "elapsed_sales_target",
        N_("Sales target to date"),
        N_("The share of the sales target that the seasonal calendar expects by now."),
        Stored(elapsed_sales_target),
        better="neither",
        owner="management",
        unknown=_NO_TARGET,
    ),
    Metric(
        "target_attainment",
        N_("Target attainment"),
        N_("Paid sales / sales target."),
        Formula("paid_sales / sales_target"),
        unit="ratio",
        owner="management",
    ),
    Metric(
        "target_pace",
        N_("Target pace"),
        N_("Paid sales / sales target to date: above 100 % the target is going to be reached."),
        Formula("paid_sales / elapsed_sales_target"),
        unit="ratio",
        owner="management",
    ),
    Metric(
        "target_lead",
        N_("Lead on the target's pace"),
        N_("Paid sales − sales target to date: what is ahead of the seasonal calendar, or behind."),
        Formula("paid_sales - elapsed_sales_target"),
        owner="management",
    ),
    Metric(
        "target_gap",
        N_("Gap to target"),
        N_("Paid sales − sales target."),
        Formula("paid_sales - sales_target"),
        owner="management",
    ),
)
