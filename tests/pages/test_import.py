"""The first import in the browser: from dropped files to the warehouse, and what is refused."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import duckdb
import pytest

from connectors.engines.lock import import_lock
from connectors.importing.presets import preset_names
from connectors.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    Open = Callable[..., AppTest]
    Files = list[tuple[str, bytes, str]]

RETAIL = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1,22423,CAKE STAND,2,2011-01-04 10:00:00,10.95,17850.0,France
1,POST,POSTAGE,1,2011-01-04 10:00:00,18.00,17850.0,France
2,85123A,HEART,x,2011-01-04 11:00:00,2.55,,Spain
3,85123A,HEART,3,2011-01-04 11:00:00,2.55,,Spain
"""
OWN = """Bestellnummer;Datum;Article;Menge;Preis
1;03/04/2024;<script>alert(1)</script>;2;1.234,50
1;03/04/2024;**b** $x$ :smile:;1;99,00
2;05/06/2024;=1+1;one;10,00
3;07/06/2024;S3;1;5,50
"""
BY_HAND = "Map the columns by hand"


def _dropped(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, data, "text/csv") for name, data in files])
    return app.run()


def _said(app: AppTest) -> str:
    shown = (*app.text, *app.info, *app.caption, *app.markdown, *app.error)
    return _plain("\n".join(str(each.value) for each in shown))


def _plain(markdown: str) -> str:
    """What a reader sees of a text that was escaped."""
    return markdown.replace("\\", "").replace("\u200b", "")


def _counts(app: AppTest) -> list[tuple[str, str]]:
    return [(metric.label, metric.value) for metric in app.metric]


def _press(app: AppTest, label: str) -> AppTest:
    [button] = [each for each in app.button if each.label == label]
    return button.click().run()


def _by_hand(app: AppTest) -> AppTest:
    app.selectbox[0].set_value("by hand").run()
    assert not app.error, app.error[0].value
    return app


def _chosen(app: AppTest, label: str, value: object) -> None:
    [box] = [each for each in (*app.selectbox, *app.text_input) if each.label.startswith(label)]
    box.set_value(value).run()


