"""Mappings say what is wrong with them, in one line; expressions only compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from connectors.errors import UserError
from connectors.importing.expressions import compile_expression
from connectors.importing.presets import mapping_text, preset_names, read_mapping

if TYPE_CHECKING:
    from pathlib import Path

SOUND = """
title = "Shop"
[columns]
order_id = { from = "Order" }
ordered_at = { from = "Date", kind = "date", formats = ["%Y-%m-%d"] }
[[feeds]]
table = "order_lines"
columns = { shop_id = "'shop'", line_id = "'1'" }
"""


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_sound_and_says_what_it_is(name: str) -> None:
    mapping = read_mapping(mapping_text(name), f"{name}.toml")
    assert mapping.name == name
    assert mapping.about


@pytest.mark.parametrize(
    ("found", "instead", "message"),
    [
        ("title", "titel", "x.toml: no key named 'titel'. Did you mean 'title'?"),
        ('title = "Shop"', "", "x.toml: title is missing."),
        ("from =", "frm =", "x.toml, columns.order_id: no key named 'frm'. Did you mean 'from'?"),
        ('"date"', '"day"', "x.toml: columns.ordered_at.kind cannot be 'day': Input should be "),
        (', formats = ["%Y-%m-%d"]', "", "a column of kind date needs formats"),
        ("%Y-%m-%d", "%Y-%q-%d", "%q in '%Y-%q-%d' is none of %Y, "),
        ("%Y-%m-%d", "%Y-%m-%d %H:%M", "has a time of day: its kind is datetime"),
        ("order_lines", "order_line", "feed of order_line: no table named 'order_line'. Did you "),
        ("shop_id =", "shop =", "feed of order_lines: no column named 'shop'. Did you mean "),
        ("'1'", "ordr_id", "line_id: no column named 'ordr_id'. Did you mean 'order_id'?"),
        ("'1'", "1 +", "line_id: '1 +' is no SQL expression: "),
        ("[columns]", 'currency = "GPB"\n[columns]', "x.toml: no currency named 'GPB'. Did you "),
        ("[columns]", 'time_zone = "Mars"\n[columns]', "x.toml: no time zone named 'Mars'."),
        ("[columns]", "document = 1\n[columns]", "x.toml: document cannot be 1: Input should be "),
        ("[columns]", "[columns", "x.toml is not valid TOML: "),
        (
            "[[feeds]]",
            "[[feeds]]\ntable = 'order_lines'\nbeside = true\n[[feeds]]",
            "x.toml: of several feeds of order_lines either all are beside or none is.",
        ),
        ("[[feeds]]", "[rules.r]\nwhen = 'nope > 1'\n[[feeds]]", "rules.r, when: no column named"),
    ],
)
def test_a_mistake_is_named_with_its_place(found: str, instead: str, message: str) -> None:
    read_mapping(SOUND, "x.toml")
    with pytest.raises(UserError) as caught:
        read_mapping(SOUND.replace(found, instead, 1), "x.toml")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_formats_that_read_the_same_texts_are_refused() -> None:
    """04-05-2022 is April or May: only the mapping can know, so it must say one of them."""
    both = SOUND.replace('"%Y-%m-%d"', '"%m-%d-%Y", "%d-%m-%Y"')
    with pytest.raises(UserError, match="'%m-%d-%Y' and '%d-%m-%Y' read the same texts"):
        read_mapping(both, "x.toml")


@pytest.mark.parametrize(
    "text",
    [
        "a IN (SELECT a FROM read_csv('{file}'))",
        "a IN (FROM read_csv('{file}'))",
        "EXISTS(select 1)",
        "a = ANY(SELECT 1)",
        "a IN ( /* */ SELECT 1)",
        "a -- SELECT",
        "E'\\'' || (SELECT 1) || '",
        "$$'$$ || (SELECT max(a) FROM read_csv('{file}')) || $$'$$",
        "a; DROP TABLE x",
        "'it''s' || (SELECT 1)",
    ],
)
def test_an_expression_cannot_read_files(text: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\nhidden\n")
    with pytest.raises(UserError, match="is not allowed in"):
        compile_expression(text.replace("{file}", str(secret)), ["a"], "x.toml")


def test_quoted_words_are_only_text() -> None:
    """What stands in a string or a name is data, however much it looks like a query."""
    frame = pl.DataFrame({"select": ["a", "b"]})
    text = "\"select\" || ' -- it''s (SELECT 1); /* */'"
    compiled = compile_expression(text, ["select"], "x.toml")
    assert frame.select(compiled).to_series().to_list() == [
        "a -- it's (SELECT 1); /* */",
        "b -- it's (SELECT 1); /* */",
    ]


def test_a_constant_stands_for_itself() -> None:
    frame = pl.DataFrame({"a": [1, 2]})
    assert frame.select(
        compile_expression(True, ["a"], "x").alias("yes"),
        compile_expression(3, ["a"], "x").alias("three"),
        "a",
    ).rows() == [(True, 3, 1), (True, 3, 2)]
