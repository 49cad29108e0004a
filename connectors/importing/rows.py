"""From raw rows to the rows that feeds take: cells typed, values derived, exclusions named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from connectors.errors import UserError, unknown
from connectors.importing import dates
from connectors.importing.cells import cleaned, meaning, problems, typed
from connectors.importing.columns import LINE
from connectors.importing.expressions import compile_expression, evaluate
from connectors.importing.presets import names_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from connectors.importing.mapping import Column, Mapping

FILE, ROW, DOCUMENT, VERSION = "__file", "__row", "__document", "__version"
EXCLUDED, PROBLEM, AMOUNT = "__excluded", "__problem", "__amount"
TIMED = "__timed"
"""Suffix of what tells whether a time has a time of day, where only some of a column have one."""
POSITION_BITS = 40
"""A row's number in a run is its file's number times 2^40 plus its line."""


@dataclass(frozen=True)
class Rules:
    """The mapping in force: with its rules switched as the caller asked."""

    mapping: Mapping
    active: tuple[str, ...]


def switched(mapping: Mapping, switches: dict[str, bool]) -> Rules:
    """`mapping` with the rules of `switches` on or off, the others as they are by default.

    Raises:
        UserError: for a rule that the mapping does not have.
    """
    for name in switches:
        if name not in mapping.rules:
            raise unknown("rule", name, mapping.rules, mapping.name)
    chosen = {name: switches.get(name, rule.default) for name, rule in mapping.rules.items()}
    return Rules(mapping, tuple(name for name, on in chosen.items() if on))


def headers(columns: dict[str, Column], found: Collection[str]) -> dict[str, str | None]:
    """Which header of a file each column is under; None for one that is not there.

    Blanks around a header do not matter.
    """
    trimmed = {header.strip(): header for header in reversed([*found])}
    return {
        name: next((trimmed[each] for each in wanted_by(name, column) if each in trimmed), None)
        for name, column in columns.items()
    }


def wanted_by(name: str, column: Column) -> list[str]:
    """The headers under which a column may stand."""
    return column.headers or [name]


def missing(file: str, wanted: list[str], found: Collection[str]) -> UserError:
    """The error for a file that lacks a column."""
    error = unknown("column", wanted[0], set(found) - {LINE}, file)
    if len(wanted) > 1:
        error.values["name"] = " | ".join(wanted)
    return error


def read_cells(
    raw: pl.DataFrame, mapping: Mapping, columns: dict[str, Column], found: dict[str, str | None]
) -> pl.DataFrame:
    """The rows of one or more files as cleaned texts under the mapping's names.

    Args:
        raw: String columns with `__file`, `__row`, `file` and `line`.
        mapping: for its source options.
        columns: those to take.
        found: their headers, from `headers`.
    """
    texts = {
        name: pl.lit(None, pl.String)
        if (header := found[name]) is None
        else cleaned(pl.col(header), mapping.source, column)
        for name, column in columns.items()
    }
    number = pl.col(FILE).alias("file_number")
    cells = raw.select(FILE, ROW, "file", number, "line", **texts)
    # A step of its own: in one with the cleaning, the cleaning would be done twice.
    return cells.with_columns(
        meaning(pl.col(name), mapping.source, column).alias(name)
        for name, column in columns.items()
    )


def mark_blocks(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """`rows` with `__excluded`: the rule of the block that a row stands in, else null."""
    inside = pl.lit(None, pl.String)
    for block in mapping.blocks:
        where = f"{mapping.name}, {block.rule}"
        begins = compile_expression(block.begin, rows.columns, where).fill_null(value=False)
        marks = [pl.when(begins).then(pl.lit(block.rule))]
        if block.end:
            ends = compile_expression(block.end, rows.columns, where).fill_null(value=False)
            marks.append(pl.when(ends).then(pl.lit("")))
        inside = pl.coalesce(*marks, inside)
    marked = inside.forward_fill().over(FILE) if mapping.blocks else inside
    return rows.with_columns(marked.replace("", None).alias(EXCLUDED))


def type_cells(
    rows: pl.DataFrame, columns: dict[str, Column], found: dict[str, str | None]
) -> pl.DataFrame:
    """`rows` with typed columns and `__problem`: what does not fit, null for a sound row."""
    made = {name: typed(pl.col(name), column) for name, column in columns.items()}
    for name, column in columns.items():
        if dates.is_mixed(column.formats):
            made[f"{name}{TIMED}"] = dates.timed(pl.col(name), column.formats)
    values = rows.with_columns(**made)
    told = [
        problems(rows[name], values[name], found[name] or name, column)
        for name, column in columns.items()
    ]
    problem = pl.coalesce(*(each for each in told if each is not None), pl.lit(None, pl.String))
    return values.with_columns(problem.alias(PROBLEM))


def derive(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """`rows` with the mapping's derived values, each of which may use those before it."""
    texts = {name: str(text) for name, text in mapping.derived.items()}
    where = f"{mapping.name}, derived"
    for name, text in mapping.derived.items():
        compiled = compile_expression(text, rows.columns, f"{where}, {name}")
        rows = evaluate(rows, {name: compiled}, where, texts)
    return rows


def apply_rules(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`rows` with `__excluded`, `__document`, `__version`, and `__problem` complete.

    And `__amount`, where the mapping says what excluded rows come to.
    """
    mapping = rules.mapping
    texts = {f"rules.{name}": mapping.rules[name].when for name in rules.active}
    texts |= {f"checks.{name}": check.must for name, check in mapping.checks.items()}
    told = {"amount": mapping.amount, "document": mapping.document, "version": mapping.version}
    texts |= {f"the {name}": text for name, text in told.items() if text is not None}
    names, where = names_of(mapping), mapping.name
    columns = {
        name: compile_expression(text, names, f"{where}, {name}") for name, text in texts.items()
    }
    judged = evaluate(rows, columns, where, texts)
    excluded = [pl.when(pl.col(f"rules.{name}")).then(pl.lit(name)) for name in rules.active]
    failed = [
        pl.when(pl.col(f"checks.{name}").fill_null(value=False).not_()).then(pl.lit(check.about))
        for name, check in mapping.checks.items()
    ]
    # Without an amount there is none to report: not even the zero that nothing sums up to.
    amount = [pl.col("the amount").cast(pl.Float64).alias(AMOUNT)] if mapping.amount else []
    return judged.with_columns(
        *amount,
        pl.coalesce(*excluded, pl.lit(None, pl.String)).alias(EXCLUDED),
        pl.coalesce(PROBLEM, *failed).alias(PROBLEM),
        _told(judged, "the document").cast(pl.String).alias(DOCUMENT),
        _sortable(judged, "the version").alias(VERSION),
    ).drop(texts)


def _told(rows: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in rows.columns else pl.lit(None)


def _sortable(rows: pl.DataFrame, name: str) -> pl.Expr:
    version = _told(rows, name)
    if name in rows.columns and rows.schema[name].is_numeric():
        return version.cast(pl.Decimal(38, 6)).cast(pl.String).str.zfill(40)
    return version.cast(pl.String)
