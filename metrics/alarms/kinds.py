"""What each kind of rule needs and takes, and what is wrong with a rule: one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from connectors.errors import UserError, unknown
from connectors.schema import IMPORTED
from connectors.text import N_
from metrics.alarms.signals import HAPPENINGS
from metrics.catalogue import METRICS
from metrics.dimensions import DIMENSIONS

if TYPE_CHECKING:
    from metrics.alarms.rules import Rule


class KindOf(NamedTuple):
    """One kind.

    Attributes:
        title: what people call it.
        needs: keys that it cannot do without.
        takes: other keys that are not common to all kinds.
        metrics: the metrics that it is for; empty for all.
        limits: the metrics that may stand for the limit; None when only a number may.
    """

    title: str
    needs: tuple[str, ...] = ("metric",)
    takes: tuple[str, ...] = ("by", "where", "group", "limits", "members", "minimum", "loss")
    metrics: tuple[str, ...] = ()
    limits: tuple[str, ...] | None = None


_MEMBERS = ("by", "where", "group", "limits", "members", "minimum", "loss")
KINDS: dict[str, KindOf] = {
    "threshold": KindOf(N_("Beyond a limit"), takes=(*_MEMBERS, "over", "hours"), limits=()),
    "change": KindOf(N_("Changed against before"), ("metric", "compare"), (*_MEMBERS, "over")),
    "expected": KindOf(
        N_("Off what is expected for the weekday and season"), takes=(*_MEMBERS, "points")
    ),
    "rate": KindOf(
        N_("Off its own rate of four weeks"),
        ("metric", "minimum"),
        ("by", "where", "group", "limits", "members", "loss", "over"),
    ),
    "target": KindOf(N_("Behind the month's target"), takes=(*_MEMBERS, "from_day")),
    "peers": KindOf(
        N_("Off what is usual for its kind"), ("metric", "against", "by"), ("over", *_MEMBERS)
    ),
    "promise": KindOf(
        N_("A promise of time not kept"),
        takes=(*_MEMBERS, "over", "hours", "against"),
        metrics=("pickup_48h", "on_time_48h"),
    ),
    "transit": KindOf(
        N_("Under way for longer than usual"),
        ("metric", "by", "against"),
        (*_MEMBERS, "over"),
        metrics=("on_time_48h",),
    ),
    "requests": KindOf(
        N_("More requests than goods of that age bring"),
        ("metric", "by"),
        ("where", "group", "members", "over", "against"),
        metrics=("quality_refund_rate", "return_rate"),
    ),
    "silent": KindOf(
        N_("Silent for longer than usual"),
        ("metric", "by"),
        ("where", "group", "members", "hours"),
        metrics=tuple(HAPPENINGS),
    ),
    "stock": KindOf(
        N_("Water level"),
        metrics=("available", "on_hand"),
        limits=("safety_stock", "reorder_point"),
    ),
    "stock_out": KindOf(
        N_("Sells out before new stock can come"),
        ("metric", "by"),
        _MEMBERS,
        metrics=("stockout_days",),
    ),
    "sell_through": KindOf(
        N_("Sells less than planned"), ("metric", "by"), _MEMBERS, metrics=("sell_through",)
    ),
    "sizes": KindOf(
        N_("Sizes missing"),
        metrics=("active_full_size_rate", "full_size_rate", "broken_size_rate"),
    ),
    "freshness": KindOf(N_("Data late"), ("table",), ("at",)),
    "quality": KindOf(N_("Data rejected"), ("table",), ()),
}
_SPECIFIC = {key for kind in KINDS.values() for key in (*kind.needs, *kind.takes)}


def check_rule(rule: Rule, where: str) -> None:
    """Whether a rule makes sense by itself.

    Raises:
        UserError: with the key, the reason and what is allowed; it begins with `where`.
    """
    _check_keys(rule, where)
    _check_names(rule, where)
    _check_limits(rule, where)
    _check_members(rule, where)


def _check_keys(rule: Rule, where: str) -> None:
    kind = KINDS[rule.kind]
    for key in kind.needs:
        if not getattr(rule, key):
            raise UserError(
                "{where}: {key} is missing: a rule of kind {of} needs {needs}.",
                where=where,
                key=key,
                of=rule.kind,
                needs=", ".join(kind.needs),
            )
    for key in sorted(rule.model_fields_set & _SPECIFIC - {*kind.needs, *kind.takes}):
        raise UserError(
            "{where}: {key} is for rules of other kinds; one of kind {of} takes {takes}.",
            where=where,
            key=key,
            of=rule.kind,
            takes=", ".join(sorted({*kind.needs, *kind.takes})) or "—",
        )


def _check_names(rule: Rule, where: str) -> None:
    named = [rule.metric, rule.loss, *rule.minimum]
    for name in (*named, *(each for each in (rule.below, rule.above) if isinstance(each, str))):
        if name is not None and name not in METRICS:
            raise unknown("metric", name, METRICS, where)
    for name in (*rule.by, *rule.where, *([rule.against] if rule.against else [])):
        if name not in DIMENSIONS:
            raise unknown("dimension", name, DIMENSIONS, where)
    if rule.table is not None and rule.table not in IMPORTED:
        raise unknown("table", rule.table, IMPORTED, where)
    allowed = KINDS[rule.kind].metrics
    if allowed and rule.metric not in allowed:
        raise _cannot(where, "metric", rule.metric, ", ".join(allowed))
    if rule.loss is not None and METRICS[rule.loss].unit != "money":
        money = [name for name, metric in METRICS.items() if metric.unit == "money"]
        raise unknown("metric in money", rule.loss, money, where)


def _check_limits(rule: Rule, where: str) -> None:
    if (rule.below is None) == (rule.above is None):
        raise UserError(
            "{where}: give exactly one of below and above: the limit is on one side.", where=where
        )
    limit = rule.limit
    if isinstance(limit, str):
        _check_metric_limit(rule, limit, where)
        return
    for key, sign in (("clear", rule.sign), ("critical", -rule.sign)):
        value = getattr(rule, key)
        if value is not None and (value - limit) * sign > 0:
            raise _cannot(where, key, value, f"{'≤' if sign > 0 else '≥'} {limit:g}")


def _check_metric_limit(rule: Rule, limit: str, where: str) -> None:
    metrics = KINDS[rule.kind].limits
    side = "below" if rule.sign < 0 else "above"
    if metrics is None:
        raise _cannot(where, side, limit, "0.25, 3, …")
    if metrics and limit not in metrics:
        raise _cannot(where, side, limit, ", ".join(metrics))
    for key in ("clear", "critical", "limits"):
        if getattr(rule, key):
            raise UserError(
                "{where}: {key} goes with a number as the limit, not with the metric {limit}: "
                "leave it out.",
                where=where,
                key=key,
                limit=limit,
            )


def _check_members(rule: Rule, where: str) -> None:
    if rule.limits and not rule.by:
        raise UserError("{where}: limits need by, the dimension of their members.", where=where)
    for name in rule.group or ():
        if name not in rule.by:
            raise unknown("dimension", name, rule.by, f"{where} group")
    if rule.against is not None and set(rule.by) == {rule.against}:
        others = [name for name in DIMENSIONS if name not in rule.by]
        raise unknown("dimension", rule.against, others, f"{where} against")
    if rule.kind == "target" and rule.by and len(rule.by) > 1:
        raise UserError(
            "{where}: by takes at most one dimension in a rule of kind target, as targets do.",
            where=where,
        )


def _cannot(where: str, key: str, value: object, allowed: str) -> UserError:
    return UserError(
        "{where}: {key} cannot be {value!r}. Allowed: {allowed}.",
        where=where,
        key=key,
        value=value,
        allowed=allowed,
    )
