"""`python -m metrics targets|baselines`: from a sheet to an attainment, without a browser."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.__main__ import main as connectors
from connectors.settings import load_settings
from connectors.state import open_state
from metrics.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

SHEET = """metric,from,to,amount,level,level_over_baseline,shop
paid_sales,2026-03-01,2026-03-05,1000,,,
paid_sales,2026-03-01,2026-03-05,400,,,a
order_value,,,,,20%,
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Four days of two shops: 100 and 150 a day."""
    folder = tmp_path_factory.mktemp("plan")
    lines = ["shop_id,order_id,line_id,ordered_at,sku_id,category,quantity,unit_price"]
    for n in range(4):
        day = date(2026, 3, 1) + timedelta(days=n)
        lines += [f"a,o{n},1,{day} 10:00,S1,dress,1,100", f"b,o{n},1,{day} 10:00,S1,dress,1,150"]
    (folder / "lines.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOARD_WAREHOUSE", str(folder / "warehouse"))
        arguments = [str(folder / "lines.csv"), "--as", "order_lines", "--mapping", "canonical"]
        assert connectors(["import", *arguments]) == 0
    return str(folder / "warehouse")


@pytest.fixture(autouse=True)
def settings(warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state of its own, no defaults, in English, as dora."""
    (tmp_path / "targets.toml").touch()
    for name, value in {
        "BOARD_WAREHOUSE": warehouse,
        "BOARD_STATE": str(tmp_path / "state.db"),
        "BOARD_TARGETS": str(tmp_path / "targets.toml"),
        "BOARD_LANGUAGE": "en",
        "LOGNAME": "dora",
    }.items():
        monkeypatch.setenv(name, value)


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def records(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    code, out, _ = asked(capsys, *arguments)
    assert code == 0
    found: list[dict[str, object]] = json.loads(out)
    return found


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    """The sheet."""
    (tmp_path / "plan.csv").write_text(SHEET)
    return str(tmp_path / "plan.csv")


def test_a_sheet_is_imported_once(capsys: pytest.CaptureFixture[str], sheet: str) -> None:
    done = asked(capsys, "targets", "import", sheet)
    assert done == (0, "Targets: 3 added, 0 changed, 0 unchanged.\n", "")
    done = asked(capsys, "targets", "import", sheet)
    assert done == (0, "Targets: 0 added, 0 changed, 3 unchanged.\n", "")
    listed = records(capsys, "targets", "list", "--json")
    ids = [target.pop("id") for target in listed]
    assert len(set(ids)) == 3
    whole = {"from": "2026-03-01", "to": "2026-03-05", "level": None, "level_over_baseline": None}
    assert listed == [
        {"metric": "order_value", "where": {}, "from": None, "to": None, "amount": None,
         "level": None, "level_over_baseline": 0.2, "note": ""},
        {"metric": "paid_sales", "where": {"shop": ["a"]}, **whole, "amount": 400.0, "note": ""},
        {"metric": "paid_sales", "where": {}, **whole, "amount": 1000.0, "note": ""},
    ]  # fmt: skip
    history = open_state(load_settings()).history("targets")
    assert {change.who for change in history} == {"dora"}


def test_attainment_follows_the_sheet(capsys: pytest.CaptureFixture[str], sheet: str) -> None:
    asked(capsys, "targets", "import", sheet)
    question = ("query", "target_attainment", "--from", "2026-03-01", "--to", "2026-03-05")
    [row] = records(capsys, *question, "--format", "json")
    assert row["target_attainment"] == pytest.approx(4 * 250 / 1000)
    [row] = records(capsys, *question, "--where", "shop=a", "--format", "json")
    assert row["target_attainment"] == pytest.approx(4 * 100 / 400)


def test_a_bad_sheet_changes_nothing(capsys: pytest.CaptureFixture[str], sheet: str) -> None:
    asked(capsys, "targets", "import", sheet)
    before = records(capsys, "targets", "list", "--json")
    with open(sheet, "a") as file:  # noqa: PTH123
        file.write("paid_sales,2026-03-01,2026-03-05,x,,,b\n")
    code, out, err = asked(capsys, "targets", "import", sheet)
    assert (code, out) == (2, "")
    assert err == "plan.csv:5: amount is 'x': write a number as 1200000, 0.42 or 42%.\n"
    assert records(capsys, "targets", "list", "--json") == before
    code, _, err = asked(capsys, "targets", "import", "nowhere.csv")
    assert code == 2
    assert err.startswith("There is no file nowhere.csv.")


def test_a_target_is_removed(capsys: pytest.CaptureFixture[str], sheet: str) -> None:
    asked(capsys, "targets", "import", sheet)
    first = records(capsys, "targets", "list", "--json")[0]
    assert asked(capsys, "targets", "remove", str(first["id"])) == (0, "Removed order_value.\n", "")
    assert len(records(capsys, "targets", "list", "--json")) == 2
    code, _, err = asked(capsys, "targets", "remove", str(first["id"]))
    assert code == 2
    assert err.startswith("No target named ")


def test_a_baseline_is_what_the_query_says(capsys: pytest.CaptureFixture[str], sheet: str) -> None:
    asked(capsys, "targets", "import", sheet)
    span = ("--from", "2026-03-01", "--to", "2026-03-03")
    question = ("query", "order_value", *span, "--compare", "target", "--format", "json")
    assert records(capsys, *question)[0]["order_value_target"] is None
    _, _, notes = asked(capsys, *question)
    assert "none is recorded for it" in notes
    code, out, _ = asked(capsys, "baselines", "record", "order_value", *span)
    assert (code, out) == (
        0, "Recorded the baseline order_value 2026-03-01..2026-03-03: 125.\n",
    )  # fmt: skip
    asked(capsys, "baselines", "record", "order_value", *span, "--where", "shop=b")
    asked(capsys, "baselines", "record", "order_value", *span)
    listed = records(capsys, "baselines", "list", "--json")
    assert [(each["where"], each["value"]) for each in listed] == [
        ({"shop": ["b"]}, 150),
        ({}, 125),
    ]
    [row] = records(capsys, *question)
    assert row["order_value"] == 125
    assert row["order_value_target"] == pytest.approx(150)
    _, out, _ = asked(capsys, "targets", "list")
    assert "metric=order_value  level_over_baseline=0.2" in out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("order_valu",), "No metric named 'order_valu'. Did you mean 'order_value'?"),
        (("refund_rate",), "refund_rate is not known from 2026-03-01 to 2026-03-05. Nothing was"),
        (("orders", "--where", "shop"), "--where takes NAME=VALUE, not 'shop'."),
        (
            ("orders", "--to", "2026-03-06"),
            "The facts of orders are known up to 2026-03-05 00:00: a baseline has to end by then.",
        ),
        (("orders", "--to", "soon"), "--to is 'soon': write a date as 2024-06-18."),
    ],
)
def test_what_is_no_baseline(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], problem: str
) -> None:
    span = ("--from", "2026-03-01", "--to", "2026-03-05")
    code, out, err = asked(capsys, "baselines", "record", *span, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(problem)
    assert records(capsys, "baselines", "list", "--json") == []
