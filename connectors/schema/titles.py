"""The tables' names on screen, ids of the catalogue."""

from connectors.text import N_

TITLES: dict[str, str] = {
    "order_lines": N_("Order lines"),
    "returns": N_("Returns"),
    "deliveries": N_("Deliveries"),
    "events": N_("Events"),
    "traffic_daily": N_("Daily traffic"),
    "stock_daily": N_("Daily stock"),
    "receipts": N_("Purchases and arrivals"),
    "ad_spend": N_("Ad spend"),
    "surveys": N_("Surveys"),
    "tickets": N_("Tickets"),
    "brand_daily": N_("Brand mentions"),
    "costs": N_("Overheads"),
    "rates": N_("Exchange rates"),
    "products": N_("Products"),
    "customers": N_("Customers"),
    "shops": N_("Shops"),
    "warehouses": N_("Warehouses"),
    "campaigns": N_("Campaigns"),
    "suppliers": N_("Suppliers"),
    "order_returns": N_("Returns"),
    "first_orders": N_("First orders"),
    "purchase_days": N_("Purchase days"),
    "sessions": N_("Sessions"),
    "touches": N_("Campaign touches"),
    "refund_expectations": N_("Expected refunds"),
    "refund_rates": N_("Expected refunds"),
    "visits_daily": N_("Daily traffic"),
    "stock_spans": N_("Daily stock"),
}
