"""From a file on disk to UTF-8 text in memory: decompression, then the encoding."""

from __future__ import annotations

import codecs
import stat
import zlib
from contextlib import contextmanager
from io import BytesIO
from typing import IO, TYPE_CHECKING

import zstandard

from connectors.errors import UserError
from connectors.importing.guard import CHUNK, Text, too_large
from connectors.importing.source import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.importing.source import Limits, Source

    Expander = Callable[[], "zlib._Decompress | zstandard.ZstdDecompressionObj"]  # noqa: SLF001

# Bytes taken in at once, so that not even a bomb's piece expands to more than about 16 MiB.
_EXPANDERS: dict[str, tuple[int, Expander]] = {
    ".gz": (16_384, lambda: zlib.decompressobj(wbits=31)),
    ".zst": (512, lambda: zstandard.ZstdDecompressor().decompressobj()),
}
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    "\ufeff".encode("gb18030"): "gb18030",
}
_BINARY = {
    b"PK\3\4": ".xlsx",
    b"PAR1": ".parquet",
    b"\x1f\x8b": ".gz",
    b"\x28\xb5\x2f\xfd": ".zst",
    b"\xd0\xcf\x11\xe0": ".xls",
}
_RARE = 0xD8
_SAMPLE = 2**16


@contextmanager
def opened(source: Source, limits: Limits) -> Iterator[IO[bytes]]:
    """The source as an open file, after a look at its kind and size.

    Raises:
        UserError: when it is missing, no regular file, not readable, empty or too large.
    """
    try:
        status = source.path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UserError("{file} is no regular file: it cannot be imported.", file=source.name)
        if status.st_size > limits.max_bytes:
            raise too_large(source.name, limits)
        if status.st_size == 0:
            raise empty(source.name)
        file = source.path.open("rb")
    except OSError as error:
        raise UserError(
            "{file} cannot be read: {reason}.", file=source.path, reason=error.strerror
        ) from None
    with file:
        yield file


def empty(name: str) -> UserError:
    """The error for a source in which there is nothing at all."""
    return UserError("{file} is empty. Was it exported to the end?", file=name)


def text_of(source: Source, compression: str, encoding: str | None, limits: Limits) -> bytes:
    """The whole text of a source as valid UTF-8 without a byte order mark; without zero bytes.

    Args:
        source: the file.
        compression: ".gz", ".zst" or "" for none.
        encoding: one of `ENCODINGS`, or None to detect it: by a byte order mark, else UTF-8 if all
            bytes fit it, else GB18030 or UTF-16 if the text looks like one of them.
        limits: checked while expanding.

    Raises:
        UserError: for what `opened` finds, a damaged or truncated file, a passed limit, bytes
            that the encoding does not allow (with their position), and binary data.
    """
    text = Text(source.name, limits)
    with opened(source, limits) as file:
        for chunk in _expanded(file, compression, source.name):
            text.add(chunk, file.tell())
    return _utf8(text.content(), encoding and ENCODINGS[encoding.lower()], source.name)


def _expanded(file: IO[bytes], compression: str, name: str) -> Iterator[bytes]:
    if not compression:
        return iter(lambda: file.read(CHUNK), b"")
    return _members(file, compression, name)


def _members(file: IO[bytes], compression: str, name: str) -> Iterator[bytes]:
    """Both formats may hold several members one after another, and gzip zeros behind the last."""
    size, new = _EXPANDERS[compression]
    member = None
    try:
        while piece := file.read(size):
            while piece:
                member = member or new()
                yield member.decompress(piece)
                piece = member.unused_data.lstrip(b"\0")
                member = None if member.eof else member
    except (zlib.error, zstandard.ZstdError) as error:
        raise UserError(
            "{file} is not sound {suffix} data: {reason}. Copy or export it again.",
            file=name,
            suffix=compression,
            reason=error,
        ) from None
    if member is not None:
        raise UserError(
            "{file} is cut off in the middle of its {suffix} data. Copy or export it again.",
            file=name,
            suffix=compression,
        )


