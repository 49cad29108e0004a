"""What a mapping says: how a source is read and which canonical tables its rows feed.

A mapping is a TOML file. `[columns]` gives every column of the source that matters a name and a
kind; `[derived]` computes more from them; `[rules]` and `[[blocks]]` leave rows out by name,
`[checks]` refuse rows; each `[[feeds]]` fills one canonical table. Texts called *expression* are
SQL over those names (see `expressions.py`), besides `file` (the source file's name), `file_number`
(its own within the run: names may be equal) and `line` (the row's line in it).
"""

from __future__ import annotations

from typing import Annotated, Literal

import polars as pl
from polars.exceptions import ComputeError
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.importing import dates

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Value = str | bool | int | float
Kind = Literal["text", "identifier", "integer", "decimal", "boolean", "date", "datetime", "instant"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SourceOptions(_Part):
    """How the files are written; what is not said is detected."""

    format: str | None = Field(None, description="csv, tsv, xlsx, parquet or jsonl")
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int = 1
    unguard: bool = Field(False, description='take ="0012" and \'0012 as 0012')
    nulls: list[str] = Field([], description="texts that mean nothing, besides the empty one")


class Column(_Part):
    """A column of the source. Cells are trimmed; an empty one is null."""

    headers: list[Text] = Field([], alias="from", description="its header, the first found is it")
    path: Text | None = Field(None, description="JSONPath of the value in a cell that holds JSON")
    kind: Kind = "text"
    formats: list[Text] = Field([], description="date formats, tried in order, as %Y-%m-%d")
    unit: Literal["s", "ms", "us"] | None = Field(None, description="of an instant as a number")
    decimal: Literal[".", ","] = "."
    thousands: str = ""
    strip: str = Field("", description="characters to drop, as ¥$")
    nulls: list[str] = Field([], description="texts that mean nothing in this column")
    values: dict[str, Value] = Field({}, description="translation of the source's values")
    others: Literal["reject", "keep", "null"] = Field("reject", description="values not listed")
    ignore_case: bool = False
    required: bool = Field(False, description="an empty cell rejects the row")
    optional: bool = Field(False, description="the file may lack the column")

    @model_validator(mode="before")
    @classmethod
    def _one_header(cls, given: object) -> object:
        if isinstance(given, dict) and isinstance(given.get("from"), str):
            return {**given, "from": [given["from"]]}
        return given

    @field_validator("path")
    @classmethod
    def _compiled(cls, path: str | None) -> str | None:
        try:
            pl.Series([], dtype=pl.String).str.json_path_match(path or "$")
        except ComputeError:
            raise ValueError("it is no JSONPath, as $[0].name") from None
        return path

    @model_validator(mode="after")
    def _dated(self) -> Column:
        dated = self.kind in ("date", "datetime", "instant")
        if dated and not self.formats and not self.unit:
            raise ValueError(f"a column of kind {self.kind} needs formats")
        if not dated and (self.formats or self.unit):
            raise ValueError("formats and unit are for kinds date, datetime and instant")
        if self.unit and (self.kind != "instant" or self.formats):
            raise ValueError("unit is for an instant that is a number, and excludes formats")
        dates.check_formats(self.kind, self.formats)
        return self


class Block(_Part):
    """Rows of another table in the same file: from the first one where `begin` holds."""

    rule: Name
    begin: Text = Field(description="expression over the cells as texts")
    end: Text | None = Field(None, description="first row that is the main table's again")
    about: Text | None = None


class Rule(_Part):
    """Rows left out on purpose, counted under the rule's name; `--rule NAME=off` keeps them."""

    when: Text = Field(description="expression that holds for the rows to leave out")
    default: bool = True
    about: Text | None = None


class Check(_Part):
    """What must hold of a row; one of which it does not is rejected."""

    must: Text = Field(description="expression")
    about: Text = Field(description="the reason of the reject")


class Companion(_Part):
    """A second file of the same export whose columns are joined to the rows by key."""

    on: list[Name] = Field(min_length=1)
    columns: dict[Name, Column]


class Split(_Part):
    """An amount of a whole group shared out over its rows, to the last unit of `places`."""

    amount: Text = Field(description="expression, the same on every row of the group")
    within: Name = Field(description="column that names the group")
    weight: Text = Field(description="expression: each row's share")
    places: Annotated[int, Field(ge=0, le=4)] = 2


class Feed(_Part):
    """One canonical table that rows of the source go to.

    A column of the table takes the column or derived value of the same name, or what `columns`
    says. A row belongs to the first feed whose `when` takes it; feeds of dimensions and those
    `beside` take rows in addition.
    """

    table: Text
    when: Text | None = None
    beside: bool = False
    columns: dict[Name, Value] = {}
    numbered: dict[Name, Text] = Field(
        {},
        max_length=1,
        description="key column made of an expression and its occurrence: A#1, A#2",
    )
    rows: list[dict[Name, Value]] = Field([], description="columns of each row made from one")


class Mapping(_Part):
    """A whole mapping. Its `name` is the source's name in the warehouse, unless `origin` says."""

    name: Text
    title: Text
    about: Text | None = None
    origin: Text | None = Field(
        None, description="the source's name in the warehouse, if several mappings read one source"
    )
    source: SourceOptions = SourceOptions()
    time_zone: Text | None = Field(None, description="of the source's clock; none: the business's")
    currency: Text | None = Field(None, description="ISO 4217; none: the warehouse's own")
    currency_column: Name | None = Field(None, description="where rows name their currency")
    version: Text | None = Field(None, description="expression: of equal keys the greatest wins")
    document: Text | None = Field(None, description="expression: the unit delivered whole")
    amount: Text | None = Field(None, description="expression: what excluded rows come to")
    columns: dict[Name, Column]
    companions: dict[Name, Companion] = {}
    derived: dict[Name, Value] = {}
    splits: dict[Name, Split] = {}
    blocks: list[Block] = []
    rules: dict[Name, Rule] = {}
    checks: dict[Name, Check] = {}
    feeds: list[Feed] = Field(min_length=1)

    @property
    def source_name(self) -> str:
        """What the warehouse calls the source of the mapping's rows."""
        return self.origin or self.name
