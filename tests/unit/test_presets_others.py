"""The presets of reviews and of the marketing mix, beside the csv module over the raw rows."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.importing import Board


def test_reviews_stand_in_for_a_survey(board: Board, data: Path) -> None:
    folder = data / "womens_clothing_reviews"
    report = board.imported("surveys", "clothing_reviews", folder)
    [file] = folder.iterdir()
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert report["read"] == report["loaded"] == len(rows) == 23_486
    groups = {"5": "promoter", "4": "passive", "3": "detractor", "2": "detractor", "1": "detractor"}
    expected = Counter(
        (
            row["Clothing ID"],
            row["Class Name"],
            float(row["Rating"]),
            groups[row["Rating"]],
            row["Age"],
        )
        for row in rows
    )
    found = board.sql(
        """SELECT style_id, coalesce(category, ''), score, nps_group, age::VARCHAR FROM surveys
        WHERE is_proxy AND answered_at IS NULL AND answered_date IS NULL"""
    )
    assert Counter(found) == expected
    by_group = dict(board.sql("SELECT nps_group, count(*) FROM surveys GROUP BY 1"))
    assert by_group == {"promoter": 13_131, "passive": 5_077, "detractor": 2_871 + 1_565 + 842}


def test_what_customers_wrote_is_not_kept(board: Board, data: Path) -> None:
    board.imported("surveys", "clothing_reviews", data / "womens_clothing_reviews")
    assert not [row for row in board.rows("surveys") if "comfortable" in repr(row)]


def test_channels_side_by_side_become_rows(board: Board, data: Path) -> None:
    folder = data / "marketing_mix"
    report = board.imported("ad_spend", "marketing_mix", folder)
    [file] = folder.iterdir()
    with file.open(encoding="utf-8", newline="") as text:
        weeks = list(csv.DictReader(text))
    assert report["read"] == report["loaded"] == len(weeks) == 208
    assert report["tables"]["ad_spend"]["written"] == 5 * len(weeks)
    assert report["currency"] is None
    assert (report["first_date"], report["last_date"]) == ("2015-11-23", "2019-11-11")
    cents = Decimal("0.0001")
    expected = {
        (week["DATE"], channel): Decimal(week[f"{channel}_S"]).quantize(cents)
        for week in weeks
        for channel in ("tv", "ooh", "print", "facebook", "search")
    }
    found = board.sql("SELECT strftime(spend_date, '%Y-%m-%d'), channel, spend FROM ad_spend")
    assert {(day, channel): spend for day, channel, spend in found} == expected
    counted = board.sql(
        """SELECT channel, count(impressions), sum(impressions), count(clicks), sum(clicks)
        FROM ad_spend WHERE impressions IS NOT NULL OR clicks IS NOT NULL GROUP BY 1 ORDER BY 1"""
    )
    views = sum(round(Decimal(week["facebook_I"])) for week in weeks)
    clicks = sum(round(Decimal(week["search_clicks_P"])) for week in weeks)
    assert counted == [("facebook", 208, views, 0, None), ("search", 0, None, 208, clicks)]
