"""Settings of a question: what `--set` takes, with the default of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.errors import UserError, unknown
from connectors.text import N_

if TYPE_CHECKING:
    from collections.abc import Iterable


_MOST_DAYS = 9_999


@dataclass(frozen=True)
class Param:
    """One setting: its default, what it does, and its choices (none: a whole number of days)."""

    name: str
    default: str
    description: str
    choices: tuple[str, ...] = ()


PARAMS: dict[str, Param] = {
    param.name: param
    for param in (
        Param(
            "align",
            "calendar",
            N_("How a comparison with the year before is aligned"),
            ("calendar", "weekday", "festival"),
        ),
        Param(
            "attributes",
            "as_sold",
            N_("Product attributes as they were when sold, or as they are now"),
            ("as_sold", "as_now"),
        ),
        Param("maturity", "30", N_("Days after which an order's refunds count as complete")),
        Param(
            "attribution",
            "last",
            N_("Which of an order's campaign touches is credited with it"),
            ("last", "first", "linear"),
        ),
        Param("window", "7", N_("Days before an order in which a touch is credited")),
        Param(
            "ad_sales",
            "claimed",
            N_("Sales that ads are credited with: the platforms' claims, or own orders by touch"),
            ("claimed", "attributed"),
        ),
        Param("stock_age", "7", N_("Days for which a stock snapshot stands without a newer one")),
        Param(
            "funnel_unit",
            "session",
            N_("What passes through the funnel: sessions, or visitors within some days"),
            ("session", "visitor"),
        ),
        Param("funnel_days", "7", N_("Days after the first view in which a visitor's steps count")),
        Param("retention_month", "1", N_("Month after the first order in which they buy again")),
        Param("lookback", "365", N_("Days before a period in which a returning buyer has bought")),
    )
}


def checked(given: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The settings in the order of their names, those that equal the default left out.

    Raises:
        UserError: for an unknown setting or a value that it cannot take.
    """
    values = dict(given)
    for name, value in values.items():
        if name not in PARAMS:
            raise unknown("setting", name, PARAMS)
        _check_value(PARAMS[name], value)
    return tuple(sorted((n, v) for n, v in values.items() if v != PARAMS[n].default))


def value(params: Iterable[tuple[str, str]], name: str) -> str:
    """The setting's value in a question."""
    return dict(params).get(name, PARAMS[name].default)


def _check_value(param: Param, given: str) -> None:
    if param.choices and given not in param.choices:
        raise unknown(param.name, given, param.choices)
    if not param.choices and not (given.isascii() and given.isdigit() and int(given) <= _MOST_DAYS):
        raise UserError(
            "The setting {name} is {given!r}: write a whole number of days up to {most}.",
            name=param.name,
            given=given,
            most=_MOST_DAYS,
        )