def _utf8(raw: bytes, declared: str | None, name: str) -> bytes:
    for magic, suffix in _BINARY.items():
        if raw.startswith(magic):
            raise UserError(
                "{file} is not text but {suffix} data. Name it so, or declare its format.",
                file=name,
                suffix=suffix,
            )
    mark = next((mark for mark in _BOMS if raw.startswith(mark)), b"")
    if mark and declared and not _BOMS[mark].startswith(declared):
        raise UserError(
            "{file} is declared {encoding} but byte 0 is the mark of {other}. Declare that.",
            file=name,
            encoding=declared,
            other=_BOMS[mark],
        )
    text = _converted(raw, _BOMS.get(mark) or declared, name).removeprefix(codecs.BOM_UTF8)
    if b"\0" in text:
        line = text.count(b"\n", 0, text.index(b"\0")) + 1
        raise UserError(
            "{file}, line {line}: a zero byte. Is it really text? Export it as CSV in UTF-8.",
            file=name,
            line=line,
        )
    if not text or text.isspace():
        raise empty(name)
    return text if b"\n" in text else text.replace(b"\r", b"\n")


def _converted(raw: bytes, encoding: str | None, name: str) -> bytes:
    if encoding in (None, "utf-8") and b"\0" not in raw:
        misfit = _first_misfit(raw)
        if misfit is None:
            return raw
        if encoding or _mostly_utf8(_sample(raw)):
            raise _misfit(raw, "utf-8", misfit, name)
    chosen = encoding or _detected(raw, name)
    try:
        return raw.decode(chosen).encode()
    except UnicodeDecodeError as error:
        raise _misfit(raw, chosen, error.start, name) from None


def _first_misfit(raw: bytes) -> int | None:
    """The position of the first byte that is not UTF-8."""
    try:
        _ = raw.isascii() or raw.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


def _misfit(raw: bytes, encoding: str, position: int, name: str) -> UserError:
    return UserError(
        "{file} is not {encoding}: byte {position}, in line {line}, does not fit. Declare its real "
        "encoding (one of {valid}), or export it as UTF-8.",
        file=name,
        encoding=encoding,
        position=position,
        line=raw.count(b"\n", 0, position) + 1,
        valid=", ".join(ENCODINGS),
    )


def _detected(raw: bytes, name: str) -> str:
    candidates = ("utf-16-le", "utf-16-be") if b"\0" in raw else ("gb18030",)
    for encoding in candidates:
        if _everyday(_sample(raw), encoding):
            return encoding
    raise UserError(
        "{file} is neither UTF-8, UTF-16 nor GB18030. Is it text? Then declare its real encoding "
        "(one of {valid}), or export it as UTF-8.",
        file=name,
        valid=", ".join(ENCODINGS),
    )


def _sample(raw: bytes) -> bytes:
    """The first lines that are not plain ASCII: the others say nothing about the encoding."""
    if b"\0" in raw:
        return raw[:_SAMPLE]
    sample = b""
    for line in BytesIO(raw):
        sample += b"" if line.isascii() else line
        if len(sample) >= _SAMPLE:
            break
    return sample


def _mostly_utf8(sample: bytes) -> bool:
    """Whether the sample is UTF-8 with damage, rather than another encoding."""
    decoded = sample.decode(errors="replace")
    wide = [letter for letter in decoded if not letter.isascii()]
    return wide.count("\ufffd") * 2 <= len(wide)


def _everyday(sample: bytes, encoding: str) -> bool:
    """Whether it reads as everyday Chinese or ASCII: texts in other encodings give rare letters.

    Not by letter frequency: that takes a short Chinese header for Korean or Cyrillic.
    """
    text = sample.decode(encoding, "ignore")
    wide = "".join(letter for letter in text if not letter.isascii())
    # The first bytes of GB 2312 go by frequency: symbols, then the 3755 commonest characters.
    everyday = sum(first < _RARE for first in wide.encode("gb2312", "ignore")[::2])
    return everyday * 2 >= len(wide) and (bool(wide) or b"\0" in sample)
