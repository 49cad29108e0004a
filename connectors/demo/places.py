"""Where the business sells, keeps its goods and buys: shops, warehouses, regions, suppliers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl


class Shop(NamedTuple):
    """A shop, its share of all orders, and what the platform takes of its sales."""

    shop_id: str
    name: str
    platform: str
    kind: str
    share: float
    fee: float
    masks: float
    """Share of buyers whom the shop cannot tell from each other."""


SHOPS = (
    Shop("tmall_flagship", "四维女装天猫旗舰店", "tmall", "online", 0.36, 0.05, 0.01),
    Shop("jd_flagship", "四维女装京东旗舰店", "jd", "online", 0.12, 0.08, 0.02),
    Shop("douyin_flagship", "四维女装抖音旗舰店", "douyin", "online", 0.28, 0.05, 0.02),
    Shop("mini_program", "四维小程序商城", "mini_program", "online", 0.12, 0.006, 0.0),
    Shop("store_shanghai", "上海静安店", "store", "store", 0.045, 0.0, 0.45),
    Shop("store_beijing", "北京朝阳店", "store", "store", 0.03, 0.0, 0.45),
    Shop("store_chengdu", "成都太古里店", "store", "store", 0.025, 0.0, 0.45),
    Shop("store_wuhan", "武汉楚河汉街店", "store", "store", 0.02, 0.0, 0.45),
)
TMALL, JD, DOUYIN, MINI = range(4)
STORES = range(4, 8)
IS_STORE = np.array([shop.kind == "store" for shop in SHOPS])

REGIONS = ("华东", "华南", "华北", "华中", "西南", "东北", "西北")
REGION_SHARES = (0.36, 0.17, 0.16, 0.12, 0.11, 0.05, 0.03)

WAREHOUSES = (
    ("wh_hangzhou", "杭州中心仓", "warehouse", "华东"),
    ("wh_guangzhou", "广州分仓", "warehouse", "华南"),
    ("store_shanghai", "上海静安店", "store", "华东"),
    ("store_beijing", "北京朝阳店", "store", "华北"),
    ("store_chengdu", "成都太古里店", "store", "西南"),
    ("store_wuhan", "武汉楚河汉街店", "store", "华中"),
)
HANGZHOU, GUANGZHOU = 0, 1
FIRST_STORE = 2
STORE_REGIONS = tuple(REGIONS.index(each[3]) for each in WAREHOUSES[FIRST_STORE:])
SOUTH = (0.12, 0.92, 0.06, 0.35, 0.60, 0.03, 0.20)
"""Share of a region's online orders that Guangzhou ships."""
TRANSIT_DAYS = ((0.9, 1.9, 1.6, 1.4, 2.2, 2.4, 3.0), (1.8, 0.9, 2.3, 1.5, 1.8, 3.0, 3.2))
"""From Hangzhou and Guangzhou to each region, in the middle."""

COURIERS = ("顺丰", "中通", "圆通", "韵达", "京东物流")
COURIER_SHARES = (0.18, 0.32, 0.20, 0.18, 0.12)
COURIER_SPEED = (0.75, 1.0, 1.05, 1.15, 0.85)

SUPPLIERS = (
    ("sup_01", "绍兴锦纺服饰", 25),
    ("sup_02", "东莞虎门恒美制衣", 18),
    ("sup_03", "广州十三行快反工厂", 9),
    ("sup_04", "嘉兴云织针织", 28),
    ("sup_05", "常熟羽丰羽绒制品", 35),
    ("sup_06", "青岛海蓝牛仔", 24),
    ("sup_07", "杭州九堡速返工坊", 8),
    ("sup_08", "深圳南油名品制衣", 20),
)
QUICK_SUPPLIERS = (2, 6)
LEAD_DAYS = np.array([lead for _, _, lead in SUPPLIERS])


def shops_table() -> pl.DataFrame:
    """The rows of `shops`."""
    return pl.DataFrame(
        [(shop.shop_id, shop.name, shop.platform, shop.kind) for shop in SHOPS],
        schema=["shop_id", "name", "platform", "kind"],
        orient="row",
    )


def warehouses_table() -> pl.DataFrame:
    """The rows of `warehouses`."""
    names = ["warehouse_id", "name", "kind", "region"]
    return pl.DataFrame(WAREHOUSES, schema=names, orient="row")


def suppliers_table() -> pl.DataFrame:
    """The rows of `suppliers`."""
    return pl.DataFrame(SUPPLIERS, schema=["supplier_id", "name", "lead_time_days"], orient="row")
