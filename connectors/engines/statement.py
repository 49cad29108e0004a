"""SELECTs as DuckDB takes them: each shape is written once, since most differ in values alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from duckdb_sqlalchemy import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import SelectBase

_DIALECT = Dialect(paramstyle="numeric_dollar")
_SHAPES: LRUCache[Any, Any] = LRUCache(256)
"""A page sends some forty shapes. To look one up takes half as long as to compile it, 0.2 ms."""


def parametrised(select: SelectBase) -> tuple[str, Sequence[Any]]:
    """The SQL of `select`, its values as $1, $2, …, and these values."""
    compiled, given, *_ = select._compile_w_cache(  # noqa: SLF001 (as SQLAlchemy's own connections)
        _DIALECT, compiled_cache=_SHAPES, column_keys=[]
    )
    assert isinstance(compiled, SQLCompiler)
    values = compiled.construct_params(
        extracted_parameters=given, escape_names=False, _no_postcompile=True
    )
    stated = compiled.construct_expanded_state(values, escape_names=False)
    return stated.statement, stated.positional_parameters


def literal(select: SelectBase) -> str:
    """The SQL of `select`, its values written out."""
    return str(select.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
