"""Units expected over the days to come, by SKU and by sums of SKUs, with intervals.

`make_panel` brings a sales history into shape, `forecast` estimates, `sku_table` and `sum_table`
say what came of it as frames, and `backtest_table` how good it was on weeks that it did not know.
"""

from metrics.models.forecast.backtest import backtest_table
from metrics.models.forecast.calibration import BANDS
from metrics.models.forecast.model import Forecast, forecast
from metrics.models.forecast.panel import Panel, make_panel
from metrics.models.forecast.tables import sku_table, sum_table

__all__ = [
    "BANDS",
    "Forecast",
    "Panel",
    "backtest_table",
    "forecast",
    "make_panel",
    "sku_table",
    "sum_table",
]
