"""The Users page against counts over the rows themselves, and without the tables it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.engines import open_for_import
from connectors.schema import events
from connectors.settings import Settings
from metrics import run
from metrics.derived import BUILDERS
from tests.pages import shop, wardrobe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from streamlit.testing.v1 import AppTest

    from tests.pages.shop import Row

    Open = Callable[..., AppTest]

_SHOP, _LAST_WEEK = "mini", 7
_USUAL = {"view": 60, "cart": 20, "order": 12, "pay": 10}
_BROKEN = _USUAL | {"order": 2, "pay": 2}
_DEVICES = ("android", "ios")


def _reached(back: int, device: str) -> dict[str, int]:
    """How many sessions reach each step on the day so many days before the last."""
    return _BROKEN if device == "android" and back < _LAST_WEEK else _USUAL


def _events() -> list[Row]:
    rows = []
    for back in range(80):
        day = shop.LAST - timedelta(days=back)
        for device in _DEVICES:
            for step, (name, count) in enumerate(_reached(back, device).items()):
                for nth in range(count):
                    session = f"{day}{device}{nth}"
                    at = datetime(day.year, day.month, day.day, 6, step, tzinfo=UTC)
                    rows.append(
                        {
                            "shop_id": _SHOP,
                            "event_id": f"{session}{name}",
                            "event_at": at.replace(tzinfo=None),
                            "event_date": day,
                            "event_hour": 14,
                            "event_name": name,
                            "visitor_id": session,
                            "session_id": session,
                            "device": device,
                        }
                    )
    return rows


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("users")
    lines = wardrobe.order_rows()
    wardrobe.build(folder, lines)
    with open_for_import(str(folder), Settings(warehouse=str(folder)), wait=0) as writer:
        writer.stage(events, shop._frame(events, _events()))
        writer.merge(events)
        for builder in BUILDERS:
            builder.build(writer)
    return folder


def _opened(open_board: Open, folder: Path, **link: str) -> AppTest:
    app = open_board(folder, page="users", lang="en", range="last_7_days", **link)
    assert not app.exception
    assert not app.error
    return app


def _table(app: AppTest, *columns: str) -> Any:
    return next(each.value for each in app.dataframe if {*columns} <= {*each.value.columns})


def test_the_steps_by_device_are_the_sessions_that_reached_them(
    open_board: Open, full: Path
) -> None:
    rows = _table(_opened(open_board, full), "device", "funnel_view").set_index("device")
    for name, title in (("android", "Android"), ("ios", "iOS")):
        days = [_reached(back, name) for back in range(_LAST_WEEK)]
        total = {step: sum(day[step] for day in days) for step in _USUAL}
        assert rows.loc[title, "funnel_view"] == total["view"]
        assert rows.loc[title, "funnel_cart_rate"] == pytest.approx(total["cart"] / total["view"])
        assert rows.loc[title, "funnel_order_rate"] == pytest.approx(total["order"] / total["view"])
        assert rows.loc[title, "funnel_pay_rate"] == pytest.approx(total["pay"] / total["order"])


def test_the_steps_by_who_came_and_what_they_saw(open_board: Open, full: Path) -> None:
    """Each visitor of the rows comes once, and no product is named."""
    viewed = len(_DEVICES) * _LAST_WEEK * _USUAL["view"]
    for split, member in (("visitor_kind", "New visitors"), ("category", "(unknown)")):
        rows = _table(_opened(open_board, full, split=split), split, "funnel_view")
        assert dict(zip(rows[split], rows["funnel_view"], strict=True)) == {member: viewed}
    app = _opened(open_board, full, visitor_kind="returning")
    assert "Nothing was viewed in this range\\." in [each.value for each in app.info]


def test_the_broken_step_is_the_first_node(open_board: Open, full: Path) -> None:
    nodes = _table(_opened(open_board, full), "Step", "Verdict")
    first = nodes.iloc[0]
    assert (first["Step"], first["Verdict"]) == ("View → order", "more than chance")
    assert first["Segment"].endswith("Android")
    # 7 × (12 − 2) orders are missing, of which 10 in 12 would have paid
    assert first["Lost orders"] == str(round(7 * 10 * 10 / 12))
    assert (first["Step rate"], first["Usual"]) == ("3.33%", "20.00%")


def test_cards_are_the_visitors_of_the_rows(open_board: Open, full: Path) -> None:
    app = _opened(open_board, full)
    counted = [
        row
        for row in wardrobe._traffic()
        if row["traffic_date"] > shop.LAST - timedelta(days=_LAST_WEEK)
    ]
    logged = sum(_reached(back, each)["view"] for back in range(_LAST_WEEK) for each in _DEVICES)
    visitors = sum(row["visitors"] for row in counted) + logged
    paying = sum(row["paying_buyers"] for row in counted) + sum(
        _reached(back, each)["pay"] for back in range(_LAST_WEEK) for each in _DEVICES
    )
    assert app.metric[0].value == f"{visitors:,}"
    assert app.metric[4].value == f"{paying / visitors:.1%}".replace(".", r"\.")


def test_the_unit_of_the_funnel_is_in_the_link(open_board: Open, full: Path) -> None:
    app = _opened(open_board, full, funnel_unit="visitor", funnel_days="3")
    assert "Days after the first view" in [each.label for each in app.selectbox]
    wrong = _opened(open_board, full, funnel_unit="nobody", funnel_days="-1", split="price")
    assert "Days after the first view" not in [each.label for each in wrong.selectbox]


def test_without_traffic_and_events_it_says_what_to_bring(
    open_board: Open, warehouse: Path
) -> None:
    app = _opened(open_board, warehouse)
    said = "\n".join(each.value for each in (*app.info, *app.caption))
    assert "Daily traffic" in said


def test_a_filter_that_visits_lack_is_said(open_board: Open, full: Path) -> None:
    app = _opened(open_board, full, category="连衣裙")
    said = "\n".join(each.value for each in (*app.info, *app.caption))
    assert "Category" in said


def test_no_question_is_asked_twice(
    open_board: Open, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def counted(query: Any, *rest: Any) -> Any:
        asked.append(query)
        return run(query, *rest)

    monkeypatch.setattr("pages.ui.board.run", counted)
    app = _opened(open_board, full)
    assert len(asked) == len(set(asked)) > 0
    before = len(asked)
    app.run()
    assert len(asked) == before
