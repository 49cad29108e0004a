"""What an import would do, and what it did: counts that add up, rows as stored, rows refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import polars as pl
import streamlit as st

from connectors.importing.report import SUPERSEDED, in_words
from connectors.schema.column_titles import COLUMN_TITLES
from connectors.text import N_
from pages.ui import formats
from pages.ui.names import plain, shortened, table_title
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.importing.preview import Preview
    from connectors.importing.report import Report
    from connectors.settings import Settings
    from pages.data.choose import Plan

_REJECT = {"file": N_("File"), "line": N_("Line"), "reason": N_("Reason"), "row": N_("Row")}
_SHOWN, _HIGHEST = 6, 245
_RULES = {
    SUPERSEDED: N_("Stated again later in the same import"),
    "joined_in": N_("Joined to the rows of the other file"),
}


def show_preview(tried: Preview, plan: Plan, settings: Settings) -> None:
    """What would become of the first rows."""
    _counts(
        {
            _("Rows read"): tried.read,
            _("To be stored"): tried.accepted,
            _("Excluded"): sum(tried.excluded.values()),
            _("Rejected"): sum(tried.rejected.values()),
        }
    )
    if not tried.is_whole:
        text = _("Only the first {rows} rows were tried; the import takes them all.")
        st.caption(plain(text.format(rows=formats.exact(tried.read, "count", None))))
    _reasons(tried.excluded, tried.rejected, plan)
    for table, rows in sorted(tried.stored.items(), key=lambda each: each[0] != plan.table):
        st.markdown(
            f"**{plain(_('{table}: as it would be stored').format(table=table_title(table)))}**"
        )
        _rows(rows, settings)
    if tried.rejects.height:
        st.markdown(f"**{plain(_('Rows that would be rejected'))}**")
        _refused(tried.rejects)


def show_report(report: Report, plan: Plan) -> None:
    """What became of every row."""
    st.subheader(_("Report"), anchor=False)
    _counts(
        {
            _("Rows read"): report.read,
            _("Loaded"): report.loaded,
            _("Updated"): report.updated,
            _("Unchanged"): report.unchanged,
            _("Excluded"): sum(report.excluded.values()),
            _("Rejected"): sum(report.rejected.values()),
        }
    )
    _reasons(report.excluded, report.rejected, plan, report.excluded_amount)
    if report.first_date:
        text = _("dates {first} to {last}, currency {currency}")
        values = {"first": report.first_date, "last": report.last_date}
        st.text(text.format(**values, currency=report.currency or formats.DASH))
    for name, merge in report.tables.items():
        if merge.written or merge.removed:
            text = _("{table}: {written} rows written, {removed} removed")
            counts = {"written": f"{merge.written:,}", "removed": f"{merge.removed:,}"}
            st.text(text.format(table=table_title(name), **counts))
    if report.rejected:
        st.info(_("Rejected rows can be mended on the page “Imports and rejects”."))


def _counts(counts: Mapping[str, int]) -> None:
    with st.container(horizontal=True):
        for label, count in counts.items():
            st.metric(label, formats.exact(count, "count", None), width="content")


def _reasons(
    excluded: Mapping[str, int],
    rejected: Mapping[str, int],
    plan: Plan,
    amounts: Mapping[str, float] | None = None,
) -> None:
    mapping = plan.mapping
    about = _RULES | {name: each.about for name, each in mapping.rules.items() if each.about}
    about |= {each.rule: each.about for each in mapping.blocks if each.about}
    for rule, count in excluded.items():
        title = _(about.get(rule) or rule)
        amount = (amounts or {}).get(rule)
        more = "" if amount is None else f" ({amount:,.2f})"
        st.text(_("Excluded: {rows} × {what}").format(rows=f"{count:,}", what=title) + more)
    for reason, count in rejected.items():
        what = shortened(in_words(reason, _))
        st.text(_("Rejected: {rows} × {what}").format(rows=f"{count:,}", what=what))


def _rows(rows: pl.DataFrame, settings: Settings) -> None:
    """Rows of a table: times as the business's clock shows them."""
    shown = rows.select(name for name in rows.columns if name in COLUMN_TITLES)
    utc = pl.col(pl.Datetime).dt.replace_time_zone("UTC")
    local = utc.dt.convert_time_zone(settings.time_zone).dt.replace_time_zone(None)
    configured: dict[str, Any] = {}
    for name, dtype in shown.schema.items():
        title = _(COLUMN_TITLES[name])
        configured[name] = st.column_config.Column(title)
        if dtype == pl.Date:
            configured[name] = st.column_config.DateColumn(title, format="YYYY-MM-DD")
    money = pl.col(pl.Decimal).cast(pl.Float64)
    st.dataframe(
        shown.with_columns(local, money),
        hide_index=True,
        column_config=configured,
        placeholder=formats.DASH,
        height=_height(shown),
    )


def _refused(rejects: pl.DataFrame) -> None:
    words = [in_words(reason, _) for reason in rejects["reason"]]
    shown = rejects.with_columns(pl.Series("reason", words, dtype=pl.String))
    titles = {name: st.column_config.Column(_(title)) for name, title in _REJECT.items()}
    st.dataframe(shown, hide_index=True, column_config=titles, height=_height(shown))


def _height(rows: pl.DataFrame) -> int | Literal["auto"]:
    """Not so high that the button below is out of sight."""
    return _HIGHEST if rows.height > _SHOWN else "auto"
