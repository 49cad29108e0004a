"""Targets from files: what a sheet and a TOML file may say, and where a mistake stands."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]

from connectors.errors import UserError
from connectors.settings import Settings
from connectors.state import Target, segment_of
from metrics.target_list import default_targets
from metrics.target_sheet import read_targets

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings()
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
EXPECTED = (
    Target(metric="paid_sales", start=MARCH, end=APRIL, amount=1_200_000.5, note="plan, v2"),
    Target(
        metric="paid_sales",
        segment=segment_of({"shop": ["旗舰店"], "category": ["dress"]}),
        start=MARCH,
        end=APRIL,
        amount=3e5,
    ),
    Target(metric="gross_margin", level=0.42),
    Target(metric="refund_rate", level_over_baseline=-0.2, start=MARCH),
)
CSV = """\ufeffmetric,from , to,amount,level,level_over_baseline,shop,category,note
paid_sales,2025-03-01,2025-04-01,"1,200,000.5",,,,,"plan, v2"
paid_sales,2025-03-01,2025-04-01,3e5,,,旗舰店, dress ,

,,,,,,,,
gross_margin,,,,42%,,,,
refund_rate,2025-03-01,,,,-20 %,,,
"""


def read(folder: Path, text: str) -> tuple[Target, ...]:
    file = folder / "plan.csv"
    file.write_text(text, encoding="utf-8")
    return read_targets(str(file), SETTINGS)


def test_a_csv_sheet(tmp_path: Path) -> None:
    assert read(tmp_path, CSV) == EXPECTED


def test_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    march, april = datetime(2025, 3, 1), datetime(2025, 4, 1)  # noqa: DTZ001 (Excel has no zones)
    for row in (
        [
            "metric",
            "from",
            "to",
            "amount",
            "level",
            "level_over_baseline",
            "shop",
            "category",
            "note",
        ],
        ["paid_sales", march, april, 1_200_000.5, None, None, None, None, "plan, v2"],
        ["paid_sales", march, april, 300_000, None, None, "旗舰店", "dress"],
        ["gross_margin", None, None, None, 0.42],
        ["refund_rate", march, None, None, None, -0.2],
    ):
        sheet.append(row)
    book.save(tmp_path / "plan.xlsx")
    assert read_targets(str(tmp_path / "plan.xlsx"), SETTINGS) == EXPECTED


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("metric,levle\nm,1", "plan.csv: no column named 'levle'. Did you mean 'level'?"),
        ("metric,level\ngross_magin,1", "plan.csv:2: no metric named 'gross_magin'. Did you mean"),
        ("metric,level\n,1", "plan.csv:2: metric is missing"),
        ("metric,level\ngross_margin,40\ngross_margin,4O%", "plan.csv:3: level is '4O%': write a"),
        ("metric,level\ngross_margin,nan", "plan.csv:2: level is 'nan': write a number"),
        ("metric,level\ngross_margin,%", "plan.csv:2: level is '%': write a number"),
        ('metric,level\ngross_margin,"1,2"', "plan.csv:2: level is '1,2': write a number"),
        ("metric,level,from\ngross_margin,1,3/4/25", "plan.csv:2: from is '3/4/25': write a date"),
        ("metric,amount\npaid_sales,1", "plan.csv:2: an amount needs from and to"),
        ("metric,level\norders,1", "plan.csv:2: orders adds up over days: give an amount"),
        (
            "metric,amount,from,to\ngross_margin,1,2025-01-01,2025-02-01",
            "plan.csv:2: gross_margin does not add up over days: give a level",
        ),
        ("metric,level,amount\ngross_margin,1,1", "plan.csv:2: give exactly one of amount, level"),
        (
            "metric,level,from,to\ngross_margin,1,2025-02-01,2025-02-01",
            "plan.csv:2: the range ends on 2025-02-01, not after its start",
        ),
        (
            "metric,level,shop\ngross_margin,1,a\ngross_margin,1,\ngross_margin,2, a",
            "plan.csv:4: gross_margin shop=a has a target in plan.csv:2 already",
        ),
    ],
)
def test_a_mistake_in_a_sheet_is_found(tmp_path: Path, rows: str, problem: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, rows)
    assert str(caught.value).startswith(problem)


def test_one_sheet_at_a_time(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("metric,level\ngross_margin,1")
    with pytest.raises(UserError, match="means 2 files: name one"):
        read_targets(str(tmp_path), SETTINGS)


@given(number=st.floats(min_value=-1e15, max_value=1e15), thousands=st.booleans())
def test_any_number_is_read_as_written(
    tmp_path_factory: pytest.TempPathFactory, number: float, *, thousands: bool
) -> None:
    text = f"{number:,.6f}" if thousands else repr(number)
    [target] = read(tmp_path_factory.mktemp("n"), f'metric,level\ngross_margin,"{text}"')
    assert target.level is not None
    assert math.isclose(target.level, number, rel_tol=0, abs_tol=5e-7 if thousands else 0)


MARGIN = 'metric = "gross_margin"\n'
LEVEL = MARGIN + "level = 1\n"


def in_toml(folder: Path, text: str) -> tuple[Target, ...]:
    file = folder / "plan.toml"
    file.write_text(text, encoding="utf-8")
    return default_targets(Settings(targets=str(file)))


def test_a_toml_file(tmp_path: Path) -> None:
    text = """
[[target]]
metric = "paid_sales"
from = 2025-03-01
to = 2025-04-01
amount = 1200000.5
note = "plan, v2"
[[target]]
metric = "paid_sales"
where = { shop = ["旗舰店"], category = ["dress"] }
from = 2025-03-01
to = 2025-04-01
amount = 300000
[[target]]
metric = "gross_margin"
level = 0.42
[[target]]
metric = "refund_rate"
from = 2025-03-01
level_over_baseline = -0.2
"""
    assert in_toml(tmp_path, text) == EXPECTED


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (MARGIN + "lvl = 1", "no key of a target named 'lvl'. Did you"),
        ("level = 1", "metric is missing"),
        (MARGIN + 'level = "1"', "level cannot be '1'. As an example:"),
        (MARGIN + "level = true", "level cannot be True"),
        (MARGIN + "level = inf", "level is inf, not a number"),
        (LEVEL + 'from = "2025-01-01"', "from cannot be '2025-01-01'"),
        (LEVEL + "from = 2025-01-01T00:00:00", "from cannot be datetime"),
        (LEVEL + 'where = {shop = "a"}', "where.shop cannot be 'a'"),
        (LEVEL + 'where = {shp = ["a"]}', "no dimension named 'shp'. Did"),
        (LEVEL + "where = {shop = []}", "shop names no member"),
        ('metric = "orders"\nlevel = 1', "orders adds up over days"),
    ],
)
def test_a_mistake_in_a_toml_file_is_found(tmp_path: Path, entry: str, problem: str) -> None:
    with pytest.raises(UserError) as caught:
        in_toml(tmp_path, f'[[target]]\nmetric = "net_margin"\nlevel = 1\n[[target]]\n{entry}')
    assert str(caught.value).startswith(f"plan.toml, target 2: {problem}")


def test_the_defaults_that_ship_are_targets() -> None:
    assert {target.metric for target in default_targets(SETTINGS)} >= {"gross_margin", "net_margin"}
