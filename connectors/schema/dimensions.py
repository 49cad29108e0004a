"""Dimensions: what things are today. Facts keep what they were when they happened."""

from connectors.schema.columns import (
    count,
    day,
    dimension_table,
    flag,
    key,
    moment,
    money,
    text,
)

products = dimension_table(
    "products",
    "SKU → SKC → style",
    key("sku_id", "SKU 码"),
    text("skc_id", "Style and colour, SKC 款色"),
    text("style_id", "Style 款"),
    text("name", "Name"),
    text("category", "Category today"),
    text("color", "Colour"),
    text("size", "Size"),
    flag("is_core_size", "One of the sizes without which an SKC counts as broken"),
    text("year_season", "Year and season 年季"),
    text("wave", "Wave 波段"),
    text("collection", "Collection 系列"),
    text("buy_type", "futures 期货, stock 现货 or quick_response 快返"),
    flag("is_replenishable", "Can be ordered again 可追单"),
    text("price_state", "full_price 正价 or clearance 清仓"),
    text("image_url", "Picture"),
    text("supplier_id", "Supplier"),
    day("launch_date", "First day on sale"),
    day("planned_end_date", "Last day of the planned season"),
    money("tag_price", "Tag price 吊牌价"),
    money("floor_price", "Lowest price that may be asked"),
    money("unit_cost", "Cost today"),
    count("buy_quantity", "Units bought for the season"),
)

customers = dimension_table(
    "customers",
    "Buyers, identified per shop where the platform masks them",
    key("shop_id", "Shop; 'all' where one identity spans the shops"),
    key("customer_id", "Customer"),
    *moment("joined", "When the buyer became a member; null for buyers who are none"),
    flag("is_member", "Member today"),
    day("left_date", "Day on which the membership ended"),
    text("acquisition_channel", "Channel that brought the first order"),
    text("region", "Region"),
    text("gender", "Gender"),
    count("birth_year", "Year of birth"),
)

shops = dimension_table(
    "shops",
    "Shops by platform",
    key("shop_id", "Shop"),
    text("name", "Name"),
    text("platform", "Platform: tmall, taobao, jd, douyin, shopify, mini_program, store, own …"),
    text("kind", "online or store"),
)

warehouses = dimension_table(
    "warehouses",
    "Warehouses and stores",
    key("warehouse_id", "Warehouse"),
    text("name", "Name"),
    text("kind", "warehouse or store"),
    text("region", "Region"),
)

campaigns = dimension_table(
    "campaigns",
    "Campaigns with their dates",
    key("campaign_id", "Campaign"),
    text("name", "Name"),
    text("channel", "Channel"),
    text("shop_id", "Shop"),
    text("creator_id", "Creator 达人"),
    day("start_date", "First day"),
    day("end_date", "Day after the last"),
    money("budget", "Planned spend"),
)

suppliers = dimension_table(
    "suppliers",
    "Suppliers",
    key("supplier_id", "Supplier"),
    text("name", "Name"),
    count("lead_time_days", "Agreed days from order to arrival"),
)
