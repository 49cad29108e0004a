"""What reading is told: which file, how it is written, and how large it may be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 (a field's type: kept for whoever resolves the hints)

from connectors.errors import UserError, unknown

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
COMPRESSIONS = (".gz", ".zst")
TEXT_FORMATS = ("csv", "tsv", "jsonl")
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "gb18030": "gb18030",
    # The older standards are subsets, and files said to be in them often step outside.
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "cp949": "cp949",
    "latin-1": "latin-1",
    "cp1252": "cp1252",
}


@dataclass(frozen=True)
class Source:
    """One file to read. `name` is its base name: it orders files and stands in messages."""

    path: Path
    name: str


@dataclass(frozen=True)
class Reading:
    """How sources are written, as their mapping declares it.

    Args:
        format: one of csv, tsv, xlsx, parquet, jsonl; None goes by the suffix (before .gz, .zst).
        encoding: one of `ENCODINGS`; None detects UTF-8, UTF-16 and GB18030.
        delimiter: one ASCII character between cells; None is a comma (a tab for tsv).
        sheet: the worksheet's name; None is the first one.
        header: the line (xlsx: the row) that names the columns, counted from 1; blank lines
            before the names are passed over; 0 says that there are none, and the columns are
            called column_1, column_2, ... JSON lines and Parquet name their own.

    Raises:
        UserError: for a value that is none of these.
    """

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int = 1

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS.values():
            raise unknown("format", self.format, FORMATS.values())
        if self.encoding is not None and self.encoding.lower() not in ENCODINGS:
            raise unknown("encoding", self.encoding, ENCODINGS)
        if self.delimiter is not None and not _is_delimiter(self.delimiter):
            raise UserError(
                "The delimiter {delimiter!r} cannot be: it is one ASCII character, as ; or |.",
                delimiter=self.delimiter,
            )
        if self.header < 0:
            raise UserError("The header is a line number, or 0 for none; not {n}.", n=self.header)


@dataclass(frozen=True)
class Limits:
    """How large a source may be: bytes once expanded, bytes of a line, output over input."""

    max_bytes: int = 4 * 2**30
    max_line_bytes: int = 8 * 2**20
    max_ratio: float = 200


def layout(source: Source, reading: Reading) -> tuple[str, str]:
    """The source's format and its compression ("" for none).

    Raises:
        UserError: when neither the suffix nor the mapping tells, or when the two do not go
            together (a gzipped workbook).
    """
    path = source.path
    compression = path.suffix.lower() if path.suffix.lower() in COMPRESSIONS else ""
    suffix = (path.with_suffix("") if compression else path).suffix.lower()
    chosen = reading.format or FORMATS.get(suffix)
    if chosen is None:
        raise UserError(
            "{file}: the suffix {suffix!r} tells no format. Declare one in the mapping, or name "
            "the file with one of {valid}, and .gz or .zst after those of text.",
            file=source.name,
            suffix=suffix,
            valid=", ".join(FORMATS),
        )
    if compression and chosen not in TEXT_FORMATS:
        raise UserError(
            "{file}: {format} files are read uncompressed. Expand it first.",
            file=source.name,
            format=chosen,
        )
    return chosen, compression


def _is_delimiter(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text not in '"\r\n\0'
