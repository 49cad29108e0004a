"""Brand: how much is said of us, in which tone, and who knows us."""

from __future__ import annotations

from sqlalchemy import Double, cast, func

from connectors.schema import brand_daily
from connectors.text import N_
from metrics.catalogue.build import known_total
from metrics.metric import Aggregate, Metric

_said = brand_daily.c
_WEIGHED = _said.sentiment.is_not(None)
_TONE = cast(func.sum(_said.sentiment * _said.mentions), Double)

BRAND = (
    Metric(
        "social_volume",
        N_("Social volume"),
        N_("Mentions of the brand."),
        Aggregate(brand_daily, known_total(_said.mentions), "brand"),
        unit="count",
        owner="marketing",
    ),
    Metric(
        "sentiment",
        N_("Sentiment"),
        N_("Mean sentiment of the mentions, from −1 to 1."),
        Aggregate(
            brand_daily,
            _TONE / func.nullif(known_total(_said.mentions, _WEIGHED), 0),
            "brand",
            known=_WEIGHED,
            empty=None,
        ),
        unit="number",
        owner="marketing",
        unknown=N_("No mention in view has a known sentiment."),
    ),
    Metric(
        "awareness",
        N_("Awareness"),
        N_("Share of those asked who know the brand: mean of the surveys of the period."),
        Aggregate(
            brand_daily,
            func.avg(_said.awareness, type_=Double),
            "brand",
            known=_said.awareness.is_not(None),
            empty=None,
        ),
        unit="ratio",
        owner="marketing",
        unknown=N_("No survey of awareness lies in view."),
    ),
)
