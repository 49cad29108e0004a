"""A mapping put together by hand, as the TOML that any other mapping is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Date

from connectors.importing.canonical import DOCUMENTS, kind_of
from connectors.importing.complete import KEY_DEFAULTS
from connectors.importing.validate import REQUIRED
from connectors.schema import IMPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table

    from connectors.importing.propose import DateReading

NUMBERED = ("line_id", "answer_id")
"""Key columns that few sources have: what stands in their place is a name and its occurrence."""
_NUMBERED_BY = ("sku_id", "skc_id", "style_id", "order_id", "return_id", "purchase_id", "survey_id")
_NUMBERS = ("integer", "decimal")


@dataclass(frozen=True)
class Handmade:
    """What someone chose for a source.

    Attributes:
        title: what people call the source.
        table: the canonical table that it fills.
        columns: column of the table → header of the source.
        readings: how each of the columns that are dates is read.
        constants: columns of the table that hold one value in every row, as text.
        source: how the files are written, by the keys of a mapping's `[source]`.
        decimal, thousands, strip: how numbers are written, as a mapping's columns have it.
        currency, time_zone: as a mapping has them; "" for none.
    """

    title: str
    table: str
    columns: dict[str, str]
    readings: dict[str, DateReading] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    source: dict[str, str | int | bool] = field(default_factory=dict)
    decimal: str = "."
    thousands: str = ""
    strip: str = ""
    currency: str = ""
    time_zone: str = ""

    def toml(self) -> str:
        """The mapping's text, for `presets.read_mapping`."""
        return "\n".join(line for part in self._parts() for line in part) + "\n"

    def _parts(self) -> Iterator[list[str]]:
        head = {"title": self.title, "currency": self.currency, "time_zone": self.time_zone}
        if "currency" in self.columns:
            head["currency_column"] = "currency"
        if self._document:
            head["document"] = self._document
        yield [f"{key} = {_value(text)}" for key, text in head.items() if text]
        if self.source:
            yield ["", "[source]", *(f"{key} = {_value(v)}" for key, v in self.source.items())]
        yield ["", "[columns]", *(f"{name} = {self._column(name)}" for name in self.columns)]
        if self.constants:
            fixed = (f"{name} = {_value(self._constant(name))}" for name in self.constants)
            yield ["", "[derived]", *fixed]
        yield ["", "[[feeds]]", f"table = {_value(self.table)}"]
        if numbered := self._numbered:
            yield [f"numbered = {{ {numbered[0]} = {_value(numbered[1])} }}"]

    def _column(self, name: str) -> str:
        column = IMPORTED[self.table].columns[name]
        said: dict[str, object] = {"from": [self.columns[name]], "kind": kind_of(column)}
        if reading := self.readings.get(name):
            said |= {"kind": reading.kind, "formats": list(reading.formats)}
        if said["kind"] in _NUMBERS:
            said |= {"decimal": self.decimal, "thousands": self.thousands, "strip": self.strip}
        if name in needed(IMPORTED[self.table]):
            said["required"] = True
        return f"{{ {', '.join(f'{key} = {_value(value)}' for key, value in said.items())} }}"

    def _constant(self, name: str) -> str:
        text = self.constants[name].replace("'", "''")
        is_date = isinstance(IMPORTED[self.table].columns[name].type, Date)
        return f"date '{text}'" if is_date else f"'{text}'"

    @property
    def _document(self) -> str:
        """An order is delivered whole, if the source names it."""
        given = {*self.columns, *self.constants}
        expression = DOCUMENTS.get(self.table, "")
        keys = [key.name for key in IMPORTED[self.table].primary_key if key.name in expression]
        return expression if given.issuperset(keys) else ""

    @property
    def _numbered(self) -> tuple[str, str] | None:
        """The key column that the source lacks, and what is counted in its place."""
        given = {*self.columns, *self.constants}
        lacking = [key.name for key in IMPORTED[self.table].primary_key if key.name not in given]
        by = next((name for name in _NUMBERED_BY if name in given), None)
        return next(((name, by) for name in lacking if name in NUMBERED and by), None)


def needed(table: Table) -> list[str]:
    """The columns without which a row of `table` says nothing, in its order.

    Key columns with a default, or that can be numbered, are not among them.
    """
    defaults = {*KEY_DEFAULTS.get(table.name, {}), *NUMBERED}
    keys = {key.name for key in table.primary_key} - defaults
    wanted = keys | {*REQUIRED.get(table.name, ())}
    return [column.name for column in table.columns if column.name in wanted]


def _value(value: object) -> str:
    """A value as TOML writes it: its strings are those of JSON, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
