"""The assortment: styles launched in waves, their colours and sizes, and their lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from connectors.demo.garments import COLOURS, GARMENTS, size_shares, sizes_of
from connectors.demo.places import LEAD_DAYS, QUICK_SUPPLIERS

if TYPE_CHECKING:
    from connectors.demo.arguments import Arguments, Array

FUTURES, STOCK, QUICK = range(3)
BUY_TYPES = ("futures", "stock", "quick_response")
_BUY_SHARES = (0.5, 0.2, 0.3)
CLEARANCE_DAYS = 60
"""A style is sold off after its planned end, then what is left goes away."""
_NO_COST = 0.02
_BEFORE, _AFTER = 190, 25
_WAVES = (
    (1, 12, 0, 1),
    (2, 20, 0, 2),
    (3, 8, 0, 3),
    (3, 28, 1, 1),
    (4, 20, 1, 2),
    (5, 12, 1, 3),
    (7, 20, 2, 1),
    (8, 15, 2, 2),
    (9, 5, 2, 3),
    (9, 25, 3, 1),
    (10, 18, 3, 2),
    (11, 8, 3, 3),
)
"""Month, day, season, wave within it."""
_ORDINALS = ("", "第一波", "第二波", "第三波")


@dataclass(frozen=True)
class Assortment:
    """Styles, SKCs and SKUs by their numbers; days as in the calendar.

    Of styles: category, season (year × 4 + season), wave, launch, life (days to the planned end),
    tag (CNY), cost (CNY), has_cost, appeal, buy_type, supplier, collection. Of SKCs: skc_style,
    skc_colour, skc_share of the style's demand. Of SKUs: sku_skc, sku_size, sku_share of the SKC's
    demand.
    """

    category: Array
    season: Array
    wave: Array
    launch: Array
    life: Array
    tag: Array
    cost: Array
    has_cost: Array
    appeal: Array
    buy_type: Array
    supplier: Array
    collection: Array
    skc_style: Array
    skc_colour: Array
    skc_share: Array
    sku_skc: Array
    sku_size: Array
    sku_share: Array

    @property
    def sku_style(self) -> Array:
        """The style of each SKU."""
        styles: Array = self.skc_style[self.sku_skc]
        return styles

    @property
    def planned_end(self) -> Array:
        """The day after which a style is only sold off."""
        end: Array = self.launch + self.life
        return end

    @property
    def replenishable(self) -> Array:
        """Whether a style is ordered again while it sells."""
        again: Array = self.buy_type != FUTURES
        return again

    def first_sku(self) -> Array:
        """Where the SKUs of each SKC begin; SKUs of one SKC lie together."""
        first: Array = np.searchsorted(self.sku_skc, np.arange(len(self.skc_style) + 1))
        return first


def make_assortment(arguments: Arguments) -> Assortment:
    """Everything on sale from the first to the last day, and what is launched soon after."""
    random = arguments.random("assortment")
    launch, season, wave = _launches(arguments, random)
    count = len(launch)
    category = _categories(season % 4, random)
    low, high = (
        np.array([getattr(g, side) for g in GARMENTS])[category] for side in ("low", "high")
    )
    tag = np.round((low + (high - low) * random.beta(1.6, 2.4, count)) / 10) * 10 - 1
    buy_type = random.choice(3, count, p=_BUY_SHARES)
    skc_style, skc_colour, skc_share = _colours(count, random)
    sku_skc, sku_size, sku_share = _sizes(category[skc_style])
    return Assortment(
        category=category,
        season=season,
        wave=wave,
        launch=launch,
        life=random.integers(105, 165, count),
        tag=tag,
        cost=np.round(tag * random.uniform(0.19, 0.27, count), 2),
        has_cost=random.random(count) > _NO_COST,
        appeal=random.lognormal(0, 0.65, count),
        buy_type=buy_type,
        supplier=_suppliers(buy_type, random),
        collection=random.integers(0, 5, count),
        skc_style=skc_style,
        skc_colour=skc_colour,
        skc_share=skc_share,
        sku_skc=sku_skc,
        sku_size=sku_size,
        sku_share=sku_share,
    )


def wave_name(wave: int) -> str:
    """The wave as the trade calls it."""
    return _ORDINALS[wave]


def _launches(arguments: Arguments, random: np.random.Generator) -> tuple[Array, Array, Array]:
    expected = arguments.styles_a_day * 365 / len(_WAVES)
    parts: list[tuple[Array, int, int]] = []
    for year in range(arguments.first.year - 1, arguments.end.year + 2):
        for month, day, season, wave in _WAVES:
            at = (date(year, month, day) - arguments.first).days
            if -_BEFORE <= at < arguments.days + _AFTER:
                count = max(int(expected + random.random()), 2)
                parts.append((at + random.integers(0, 10, count), year * 4 + season, wave))
    launch = np.concatenate([days for days, _, _ in parts])
    sizes = [len(days) for days, _, _ in parts]
    return (
        launch,
        np.repeat([s for _, s, _ in parts], sizes),
        np.repeat([w for *_, w in parts], sizes),
    )


def _categories(season: Array, random: np.random.Generator) -> Array:
    shares = np.array([garment.seasons for garment in GARMENTS]).T
    steps = np.cumsum(shares / shares.sum(1, keepdims=True), 1)[season]
    chosen: Array = (random.random((len(season), 1)) > steps).sum(1)
    return np.minimum(chosen, len(GARMENTS) - 1)


def _colours(styles: int, random: np.random.Generator) -> tuple[Array, Array, Array]:
    wanted = np.array([share for _, _, share in COLOURS])
    counts = random.choice([1, 2, 3, 4], styles, p=[0.15, 0.35, 0.35, 0.15])
    # The largest of the keys u^(1/w) are a weighted draw without replacement.
    keys = random.random((styles, len(COLOURS))) ** (1 / wanted)
    ranked = np.argsort(-keys, axis=1)
    picked = [ranked[style, :count] for style, count in enumerate(counts)]
    style = np.repeat(np.arange(styles), counts)
    colour = np.concatenate(picked)
    weight = wanted[colour] ** 0.7 * random.lognormal(0, 0.25, len(colour))
    return style, colour, weight / np.bincount(style, weight)[style]


def _sizes(categories: Array) -> tuple[Array, Array, Array]:
    sizes = [sizes_of(int(category)) for category in categories]
    shares = [size_shares(int(category)) for category in categories]
    skc = np.repeat(np.arange(len(categories)), [len(each) for each in sizes])
    return skc, np.concatenate(sizes), np.concatenate(shares)


def _suppliers(buy_type: Array, random: np.random.Generator) -> Array:
    slow = [each for each in range(len(LEAD_DAYS)) if each not in QUICK_SUPPLIERS]
    quick = random.choice(QUICK_SUPPLIERS, len(buy_type))
    return np.where(buy_type == QUICK, quick, random.choice(slow, len(buy_type)))
