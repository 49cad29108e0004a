"""Finding, reading and checking mappings: presets in `assets/mappings`, or a TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from pydantic import BaseModel, ValidationError

from connectors.errors import UserError, unknown
from connectors.importing import dates
from connectors.importing.expressions import compile_expression
from connectors.importing.mapping import (
    Block,
    Check,
    Column,
    Companion,
    Feed,
    Mapping,
    Rule,
    SourceOptions,
    Split,
)
from connectors.schema import IMPORTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

CANONICAL = "canonical"
"""The mapping of files whose columns are named like those of the table; see `canonical.py`."""
PRESETS = Path(__file__).parents[2] / "assets" / "mappings"
ROW_NAMES = ("file", "file_number", "line")
"""What every expression may use besides the mapping's own names."""
RESERVED = ("import_source", "import_document", "currency", "exchange_rate")
"""Columns that the import fills itself."""
_SECTIONS: dict[str, type[BaseModel]] = {
    "source": SourceOptions,
    "columns": Column,
    "companions": Companion,
    "splits": Split,
    "blocks": Block,
    "rules": Rule,
    "checks": Check,
    "feeds": Feed,
}


def preset_names() -> list[str]:
    """The names of the mappings that ship, in order."""
    return sorted(file.stem for file in PRESETS.glob("*.toml"))


def mapping_text(name: str) -> str:
    """The TOML text of the preset called `name`, or of the file of that path.

    Raises:
        UserError: when there is none, or it is no text.
    """
    if not name.endswith(".toml") and name not in preset_names():
        raise unknown("mapping", name, [*preset_names(), CANONICAL])
    file = Path(name) if name.endswith(".toml") else PRESETS / f"{name}.toml"
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = "The mapping {file} cannot be read: {reason}."
        raise UserError(message, file=file, reason=error.strerror) from None
    except UnicodeDecodeError as error:
        raise UserError("{file} is not valid TOML: {error}.", file=file, error=error) from None


def read_mapping(text: str, file: str) -> Mapping:
    """The mapping in the TOML `text` of `file`, whose stem is its name.

    Raises:
        UserError: when it says something that cannot be, with the file, the key and what would do.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError("{file} is not valid TOML: {error}.", file=file, error=error) from None
    try:
        mapping = Mapping.model_validate({**given, "name": Path(file).stem})
    except ValidationError as error:
        # A misspelt key also leaves another one missing: the misspelling is the news.
        first = max(error.errors(), key=lambda each: each["type"] == "extra_forbidden")
        raise _explained(first, file) from None
    _check(mapping, file)
    return mapping


def _explained(error: ErrorDetails, file: str) -> UserError:
    *path, key = (str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        section = next((part for part in reversed(path) if part in _SECTIONS), None)
        fields = (_SECTIONS[section] if section else Mapping).model_fields
        where = f"{file}, {'.'.join(path)}" if path else file
        return unknown("key", key, [field.alias or name for name, field in fields.items()], where)
    if error["type"] == "missing":
        return UserError("{file}: {key} is missing.", file=file, key=".".join([*path, key]))
    return UserError(
        "{file}: {key} cannot be {value!r}: {problem}.",
        file=file,
        key=".".join([*path, key]),
        value=error["input"] if isinstance(error["input"], str | int | float) else "…",
        problem=error["msg"].removeprefix("Value error, "),
    )


def _check(mapping: Mapping, file: str) -> None:
    if mapping.time_zone and mapping.time_zone not in available_timezones():
        raise unknown("time zone", mapping.time_zone, available_timezones(), file)
    if mapping.currency and mapping.currency not in list_currencies():
        raise unknown("currency", mapping.currency, list_currencies(), file)
    _check_formats(mapping, file)
    raw = {*mapping.columns, *ROW_NAMES}
    for block in mapping.blocks:
        _check_expressions({"begin": block.begin, "end": block.end}, raw, f"{file}, {block.rule}")
    names = names_of(mapping)
    for key in ("version", "document", "amount", "currency_column"):
        _check_expressions({key: getattr(mapping, key)}, names, file)
    for name, rule in mapping.rules.items():
        _check_expressions({"when": rule.when}, names, f"{file}, rules.{name}")
    for name, check in mapping.checks.items():
        _check_expressions({"must": check.must}, names, f"{file}, checks.{name}")
    for feed in mapping.feeds:
        _check_feed(feed, names, f"{file}, feed of {feed.table}")
    _check_owners(mapping, file)


def _check_owners(mapping: Mapping, file: str) -> None:
    """A table's rows either decide fates or they do not: otherwise nobody could count them."""
    for table in {feed.table for feed in mapping.feeds}:
        if len({feed.beside for feed in mapping.feeds if feed.table == table}) > 1:
            message = "{file}: of several feeds of {table} either all are beside or none is."
            raise UserError(message, file=file, table=table)


def _check_formats(mapping: Mapping, file: str) -> None:
    for name, column in mapping.columns.items():
        if mapping.time_zone and dates.is_mixed(column.formats):
            raise UserError(
                "{file}: columns.{key} has formats with and without a time of day: in another "
                "time zone a date alone cannot be told. Declare one kind.",
                file=file,
                key=name,
            )


def names_of(mapping: Mapping) -> list[str]:
    """Every name that a feed's expression may use."""
    joined = [name for companion in mapping.companions.values() for name in companion.columns]
    own = (*mapping.columns, *joined, *mapping.derived, *mapping.splits, *ROW_NAMES)
    return list(dict.fromkeys(own))


def _check_feed(feed: Feed, names: list[str], where: str) -> None:
    if feed.table not in IMPORTED:
        raise unknown("table", feed.table, IMPORTED, where)
    columns = [name for name in IMPORTED[feed.table].columns.keys() if name not in RESERVED]  # noqa: SIM118
    for name in _named(feed):
        if name not in columns:
            raise unknown("column", name, columns, where)
    _check_expressions(feed.columns | feed.numbered, names, where)
    for row in feed.rows:
        _check_expressions(row, names, where)
    _check_expressions({"when": feed.when}, names, where)


def _named(feed: Feed) -> Iterable[str]:
    return (*feed.columns, *feed.numbered, *(name for row in feed.rows for name in row))


def _check_expressions(given: dict[str, Any], names: Iterable[str], where: str) -> None:
    for key, text in given.items():
        if text is not None:
            compile_expression(text, list(names), f"{where}, {key}")
