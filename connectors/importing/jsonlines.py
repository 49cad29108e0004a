"""JSON lines: one record a line, nested records flattened to dotted columns."""

from __future__ import annotations

import json
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.errors import UserError
from connectors.importing.columns import LINE, column_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    Row = dict[str, str | None]

_BATCH = 2_000


class _Number(str):
    """A number as it is written: 1.50 stays 1.50, and an id of 20 digits loses none."""

    __slots__ = ()


def read_json_lines(file: str, text: bytes) -> pl.DataFrame:
    """The records of a JSON lines text, blank lines left out.

    Args:
        file: the source's name, for messages.
        text: valid UTF-8 without a byte order mark.

    Returns:
        `__line` (Int64) and a String column for each key in order of appearance. The values of a
        nested record stand in columns of their own (`device.category`); a list stays JSON text;
        numbers are as they are written, booleans true and false; an empty string, null and an
        absent key are null. Zero bytes, which PostgreSQL cannot hold, are dropped.

    Raises:
        UserError: for a line that is not one JSON object, or in which two keys make one column.
    """
    rows = _rows(file, text)
    frames: list[pl.DataFrame] = []
    while batch := list(islice(rows, _BATCH)):
        frames.append(_frame(file, batch))
    frame = pl.concat(frames, how="diagonal")
    frame = frame.select(name for name in frame.columns if not _hollow(frame, name))
    frame.columns = [LINE, *column_names(frame.columns[1:], file)]
    return frame


def _frame(file: str, batch: list[tuple[int, Row]]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for _, row in batch for name in row))
    column_names(names, file)  # before a frame is made of what cannot be one
    columns = {name: [row.get(name) or None for _, row in batch] for name in names}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))
    numbers = pl.Series(LINE, [line for line, _ in batch], dtype=pl.Int64)
    return frame.insert_column(0, numbers)


def _hollow(frame: pl.DataFrame, name: str) -> bool:
    """Whether the column is only the null of a nested record that has columns of its own."""
    nested = any(other.startswith(f"{name}.") for other in frame.columns)
    return nested and frame[name].null_count() == frame.height


def _rows(file: str, text: bytes) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(BytesIO(text), 1):
        if line.isspace():
            continue
        try:
            yield number, _row(line.decode())
        except (ValueError, RecursionError) as error:
            raise UserError(
                "{file}, line {line}: not one JSON object ({reason}). Write one record a line; an "
                "array has to be written out as lines.",
                file=file,
                line=number,
                reason=error,
            ) from None


def _row(line: str) -> Row:
    record = json.loads(
        line,
        parse_int=_Number,
        parse_float=_Number,
        parse_constant=_Number,
        object_pairs_hook=_object,
    )
    if not isinstance(record, dict):
        raise ValueError("a list or a bare value")  # noqa: TRY004 (caught with the parser's own)
    row = _object([(name, _cell(value)) for name, value in _flat(record)])
    if "\\u" in line:
        # Half a surrogate pair is valid JSON and no valid text.
        "".join(filter(None, [*row, *row.values()])).encode()
        row = {name: text and text.replace("\0", "") for name, text in row.items()}
    return row


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError("a key stands in it twice")
    return record


def _flat(record: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{_json(name)}:{_json(each)}' for name, each in value.items())}}}"
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)
