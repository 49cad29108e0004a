"""The mapping of files that already speak our language: columns named like those of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Date, DateTime, Float, Integer, Numeric

from connectors.errors import unknown
from connectors.importing.complete import KEY_DEFAULTS
from connectors.importing.mapping import Mapping
from connectors.importing.presets import CANONICAL, RESERVED
from connectors.importing.times import moments
from connectors.schema import IMPORTED

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

    from connectors.importing.mapping import Kind

DOCUMENTS = {
    "order_lines": "concat_ws(' ', shop_id, order_id)",
    "returns": "concat_ws(' ', shop_id, return_id)",
    "deliveries": "concat_ws(' ', shop_id, order_id)",
}
"""What a file in our own columns delivers whole; of other tables it delivers single rows."""
_DATES = ["%Y-%m-%d"]
_TIMES = [f"%Y-%m-%d{gap}%H:%M{seconds}" for gap in ("T", " ") for seconds in ("", ":%S%.f")]


def canonical_mapping(name: str) -> Mapping:
    """The mapping of a file whose columns are some of those of the table `name`.

    Dates are ISO 8601; times are those of the business's clock, and a date alone has no time of
    day. Amounts are in the currency that the column `currency` names, else in the warehouse's own.

    Raises:
        UserError: when there is no such table.
    """
    if name not in IMPORTED:
        raise unknown("table", name, IMPORTED)
    table = IMPORTED[name]
    columns = {column.name: _column(column) for column in fillable(table)}
    given: dict[str, Any] = {"name": CANONICAL, "title": table.comment, "columns": columns}
    if "currency" in table.columns:
        columns["currency"] = {"optional": True}
        given["currency_column"] = "currency"
    return Mapping.model_validate(
        given | {"document": DOCUMENTS.get(name), "feeds": [{"table": name}]}
    )


def fillable(table: Table) -> list[Column[Any]]:
    """The columns that a source can fill; the others follow from them or from the mapping."""
    filled = {f"{moment}_{part}" for moment in moments(table) for part in ("date", "hour")}
    names = filled | {*RESERVED}
    return [column for column in table.columns if column.name not in names]


def kind_of(column: Column[Any]) -> Kind:
    """The kind of a source's column that fills `column`; an id may have come from a spreadsheet."""
    kinds: tuple[tuple[type, Kind], ...] = (
        (DateTime, "datetime"),
        (Date, "date"),
        (Boolean, "boolean"),
        (Integer, "integer"),
        (Numeric, "decimal"),
        (Float, "decimal"),
    )
    text: Kind = "identifier" if column.name.endswith("_id") else "text"
    return next((kind for each, kind in kinds if isinstance(column.type, each)), text)


def _column(column: Column[Any]) -> dict[str, Any]:
    table: Table = column.table
    has_default = column.name in KEY_DEFAULTS.get(table.name, {})
    needed = column.primary_key and not has_default
    return _kind(column) | {"required": needed, "optional": not needed}


def _kind(column: Column[Any]) -> dict[str, Any]:
    kind = kind_of(column)
    formats = {"datetime": [*_TIMES, *_DATES], "date": _DATES}
    if kind in formats:
        return {"kind": kind, "formats": formats[kind]}
    # Our own columns are never a spreadsheet's numbers: what is written is meant.
    return {"kind": "text" if kind == "identifier" else kind}