def _rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    name = json.loads((folder / "current").read_bytes())["generation"]
    with duckdb.connect(folder / f"generation-{name}.duckdb", read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


def test_a_known_source_is_recognised_tried_and_imported(open_board: Open, tmp_path: Path) -> None:
    app = _dropped(open_board(tmp_path / "w"), ("day.csv", RETAIL.encode()))
    assert app.selectbox[0].value == "online_retail"
    tried = [("Rows read", "4"), ("To be stored", "2"), ("Excluded", "1"), ("Rejected", "1")]
    assert _counts(app) == tried
    assert not (tmp_path / "w" / "current").exists(), "a preview writes nothing"
    _press(app, "Import now")
    fates = ["Rows read", "Loaded", "Updated", "Unchanged", "Excluded", "Rejected"]
    assert _counts(app)[4:] == list(zip(fates, "420011", strict=True))
    assert "Rejected: 1 × Quantity: not a whole number" in _said(app)
    assert "Excluded: 1 × Postage, fees" in _said(app)
    total = "SELECT count(*), sum(sales_amount)::DOUBLE FROM order_lines"
    assert _rows(tmp_path / "w", total) == [(2, pytest.approx(2 * 10.95 + 3 * 2.55))]
    assert not app.exception


def test_a_rule_can_be_switched_off(open_board: Open, tmp_path: Path) -> None:
    app = _dropped(open_board(tmp_path / "w"), ("day.csv", RETAIL.encode()))
    app.toggle[0].set_value(False).run()
    assert _counts(app)[1:3] == [("To be stored", "3"), ("Excluded", "0")]


def test_columns_are_mapped_by_hand(open_board: Open, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    app = _by_hand(_dropped(open_board(folder), ("paris.csv", OWN.encode())))
    assert "Still to choose: Shop, how to read Order time" in _said(app)
    assert not [each for each in app.button if each.label == "Import now"]
    _chosen(app, "Shop, the same in every row", "it's")
    _chosen(app, "Order time: several readings fit", 0)
    _chosen(app, "Currency", "EUR")
    assert _counts(app) == list(
        zip(["Rows read", "To be stored", "Excluded", "Rejected"], "4301", strict=True)
    )
    _press(app, "Save the mapping")
    _press(app, "Import now")
    wanted = "SELECT shop_id, order_id, sku_id, ordered_date::VARCHAR, quantity, unit_price::DOUBLE"
    expected = [
        ("it's", row[0], row[2], "-".join(reversed(row[1].split("/"))), int(row[3]), price)
        for row in csv.reader(OWN.splitlines()[1:], delimiter=";")
        if row[3].isdigit() and (price := float(row[4].replace(".", "").replace(",", ".")))
    ]
    assert _rows(folder, f"{wanted} FROM order_lines ORDER BY order_id, sku_id") == sorted(
        expected, key=lambda row: (row[1], row[2])
    )
    assert (folder / "mappings" / "paris.toml").exists()


def test_a_saved_mapping_is_proposed_next_time(open_board: Open, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    app = _by_hand(_dropped(open_board(folder), ("paris.csv", OWN.encode())))
    _chosen(app, "Shop, the same in every row", "paris")
    _chosen(app, "Order time: several readings fit", 1)
    _press(app, "Save the mapping")
    again = _dropped(open_board(folder), ("june.csv", OWN.encode()))
    assert again.selectbox[0].value == "paris"
    assert again.metric[1].value == "3"


def test_what_is_in_the_files_is_never_markup(open_board: Open, tmp_path: Path) -> None:
    names = ["<img src=x onerror=alert(1)>", "**Datum** :smile: $x$", "A" * 3_000, "=1+1", "Menge"]
    text = ",".join(names) + "\n" + ",".join(["<b>x</b>", "03/04/2024", "y" * 3_000, "=2", "one"])
    app = _by_hand(_dropped(open_board(tmp_path / "w"), ("`a` <b>.csv", text.encode())))
    shown = [str(each.value) for each in (*app.markdown, *app.caption, *app.info, *app.error)]
    assert not [each for each in shown if "<img" in each or "$x$" in each or "<b>" in each]
    assert all(len(each) < 1_000 for each in shown)
    assert not app.exception


def test_a_file_past_the_limit_is_refused(
    open_board: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD_MAX_UPLOAD_BYTES", "100")
    app = _dropped(open_board(tmp_path / "w"), ("day.csv", RETAIL.encode()))
    assert "raise max" in _said(app)


def test_files_of_two_kinds_are_mapped_one_kind_at_a_time(open_board: Open, tmp_path: Path) -> None:
    app = _dropped(open_board(tmp_path / "w"), ("a.csv", b"x,y\n1,2\n"), ("b.csv", b"z,y\n1,2\n"))
    app.selectbox[0].set_value("by hand").run()
    assert "has other columns than" in _said(app)


def test_while_another_import_runs_nothing_changes(open_board: Open, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    app = _dropped(open_board(folder), ("day.csv", RETAIL.encode()))
    folder.mkdir()
    with import_lock(folder / "import.lock", "the other", Settings(), 0):
        _press(app, "Import now")
    assert "Another import is running: the other" in _said(app)
    assert not (folder / "current").exists()
    assert not _press(app, "Import now").error


def test_the_importer_speaks_chinese(open_board: Open, tmp_path: Path) -> None:
    app = _dropped(open_board(tmp_path / "w", locale="zh-CN"), ("day.csv", RETAIL.encode()))
    assert _counts(app)[0] == ("读取行数", "4")
    assert "拒绝：1 × Quantity: 不是整数" in _said(app)


def test_presets_are_offered_by_their_titles(open_board: Open, tmp_path: Path) -> None:
    app = _dropped(open_board(tmp_path / "w"), ("a.csv", b"x,y\n1,2\n"))
    assert app.selectbox[0].value is None
    assert len(app.selectbox[0].options) == len(preset_names()) + 2
    assert not [option for option in app.selectbox[0].options if option in preset_names()]
