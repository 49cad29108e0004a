"""Numbers and dates as the reader's language writes them. What is unknown is a dash."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import floor, log10
from typing import TYPE_CHECKING

from babel.dates import format_datetime, format_interval, format_skeleton
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)

from pages.ui.text import _, language

if TYPE_CHECKING:
    from metrics.metric import Unit
    from metrics.periods import Grain

DASH = "—"
_LOCALES = {"zh-CN": "zh_CN", "en": "en_GB"}
_SHORT_FROM, _WHOLE_FROM = 10_000, 1_000
_REMEMBERED = 5_000
_DIGITS = 4
_DECIMALS = _DIGITS - 1  # as many as those digits can need, or the number is rounded twice


def locale() -> str:
    """Babel's name of the reader's language."""
    return _LOCALES[language()]


def short(value: float | None, unit: Unit, currency: str | None) -> str:
    """A number to take in at a glance: 1235万, £1.235M, 12.3%."""
    if value is None:
        return DASH
    if unit == "ratio":
        return format_percent(value, "#,##0.0%", locale=locale())
    if abs(value) < _SHORT_FROM:
        return whole(value, unit, currency)
    rounded = round(value, _DECIMALS - floor(log10(abs(value))))
    if unit == "money" and currency:
        text = format_compact_currency(
            rounded, currency, locale=locale(), fraction_digits=_DECIMALS
        )
        return _own_symbol(text, currency)
    return format_compact_decimal(rounded, locale=locale(), fraction_digits=_DECIMALS)


def whole(value: float | None, unit: Unit, currency: str | None) -> str:
    """A number in a table: in full, but without the cents of large amounts."""
    if value is None or unit != "money" or abs(value) < _WHOLE_FROM:
        return exact(value, unit, currency)
    return _rounded(value, currency, locale())


def exact(value: float | None, unit: Unit, currency: str | None) -> str:
    """A number in full: £1,234,567.89, 12.35%, 1,234."""
    return DASH if value is None else _written(value, unit, currency, locale())


# Writing a number takes as long as reading hundreds, and tables say the same ones on every run.
@lru_cache(_REMEMBERED)
def _rounded(value: float, currency: str | None, of: str) -> str:
    if currency is None:
        return format_decimal(value, "#,##0", locale=of)
    text = format_currency(value, currency, "¤#,##0", locale=of, currency_digits=False)
    return _own_symbol(text, currency)


@lru_cache(_REMEMBERED)
def _written(value: float, unit: Unit, currency: str | None, of: str) -> str:
    if unit == "ratio":
        return format_percent(value, "#,##0.00%", locale=of)
    if unit == "count":
        return format_decimal(value, "#,##0", locale=of)
    if unit == "money" and currency:
        return _own_symbol(format_currency(value, currency, locale=of), currency)
    return format_decimal(value, "#,##0.00", locale=of)


def signed(value: float | None, unit: Unit, currency: str | None) -> str:
    """A difference to take in at a glance, with its sign: +¥1.235M, -¥12."""
    return ("+" if value and value > 0 else "") + short(value, unit, currency)


def change(value: float | None, unit: Unit) -> str:
    """A change against the comparison with its sign: +12.3%, for ratios −1.2 pp."""
    if value is None:
        return DASH
    if unit == "ratio":
        points = format_decimal(value * 100, "+0.0;-0.0", locale=locale())
        return _("{points} pp").format(points=points)
    return format_percent(value, "+#,##0.0%;-#,##0.0%", locale=locale())


def _own_symbol(text: str, currency: str) -> str:
    """¥ also in English, where it stands for the yen: a warehouse holds one currency."""
    return text.replace("CN¥", "¥") if currency == "CNY" else text


def days(start: date, end: date) -> str:
    """The days of [start, end): 12 Nov – 9 Dec 2011."""
    return format_interval(start, end - timedelta(days=1), "yMMMd", locale=locale())


def moment(when: datetime) -> str:
    """A date with its time of day."""
    return format_datetime(
        when, "d MMM y HH:mm" if language() == "en" else "y年M月d日 HH:mm", locale=locale()
    )


def up_to(as_of: datetime) -> str:
    """Up to when facts are known: the last day when all of it is, else the minute."""
    if as_of.time() == time(0):
        return period(as_of.date() - timedelta(days=1), "day")
    return moment(as_of)


def period(start: date, grain: Grain) -> str:
    """The name of a period by its first day (for hours: its hour)."""
    if grain == "hour":
        day, hour = (format_skeleton(each, start, locale=locale()) for each in ("MMMd", "Hm"))
        return f"{day} {hour}"
    return format_skeleton(_SKELETONS[grain], start, locale=locale())


_SKELETONS: dict[Grain, str] = {
    "day": "yMMMEd",
    "week": "yMMMd",
    "month": "yMMM",
    "quarter": "yQQQ",
    "year": "y",
}
