"""The dictionary: every metric by name. To add one, add one declaration to a file beside this."""

from metrics.catalogue.brand import BRAND
from metrics.catalogue.calendar import CALENDAR
from metrics.catalogue.campaigns import CAMPAIGNS
from metrics.catalogue.customers import CUSTOMERS
from metrics.catalogue.funnel import FUNNEL
from metrics.catalogue.outlook import OUTLOOK
from metrics.catalogue.plan import PLAN
from metrics.catalogue.profit import PROFIT
from metrics.catalogue.returns import RETURNS
from metrics.catalogue.sales import SALES
from metrics.catalogue.service import SERVICE
from metrics.catalogue.stock import STOCK
from metrics.catalogue.supply import SUPPLY
from metrics.catalogue.traffic import TRAFFIC
from metrics.catalogue.value import VALUE
from metrics.catalogue.watched import WATCHED
from metrics.catalogue.water_level import WATER_LEVEL
from metrics.metric import Metric

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        *SALES,
        *RETURNS,
        *PROFIT,
        *PLAN,
        *TRAFFIC,
        *FUNNEL,
        *CAMPAIGNS,
        *CALENDAR,
        *CUSTOMERS,
        *VALUE,
        *STOCK,
        *WATER_LEVEL,
        *OUTLOOK,
        *SUPPLY,
        *SERVICE,
        *BRAND,
        *WATCHED,
    )
}
