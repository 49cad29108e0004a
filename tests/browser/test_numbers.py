"""What the page says is what the command says; names from data are only ever text."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.reader import click_row, opened, settled
from tests.browser.server import ROOT
from tests.pages import shop

if TYPE_CHECKING:
    from playwright.sync_api import Page

_TITLES = {
    "paid_sales": "Paid sales",
    "orders": "Paid orders",
    "order_value": "Order value",
    "units": "Units sold",
    "refund_rate": "Refund rate",
    "expected_net_sales": "Expected net sales",
}


def _command(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "metrics", "query", *_TITLES, *arguments, "--format", "json"]
    env = {**os.environ, "BOARD_WAREHOUSE": str(folder)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True)
    records: list[dict[str, Any]] = json.loads(done.stdout)
    return records


def _downloaded(page: Page) -> tuple[list[list[str]], list[dict[str, str]]]:
    """The question, and the rows under their titles."""
    with page.expect_download() as waiting:
        page.locator(".st-key-take-away").get_by_role("button", name="Download CSV").click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    lines = list(csv.reader(StringIO(text)))
    end = lines.index([])
    return lines[:end], [dict(zip(lines[end + 1], line, strict=True)) for line in lines[end + 2 :]]


@pytest.mark.parametrize(
    ("link", "arguments"),
    [
        (
            "range=last_7_days&by=category",
            ["--from=2022-06-24", "--to=2022-07-01", "--by=category"],
        ),
        (
            "range=custom&first=2022-05-01&last=2022-05-31&by=shop&region=%E6%B5%99%E6%B1%9F",
            ["--from=2022-05-01", "--to=2022-06-01", "--by=shop", "--where=region=浙江"],
        ),
    ],
)
def test_the_table_is_what_the_command_says(
    address: str, shop_folder: Path, page: Page, link: str, arguments: list[str]
) -> None:
    opened(page, f"{address}/sales?{link}")
    question, (total, *rows) = _downloaded(page)
    by = next(each.removeprefix("--by=") for each in arguments if each.startswith("--by="))
    (expected,) = _command(shop_folder, *(each for each in arguments if "--by" not in each))
    groups = _command(shop_folder, *arguments)
    assert question[0][0] == "Range"
    assert len(rows) == len(groups) > 1
    for row, record in zip([total, *rows], [expected, *groups], strict=True):
        for name, title in _TITLES.items():
            assert float(row[title]) == pytest.approx(record[name]), (row, by)


def test_the_cards_are_what_the_command_says(address: str, shop_folder: Path, page: Page) -> None:
    opened(page, f"{address}/sales?range=this_month")
    (expected,) = _command(shop_folder, "--from=2022-06-01", "--to=2022-07-01")
    page.get_by_role("button", name="Paid sales", exact=True).hover()
    exact = f"¥{expected['paid_sales']:,.2f}"
    expect(page.get_by_role("tooltip").filter(has_text=exact)).to_be_visible()


def test_a_number_opens_what_it_means(address: str, page: Page) -> None:
    opened(page, f"{address}/sales?range=last_7_days")
    meaning = page.get_by_text("Counted from: Order lines")
    expect(meaning).to_have_count(0)
    page.get_by_role("button", name="Paid sales", exact=True).click()
    expect(meaning.first).to_be_visible()
    expect(page.get_by_text("Range: 24–30 Jun 2022")).to_be_visible()
    page.get_by_text("SQL", exact=True).click()
    expect(page.get_by_text("FROM order_lines").first).to_be_visible()


@pytest.mark.parametrize("name", [shop.HOSTILE, shop.MARKDOWN])
def test_names_are_text(address: str, page: Page, name: str) -> None:
    opened(page, f"{address}/sales?by=category")
    _, rows = _downloaded(page)
    click_row(page, [row["Category"].removeprefix("'") for row in rows].index(name))
    chip = page.get_by_role("button", name="Category: ")
    expect(chip).to_be_visible()
    expect(page.get_by_role("button", name="All", exact=True)).to_be_visible()
    settled(page)
    shown = (chip.text_content() or "").replace("\u200b", "")
    assert shown.removesuffix("close").strip() == f"Category: {name}"
    assert page.title().startswith("Sales")
    assert page.locator("main p a, main p strong, main .katex").count() == 0
