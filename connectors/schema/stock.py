"""Facts of stock and fulfilment: snapshots, purchase orders with arrivals, and deliveries."""

from connectors.schema.columns import (
    count,
    currency_columns,
    day,
    imported_table,
    instant,
    key,
    moment,
    money,
    product_columns,
    text,
)

stock_daily = imported_table(
    "stock_daily",
    "Closing stock of a SKU in a warehouse on a day",
    day("stock_date", "Day of the snapshot", primary_key=True),
    key("warehouse_id", "Warehouse or store"),
    key("sku_id", "SKU 码"),
    *(column for column in product_columns() if column.name != "sku_id"),
    count("on_hand", "Units in the house 在库, saleable"),
    count("reserved", "Units promised 占用, presales included"),
    count("inbound", "Units on order from suppliers 采购在途"),
    count("returning", "Units on their way back 退货在途"),
    count("defective", "Units that cannot be sold 次品"),
    money("unit_cost", "Cost of one unit"),
    day("first_received_date", "First arrival of the stock at hand, for its age"),
    *currency_columns(),
)

receipts = imported_table(
    "receipts",
    "One line of a purchase order with its arrival",
    key("purchase_id", "Purchase order"),
    key("line_id", "Line and arrival"),
    text("supplier_id", "Supplier"),
    text("warehouse_id", "Warehouse that receives"),
    *product_columns(),
    *moment("ordered", "When it was ordered"),
    instant("confirmed_at", "When the supplier confirmed, UTC"),
    day("promised_date", "Day of arrival that was promised"),
    *moment("received", "When it arrived"),
    text("kind", "purchase, transfer, or adjustment"),
    count("ordered_quantity", "Units ordered"),
    count("received_quantity", "Units that arrived"),
    money("unit_cost", "Cost of one unit"),
    *currency_columns(),
)

deliveries = imported_table(
    "deliveries",
    "One parcel",
    key("shop_id", "Shop"),
    key("order_id", "Order"),
    key("parcel_id", "Parcel"),
    text("warehouse_id", "Warehouse that ships"),
    text("courier", "Courier"),
    text("region", "Region of the buyer"),
    *moment("paid", "When the order was paid: the clock of the promise"),
    instant("promised_pickup_at", "Pick-up that was promised, UTC"),
    instant("shipped_at", "When it was picked up, UTC"),
    *moment("delivered", "When it arrived"),
    text("status", "waiting, shipped, delivered, returned or lost"),
)
