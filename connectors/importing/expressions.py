"""The small language of mappings: one SQL expression over a row's columns, compiled by Polars.

A mapping comes from a file, so an expression must do no more than compute. Polars' own parser
gives arithmetic, CASE, text functions and windows, but it also runs subqueries, and a subquery can
name any file (`SELECT … FROM read_csv('/etc/passwd')` is opened while parsing). Subqueries,
comments and the spellings of strings that could hide one are therefore refused before parsing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl
from polars.exceptions import PolarsError

from connectors.errors import UserError, unknown

if TYPE_CHECKING:
    from collections.abc import Collection

Constant = bool | int | float
_QUOTED = re.compile(r"""(?<![\w&])'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
_FORBIDDEN = re.compile(r"(?i)\bselect\b|\(\s*(?:from|with|table|values)\b|--|/\*|[#$`'\"\\;]")


def compile_expression(text: str | Constant, names: Collection[str], where: str) -> pl.Expr:
    """The Polars expression of a mapping's `text`; a boolean or a number stands for itself.

    Args:
        text: SQL over `names`, such as `CASE WHEN quantity < 0 THEN -quantity END`.
        names: the columns that it may use.
        where: the file and the key that it stands in, for messages.

    Raises:
        UserError: when it is no expression, does more than compute, or uses an unknown name.
    """
    if not isinstance(text, str):
        return pl.lit(text)
    if found := _FORBIDDEN.search(_QUOTED.sub("x", text)):
        message = "{where}: {part!r} is not allowed in {text!r}: write one SQL expression."
        raise UserError(message, where=where, part=found[0], text=text)
    try:
        compiled = pl.sql_expr(text)
    except PolarsError as error:
        message = "{where}: {text!r} is no SQL expression: {reason}."
        raise UserError(message, where=where, text=text, reason=_first_line(error)) from None
    for name in compiled.meta.root_names():
        if name not in names:
            raise unknown("column", name, names, where)
    return compiled


def evaluate(
    frame: pl.DataFrame, columns: dict[str, pl.Expr], where: str, texts: dict[str, str]
) -> pl.DataFrame:
    """`frame` with `columns` added or replaced, all at once.

    Args:
        frame: the rows.
        columns: expressions by the name of their result.
        where: the file and the section, for messages.
        texts: what the mapping wrote, by name, for messages.

    Raises:
        UserError: when an expression cannot be computed (a text in arithmetic, for one).
    """
    try:
        return frame.with_columns(**columns)
    except PolarsError as error:
        reason = _first_line(error)
    for name, expression in columns.items():
        try:
            frame.select(expression)
        except PolarsError as error:
            raise UserError(
                "{where}: {name} = {text!r} cannot be computed: {reason}.",
                where=where,
                name=name,
                text=texts.get(name, ""),
                reason=_first_line(error),
            ) from None
    raise UserError("{where}: it cannot be computed: {reason}.", where=where, reason=reason)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
