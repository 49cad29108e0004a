"""Arithmetic over metrics, written as it is shown: "paid_sales / orders".

A formula is parsed once; its names are the metrics that it needs. Division by zero is null, and
null stays null. ``or_zero(name)`` counts a metric whose table was never imported as nothing.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIONAL = "or_zero"


def _quotient(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    return pl.when(denominator != 0).then(numerator.cast(pl.Float64) / denominator)


_OPERATORS: dict[type[ast.operator], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: _quotient,
}


@cache
def names(formula: str) -> tuple[str, ...]:
    """The metrics that a formula needs, in the order of their first mention."""
    found = (node.id for node in ast.walk(_parsed(formula)) if isinstance(node, ast.Name))
    return tuple(dict.fromkeys(name for name in found if name != OPTIONAL))


@cache
def optional_names(formula: str) -> frozenset[str]:
    """The metrics that count as nothing when their table was never imported."""
    calls = (node for node in ast.walk(_parsed(formula)) if isinstance(node, ast.Call))
    return frozenset(arg.id for call in calls for arg in call.args if isinstance(arg, ast.Name))


@cache
def expression(formula: str, absent: frozenset[str] = frozenset()) -> pl.Expr:
    """The formula over columns named like its metrics.

    Args:
        formula: the arithmetic.
        absent: metrics whose table was never imported, which ``or_zero`` counts as nothing.

    Raises:
        ValueError: for anything but names, numbers, + - * / and ``or_zero(name)``.
    """
    return _expression(_parsed(formula), absent)


def _parsed(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body


def _expression(node: ast.expr, absent: frozenset[str]) -> pl.Expr:
    match node:
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
            combine = _OPERATORS[type(operator)]
            return combine(_expression(left, absent), _expression(right, absent))
        case ast.Name(name):
            return pl.col(name)
        case ast.Constant(int() | float() as value):
            return pl.lit(value)
        case ast.Call(ast.Name(called), [ast.Name(name)], []) if called == OPTIONAL:
            return pl.lit(0) if name in absent else pl.col(name)
    raise ValueError(f"A formula cannot hold {ast.unparse(node)!r}")
