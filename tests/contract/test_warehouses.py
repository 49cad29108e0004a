"""What a warehouse was built with, and who may read and import at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from connectors.engines import Meta, connect, open_for_import
from connectors.errors import UserError
from connectors.schema import SCHEMA_VERSION, order_lines
from connectors.settings import Settings
from tests.contract.loading import frame_of, line, load

if TYPE_CHECKING:
    from connectors.engines import Connector

c = order_lines.c


def _orders(connector: Connector) -> list[str]:
    return sorted(connector.frame(select(c.order_id))["order_id"])


def test_a_warehouse_keeps_what_it_was_built_with(url: str) -> None:
    settings = Settings(time_zone="Europe/London", currency="GBP")
    load(url, settings, order_lines, [line("a")])
    assert connect(url, settings).meta() == Meta(SCHEMA_VERSION, "Europe/London", "GBP", demo=False)


def test_the_first_currency_stays(url: str, settings: Settings) -> None:
    with open_for_import(url, settings, wait=0) as writer:
        currencies = [writer.meta.currency]
        writer.set_currency("INR")
        assert [*currencies, writer.meta.currency] == [None, "INR"]
    assert connect(url, settings).meta().currency == "INR"
    before = connect(url, settings).version
    with open_for_import(url, settings, wait=0) as writer:
        writer.set_currency("INR")
        with pytest.raises(ValueError, match="INR and cannot become GBP"):
            writer.set_currency("GBP")
    assert connect(url, settings).version == before


def test_another_time_zone_is_refused(url: str, settings: Settings) -> None:
    load(url, settings, order_lines, [line("a")])
    london = Settings(time_zone="Europe/London")
    for attempt in (lambda: connect(url, london), lambda: load(url, london, order_lines)):
        with pytest.raises(UserError, match=r"Asia/Shanghai.*Europe/London.*connectors rebuild"):
            attempt()
    assert _orders(connect(url, settings)) == ["a"]


def test_another_schema_version_is_refused(
    url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(url, settings, order_lines, [line("a")])
    monkeypatch.setattr("connectors.engines.checks.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    refused = rf"are of version {SCHEMA_VERSION}.*needs {SCHEMA_VERSION + 1}.*connectors rebuild"
    for attempt in (lambda: connect(url, settings), lambda: load(url, settings, order_lines)):
        with pytest.raises(UserError, match=refused):
            attempt()


def test_building_anew_leaves_everything_behind(url: str, settings: Settings) -> None:
    load(url, settings, order_lines, [line("a")])
    reader = connect(url, settings)
    london = Settings(time_zone="Europe/London")
    with open_for_import(url, london, wait=0, anew=True) as writer:
        assert writer.tables() == frozenset()
        writer.stage(order_lines, frame_of(order_lines, [line("z")]))
        writer.merge(order_lines)
        assert _orders(reader) == ["a"]
    assert _orders(connect(url, london)) == ["z"]
    assert connect(url, london).version != reader.version


def test_a_real_import_leaves_the_demo_behind(url: str, settings: Settings) -> None:
    for order in ("demo1", "demo2"):
        with open_for_import(url, settings, wait=0, demo=True) as writer:
            writer.stage(order_lines, frame_of(order_lines, [line(order)]))
            writer.merge(order_lines)
    assert connect(url, settings).meta().demo
    assert _orders(connect(url, settings)) == ["demo1", "demo2"]
    load(url, settings, order_lines, [line("real")])
    assert not connect(url, settings).meta().demo
    assert _orders(connect(url, settings)) == ["real"]


def test_a_second_import_is_told_who_is_first(url: str, settings: Settings) -> None:
    with open_for_import(url, settings, wait=0, what="online_retail (305 files)"):
        with pytest.raises(UserError, match=r"online_retail \(305 files\) \(process \d+, since 20"):
            load(url, settings, order_lines, [line("b")])
        with pytest.raises(UserError, match="Another import is running"):
            open_for_import(url, settings, wait=0.2).__enter__()
    load(url, settings, order_lines, [line("b")])
    assert _orders(connect(url, settings)) == ["b"]


def test_a_second_import_waits_and_says_for_whom(
    url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = StringIO()
    monkeypatch.setattr("sys.stderr", said)

    def second() -> None:
        with open_for_import(url, settings, wait=60) as writer:
            writer.stage(order_lines, frame_of(order_lines, [line("b")]))
            writer.merge(order_lines)

    with ThreadPoolExecutor(1) as pool:
        with open_for_import(url, settings, wait=0, what="the first") as writer:
            later = pool.submit(second)
            while "the first" not in said.getvalue():
                assert not later.done()
            writer.stage(order_lines, frame_of(order_lines, [line("a")]))
            writer.merge(order_lines)
        later.result()
    assert "Waiting for another import: the first (process " in said.getvalue()
    assert _orders(connect(url, settings)) == ["a", "b"]


def test_many_threads_read_while_imports_run(url: str, settings: Settings) -> None:
    """Each import adds two lines of one order, so nobody may see one without the other."""
    load(url, settings, order_lines, [line("0", "1"), line("0", "2")])
    counted = select(c.order_id, func.count().label("n")).group_by(c.order_id)
    stop = Event()

    def read() -> set[int]:
        seen = set()
        while not stop.is_set():
            found = connect(url, settings).frame(counted)
            assert set(found["n"]) == {2}
            assert sorted(map(int, found["order_id"])) == list(range(found.height))
            seen.add(found.height)
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for order in range(1, 6):
                load(url, settings, order_lines, [line(str(order), "1"), line(str(order), "2")])
        finally:
            stop.set()
        seen = set().union(*(reader.result() for reader in readers))
    assert seen <= set(range(1, 7))
    assert connect(url, settings).frame(counted).height == 6
