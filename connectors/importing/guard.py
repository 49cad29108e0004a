"""Limits while streaming: a source is refused before more of it is in memory than allowed."""

from __future__ import annotations

import lzma
import sys
import zlib
from contextlib import contextmanager
from io import BytesIO
from typing import IO, TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from connectors.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.importing.source import Limits

CHUNK = 2**20
# Short files of equal lines expand a thousandfold and harm nobody.
_RATIO_FROM = 64 * 2**20
_LONGEST_REASON = 150
_DAMAGE = (
    *(BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ParseError),
    *(ArithmeticError, AssertionError, AttributeError, LookupError),
    *(RuntimeError, TypeError, ValueError),
)


class Watch:
    """Counts what a source expands to, and raises as soon as it is too much."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.size = 0

    def count(self, produced: int, consumed: int) -> None:
        """Adds `produced` bytes; `consumed` is how much of the file they and those before took.

        Raises:
            UserError: past the limit of bytes or of expansion.
        """
        self.size += produced
        if self.size > self.limits.max_bytes:
            raise too_large(self.name, self.limits)
        if self.size > max(_RATIO_FROM, self.limits.max_ratio * consumed):
            raise UserError(
                "{file} expands to more than {ratio} times its size, as a zip bomb does. Expand it "
                "yourself if you trust it, or raise max_expansion_ratio.",
                file=self.name,
                ratio=f"{self.limits.max_ratio:g}",
            )


class Text(Watch):
    """Collects a text source chunk by chunk, with its lines watched as well."""

    def __init__(self, name: str, limits: Limits) -> None:
        super().__init__(name, limits)
        self._buffer = BytesIO()
        self._unfinished = 0

    def add(self, chunk: bytes, consumed: int) -> None:
        """Takes the next chunk.

        Raises:
            UserError: past the limit of bytes, of expansion or of a line.
        """
        self.count(len(chunk), consumed)
        if self._unfinished + len(chunk) > self.limits.max_line_bytes:
            self._check_lines(chunk)
        end = chunk.rfind(b"\n")
        self._unfinished = len(chunk) - end - 1 + (self._unfinished if end < 0 else 0)
        self._buffer.write(chunk)

    def content(self) -> bytes:
        """Everything taken so far."""
        return self._buffer.getvalue()

    def _check_lines(self, chunk: bytes) -> None:
        before = self._unfinished
        for number, part in enumerate(chunk.split(b"\n")):
            if before + len(part) > self.limits.max_line_bytes:
                raise UserError(
                    "{file}, line {line}: longer than {limit} bytes. Is it really text with line "
                    "breaks? If so, raise max_line_bytes.",
                    file=self.name,
                    line=self.content().count(b"\n") + number + 1,
                    limit=self.limits.max_line_bytes,
                )
            before = 0


def too_large(name: str, limits: Limits) -> UserError:
    """The error for a source that passes the limit of bytes."""
    return UserError(
        "{file} holds more than {limit} bytes. Split it, or raise max_source_bytes.",
        file=name,
        limit=limits.max_bytes,
    )


def check_archive(name: str, file: IO[bytes], size: int, limits: Limits) -> None:
    """Expands every member of a zip archive once, keeping nothing, to see what it truly holds.

    Args:
        name: the source's name, for messages.
        file: the archive, open for reading.
        size: the archive's own size in bytes.
        limits: what its members may come to.

    Raises:
        UserError: when it is no zip archive, is damaged or expands too far.
    """
    watch = Watch(name, limits)
    with workbook_damage(name), ZipFile(file) as archive:
        for member in archive.infolist():
            # What an archive declares is not to be believed: read to the data's own end.
            member.file_size = sys.maxsize
            with archive.open(member) as data:
                while chunk := data.read(CHUNK):
                    watch.count(len(chunk), size)


@contextmanager
def workbook_damage(name: str) -> Iterator[None]:
    """Turns whatever the libraries raise over a damaged workbook into a UserError."""
    try:
        yield
    except _DAMAGE as error:
        raise UserError(
            "{file} is not a sound .xlsx file: {reason}. Save it again as .xlsx.",
            file=name,
            reason=brief(error),
        ) from None


def brief(error: BaseException) -> str:
    """What a library says of a file, cut to its first line and to a length that can be read."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:_LONGEST_REASON]
