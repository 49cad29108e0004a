"""What a page's tables show beside what the command says of the same four weeks."""

from __future__ import annotations

import json
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import pytest

from metrics.__main__ import main

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

_RANGE = ["--from", "2022-06-03", "--to", "2022-07-01"]


def table(app: AppTest, *columns: str) -> list[dict[str, Any]]:
    """The one table that has these columns."""
    (shown,) = (each.value for each in app.dataframe if {*columns} <= {*each.value.columns})
    records: list[dict[str, Any]] = shown.to_dict("records")
    return records


def said(capsys: pytest.CaptureFixture[str], names: list[str], *more: str) -> list[dict[str, Any]]:
    """The records of the command."""
    assert main(["query", *names, *_RANGE, *more, "--format", "json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def agree(shown: dict[str, Any], told: dict[str, Any], names: list[str]) -> bool:
    """Whether the numbers are alike; what the command does not know is empty in the table."""
    pairs = [(shown.get(name, nan), told[name]) for name in names]
    return all(isnan(one) if other is None else one == pytest.approx(other) for one, other in pairs)
