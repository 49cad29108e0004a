"""Names and numbers as tables hold them: codes of products, and the rows of `products`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from connectors.demo.assortment import BUY_TYPES, wave_name
from connectors.demo.clock import on
from connectors.demo.garments import COLOURS, CORE_SIZES, GARMENTS, SIZES
from connectors.demo.pictures import picture
from connectors.demo.places import SUPPLIERS

if TYPE_CHECKING:
    from connectors.demo.arguments import Array
    from connectors.demo.assortment import Assortment
    from connectors.demo.prices import Prices
    from connectors.demo.seasons import Calendar

_SEASONS = ("春", "夏", "秋", "冬")
_COLLECTIONS = ("通勤系列", "度假系列", "国风系列", "运动休闲", "轻奢系列")
_ADJECTIVES = ("法式", "复古", "简约", "显瘦", "宽松", "高腰", "气质", "新中式", "轻盈", "垂感")
_MATERIALS = ("桑蚕丝", "纯棉", "亚麻", "羊毛", "天丝", "醋酸", "羊绒", "雪纺")


class Labels:
    """Codes and words of the assortment, by number; a frame takes them with `gather`."""

    def __init__(self, assortment: Assortment) -> None:
        styles = _style_codes(assortment)
        skcs = [
            f"{styles[style]}-{colour + 1:02}"
            for style, colour in zip(assortment.skc_style, assortment.skc_colour, strict=True)
        ]
        self.style = pl.Series("style_id", styles)
        self.skc = pl.Series("skc_id", skcs)
        sizes = [SIZES[size].replace("均码", "F") for size in assortment.sku_size]
        self.sku = pl.Series(
            "sku_id",
            [f"{skcs[skc]}-{size}" for skc, size in zip(assortment.sku_skc, sizes, strict=True)],
        )
        self.products = pl.DataFrame(
            {
                "sku_id": self.sku,
                "skc_id": self.skc.gather(assortment.sku_skc),
                "style_id": self.style.gather(assortment.sku_style),
                "category": _words(
                    [g.name for g in GARMENTS], assortment.category[assortment.sku_style]
                ),
                "color": _words([c[0] for c in COLOURS], assortment.skc_colour[assortment.sku_skc]),
                "size": _words(SIZES, assortment.sku_size),
            }
        )
        """The six columns that facts repeat, a row for each SKU."""

    def of_skus(self, skus: Array) -> pl.DataFrame:
        """The six product columns for each of `skus`."""
        return self.products[skus]


def products_table(
    assortment: Assortment, labels: Labels, prices: Prices, calendar: Calendar, bought: Array
) -> pl.DataFrame:
    """The rows of `products`, as known on the last day."""
    of, style = assortment, assortment.sku_style
    tag, cost = of.tag[style], of.cost[style]
    return labels.products.with_columns(
        name=_names(of).gather(style),
        is_core_size=pl.Series([SIZES[size] in CORE_SIZES for size in of.sku_size]),
        year_season=pl.Series([f"{s // 4}{_SEASONS[s % 4]}" for s in of.season]).gather(style),
        wave=pl.Series([wave_name(wave) for wave in of.wave]).gather(style),
        collection=_words(_COLLECTIONS, of.collection[style]),
        buy_type=_words(BUY_TYPES, of.buy_type[style]),
        is_replenishable=pl.Series(of.replenishable[style]),
        price_state=_words(
            ("full_price", "clearance"),
            prices.is_clearance(np.array([calendar.days - 1]))[0][style].astype(int),
        ),
        image_url=_pictures(of).gather(of.sku_skc),
        supplier_id=_words([each[0] for each in SUPPLIERS], of.supplier[style]),
        launch_date=_dates(calendar, of.launch).gather(style),
        planned_end_date=_dates(calendar, of.planned_end).gather(style),
        tag_price=tag,
        floor_price=np.round(tag * 0.3),
        unit_cost=pl.Series(np.where(of.has_cost[style], cost, np.nan)).fill_nan(None),
        buy_quantity=pl.Series(bought, dtype=pl.Int64),
    )


def _style_codes(of: Assortment) -> list[str]:
    counted: dict[str, int] = {}
    codes = []
    for category, season in zip(of.category, of.season, strict=True):
        head = f"{GARMENTS[category].code}{season // 4 % 100:02}{season % 4 + 1}"
        counted[head] = counted.get(head, 0) + 1
        codes.append(f"{head}{counted[head]:03}")
    return codes


def _names(of: Assortment) -> pl.Series:
    number = np.arange(len(of.category))
    return pl.Series(
        [
            _ADJECTIVES[n * 7 % 10] + _MATERIALS[n * 5 % 8] + GARMENTS[category].name
            for n, category in zip(number, of.category, strict=True)
        ]
    )


def _pictures(of: Assortment) -> pl.Series:
    pairs = zip(of.category[of.skc_style], of.skc_colour, strict=True)
    return pl.Series([picture(int(category), int(colour)) for category, colour in pairs])


def _words(words: list[str] | tuple[str, ...], numbers: Array) -> pl.Series:
    return pl.Series(words).gather(numbers)


def _dates(calendar: Calendar, days: Array) -> pl.Series:
    return pl.DataFrame({"day": days}).select(on(calendar, "day")).to_series()
