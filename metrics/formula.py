"""Arithmetic over metrics, written as it is shown: "paid_sales / orders".

A formula is parsed once; its names are the metrics that it needs. Division by zero is null, and
null stays null. ``or_zero(name)`` counts a metric whose table was never imported as nothing.
``either(a, b)`` is the one of two sources that has anything: a where b has nothing or cannot tell,
b where a has nothing, null where both have, because they cannot be added. ``sqrt(x)`` is the square
root.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIONAL = "or_zero"
EITHER = "either"
ROOT = "sqrt"
_CALLS = frozenset({OPTIONAL, EITHER, ROOT})


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
    return tuple(dict.fromkeys(name for name in found if name not in _CALLS))


@cache
def calls_unknown(formula: str) -> bool:
    """Whether it may be null where all that it needs is 0."""
    divides = any(isinstance(node, ast.Div) for node in ast.walk(_parsed(formula)))
    return divides or any(_called(call) == EITHER for call in _calls(formula))


@cache
def expression(formula: str, absent: frozenset[str] = frozenset()) -> pl.Expr:
    """The formula over columns named like its metrics.

    Args:
        formula: the arithmetic.
        absent: metrics whose table was never imported, which ``or_zero`` counts as nothing.

    Raises:
        ValueError: for anything but names, numbers, + - * / and the functions above.
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
        case ast.Call(ast.Name(called), [ast.Name(one), ast.Name(other)], []) if called == EITHER:
            return _either([name for name in (one, other) if name not in absent])
        case ast.Call(ast.Name(called), [inner], []) if called == ROOT:
            root = _expression(inner, absent)
            return pl.when(root >= 0).then(root.sqrt())
    raise ValueError(f"A formula cannot hold {ast.unparse(node)!r}")


def _either(known: list[str]) -> pl.Expr:
    match [pl.col(name) for name in known]:
        case [one, other]:
            return pl.when(other.fill_null(0) == 0).then(one).when(one == 0).then(other)
        case [one]:
            return one
    return pl.lit(None, pl.Float64)


def _calls(formula: str) -> list[ast.Call]:
    return [node for node in ast.walk(_parsed(formula)) if isinstance(node, ast.Call)]


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""
