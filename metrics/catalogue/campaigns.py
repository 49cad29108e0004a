"""Campaigns: what ads cost, what platforms claim for them, and what they brought."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, case, func, literal_column, select

from connectors.schema import ad_spend, refund_rates, shops, touches
from connectors.text import N_
from metrics.attribution import attributed_sales
from metrics.catalogue.build import known_total
from metrics.metric import Aggregate, Choice, Formula, Metric, RowSet

_ad = ad_spend.c
_CLAIMED = _ad.claimed_sales.is_not(None)
_STAYS = 1 - refund_rates.c.expected_refund_rate
_TRACKED = _ad.shop_id.in_(select(touches.c.shop_id).distinct())
_SEVERAL = N_("Nobody claims sales here, or several platforms do: their claims never add up.")
_UNTRACKED = N_("No order in view can be traced to the campaigns that touched it.")


def _of_one_platform(value: ColumnElement[float]) -> ColumnElement[float]:
    """The value where one platform alone claims; a channel without a shop is its own platform."""
    platform = func.coalesce(shops.c.platform, _ad.channel, literal_column("''", String))
    several = func.count(case((_CLAIMED, platform)).distinct()) > literal_column("1")
    return case((~several, value))


def _claim(value: ColumnElement[float], *, expected: bool = False) -> Aggregate:
    stored = refund_rates if expected else None
    sums = _of_one_platform(func.sum(value))
    return Aggregate(ad_spend, sums, "spend", stored, known=_CLAIMED, lookups=(shops,))


CAMPAIGNS = (
    Metric(
        "impressions",
        N_("Impressions"),
        N_("How often ads were shown."),
        Aggregate(
            ad_spend, known_total(_ad.impressions), "spend", known=_ad.impressions.is_not(None)
        ),
        unit="count",
        owner="marketing",
        unknown=N_("No ad in view says how often it was shown."),
    ),
    Metric(
        "clicks",
        N_("Clicks"),
        N_("Clicks on ads."),
        Aggregate(ad_spend, known_total(_ad.clicks), "spend", known=_ad.clicks.is_not(None)),
        unit="count",
        owner="marketing",
        unknown=N_("No ad in view says how often it was clicked."),
    ),
    Metric(
        "ctr",
        N_("Click rate"),
        N_("Clicks / impressions."),
        Formula("clicks / impressions"),
        unit="ratio",
        owner="marketing",
    ),
    Metric(
        "cpc",
        N_("Cost per click"),
        N_("Ad spend / clicks."),
        Formula("spend / clicks"),
        better="down",
        owner="marketing",
    ),
    Metric(
        "cpm",
        N_("Cost per thousand impressions"),
        N_("1,000 × ad spend / impressions."),
        Formula("1000 * spend / impressions"),
        better="down",
        owner="marketing",
    ),
    Metric(
        "claimed_sales",
        N_("Claimed sales"),
        N_(
            "Sales that one platform claims for its ads, by its own window. Never added across "
            "platforms: an order that two of them claim is one order."
        ),
        _claim(_ad.claimed_sales),
        owner="marketing",
        unknown=_SEVERAL,
    ),
    Metric(
        "claimed_roas",
        N_("Claimed return on ad spend"),
        N_("Claimed sales / ad spend."),
        Formula("claimed_sales / spend"),
        unit="number",
        owner="marketing",
    ),
    Metric(
        "expected_claimed_sales",
        N_("Claimed sales expected to stay"),
        N_("Claimed sales × (1 − the expected refund rate of the shop's orders of the day)."),
        _claim(_ad.claimed_sales * _STAYS, expected=True),
        owner="marketing",
        unknown=_SEVERAL,
    ),
    Metric(
        "attributed_sales",
        N_("Attributed sales"),
        N_(
            "Paid sales of our own orders, credited to the campaigns that touched the buyer in the "
            "7 days before: to the last, the first or all alike, as the settings say."
        ),
        RowSet(touches, "sold", attributed_sales, empty=None),
        owner="marketing",
        unknown=_UNTRACKED,
    ),
    Metric(
        "expected_attributed_sales",
        N_("Attributed sales expected to stay"),
        N_("Attributed sales × (1 − the expected refund rate of the shop's orders of the day)."),
        RowSet(touches, "sold", attributed_sales, column="stays", empty=None),
        owner="marketing",
        unknown=_UNTRACKED,
    ),
    Metric(
        "tracked_spend",
        N_("Ad spend with tracking"),
        N_("Ad spend of the shops whose orders can be traced to campaigns."),
        Aggregate(ad_spend, known_total(_ad.spend, _TRACKED), "spend"),
        better="down",
        owner="marketing",
    ),
    Metric(
        "ad_sales",
        N_("Sales of ads"),
        N_("Claimed or attributed sales, as the setting ad_sales says."),
        Choice("ad_sales", (("claimed", "claimed_sales"), ("attributed", "attributed_sales"))),
        owner="marketing",
    ),
    Metric(
        "expected_ad_sales",
        N_("Sales of ads expected to stay"),
        N_("Claimed or attributed sales × (1 − expected refund rate)."),
        Choice(
            "ad_sales",
            (("claimed", "expected_claimed_sales"), ("attributed", "expected_attributed_sales")),
        ),
        owner="marketing",
    ),
    Metric(
        "credited_spend",
        N_("Spend behind the sales of ads"),
        N_("All ad spend for claims; for attributed sales that of the shops with tracking."),
        Choice("ad_sales", (("claimed", "spend"), ("attributed", "tracked_spend"))),
        better="down",
        owner="marketing",
    ),
    Metric(
        "roas",
        N_("Return on ad spend"),
        N_("Sales of ads / their spend: what the trade calls ROI."),
        Formula("ad_sales / credited_spend"),
        unit="number",
        owner="marketing",
    ),
    Metric(
        "net_roas",
        N_("Net return on ad spend"),
        N_("Sales of ads × (1 − expected refund rate) / their spend."),
        Formula("expected_ad_sales / credited_spend"),
        unit="number",
        owner="marketing",
    ),
    Metric(
        "contribution_before_ads",
        N_("Contribution before ads"),
        N_("Contribution + ad spend."),
        Formula("contribution + or_zero(spend)"),
        cohort=True,
    ),
    Metric(
        "breakeven_roas",
        N_("Break-even return on ad spend"),
        N_("1 / (contribution before ads / net sales): the net return at which an ad pays."),
        Formula("1 / (contribution_before_ads / net_sales)"),
        unit="number",
        better="down",
        cohort=True,
        owner="marketing",
    ),
    Metric(
        "roi",
        N_("Return on investment"),
        N_("(Contribution before ads of the sales of ads − spend) / spend."),
        Formula("net_roas * contribution_before_ads / net_sales - 1"),
        unit="ratio",
        cohort=True,
        owner="marketing",
    ),
    Metric(
        "cac",
        N_("Cost per new customer"),
        N_("Ad spend / new customers."),
        Formula("spend / new_customers"),
        better="down",
        owner="marketing",
    ),
)
