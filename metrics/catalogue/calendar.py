"""Campaigns as they were planned, the windows of their claims, and what they advertise."""

from __future__ import annotations

from sqlalchemy import func

from connectors.schema import ad_spend, campaigns
from connectors.text import N_
from metrics.catalogue.build import known_total
from metrics.metric import Aggregate, Formula, Metric
from metrics.windows import Standing

_ad, _plan = ad_spend.c, campaigns.c

CALENDAR = (
    Metric(
        "campaign_budget",
        N_("Campaign budget"),
        N_("The whole planned spend of campaigns that ran on a day of the period."),
        Aggregate(
            campaigns,
            known_total(_plan.budget),
            "start",
            known=_plan.budget.is_not(None),
            over=Standing("end_date", throughout=True),
        ),
        better="neither",
        owner="marketing",
        unknown=N_("No campaign in view says what it was to cost."),
    ),
    Metric(
        "claim_window",
        N_("Claim window, days"),
        N_("The most days after a click in which a platform still claims a sale."),
        Aggregate(ad_spend, func.max(_ad.claim_window_days), "spend", empty=None),
        unit="count",
        better="neither",
        owner="marketing",
        unknown=N_("No ad in view says within how many days it claims sales."),
    ),
    Metric(
        "spend_at_stake",
        N_("Spend at stake"),
        N_("Ad spend × broken-size rate: what was paid to advertise what is not there in all."),
        Formula("spend * broken_size_rate"),
        better="down",
        owner="marketing",
    ),
)
