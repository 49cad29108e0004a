"""What a model expects of the days to come, and how well it did on days that it did not know."""

from sqlalchemy import Column, Table

from connectors.schema.columns import METADATA, count, day, key, number, product_columns, text


def _bands() -> tuple[Column[float], ...]:
    return (
        number("units", "Units expected over the horizon"),
        number("low_95", "Lower end of the 95 % interval"),
        number("at_least_95", "What is sold with 95 % probability at least"),
        number("low_80", "Lower end of the 80 % interval"),
        number("low_50", "Lower end of the 50 % interval"),
        number("median", "As likely to be exceeded as not"),
        number("high_50", "Upper end of the 50 % interval"),
        number("high_80", "Upper end of the 80 % interval"),
        number("at_most_95", "What is sold with 95 % probability at most"),
        number("high_95", "Upper end of the 95 % interval"),
    )


forecasts = Table(
    "forecasts",
    METADATA,
    key("sku_id", "SKU 码"),
    *(column for column in product_columns() if column.name != "sku_id"),
    key("shop_id", "Shop; '' when unknown"),
    key("warehouse_id", "Warehouse or store that ships; '' when unknown"),
    day("forecast_date", "Day that is forecast", primary_key=True),
    day("known_date", "Last day that the forecast knew"),
    text("model", "learned, or profile when there is too little to learn from"),
    number("units", "Units expected on that day"),
    comment="Units expected by SKU, shop, warehouse and day; every sum of them is a forecast",
)

forecast_bands = Table(
    "forecast_bands",
    METADATA,
    key("level", "sku, style, category, shop, warehouse or total"),
    key("member", "Which of them; '' for the total and for what is unknown"),
    day("first_date", "First day that is forecast"),
    day("last_date", "Last day that is forecast"),
    text("model", "learned, or profile when there is too little to learn from"),
    *_bands(),
    comment="Units expected over the whole horizon, with 50, 80 and 95 % intervals",
)

forecast_backtest = Table(
    "forecast_backtest",
    METADATA,
    day("origin", "First day that was forecast", primary_key=True),
    key("model", "blend, learned, profile, seasonal_naive, mean_28 or zero"),
    count("horizon_days", "Days that were forecast"),
    count("skus", "SKUs that were in stock"),
    number("units", "Units that they sold"),
    number("wape", "Sum of absolute errors / units sold"),
    number("bias", "Units forecast / units sold − 1"),
    number("rmsse", "Root mean squared daily error in day-to-day differences, mean over SKUs"),
    number("coverage_50", "Share of SKUs within their 50 % interval"),
    number("coverage_80", "Share of SKUs within their 80 % interval"),
    number("coverage_95", "Share of SKUs within their 95 % interval"),
    number("at_most_95", "Share of SKUs at or under their 95 % quantile"),
    comment="How the forecast did on past weeks that it did not know, beside simple rules",
)
