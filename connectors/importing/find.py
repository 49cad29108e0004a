"""Finding the files to import: paths, directories and globs become one ordered list."""

from __future__ import annotations

import glob
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import UserError
from connectors.importing.source import COMPRESSIONS, FORMATS, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NOT_DATA = (".", "~$")  # hidden files, and the locks that Excel leaves beside an open workbook


def find(paths: Sequence[str]) -> tuple[Source, ...]:
    """The files that `paths` mean, each once, by name and then by path.

    A path to a file is taken whatever its suffix; a directory gives the files directly in it
    whose suffix is known; a glob (`*`, `?`, `[...]`, `**` for any depth) gives every file that it
    matches. Neither gives hidden files. The order of `paths` never matters, nor do symbolic links
    to a file that is there already.

    Raises:
        UserError: when a path does not exist, cannot be read or is no regular file, and when a
            directory or a glob gives nothing.
    """
    if not paths:
        raise UserError("Name at least one file, directory or glob to import.")
    found = sorted({file for path in paths for file in _files(path)}, key=_order)
    once = {file.resolve(): file for file in reversed(found)}
    return tuple(Source(file, file.name) for file in sorted(once.values(), key=_order))


def _order(file: Path) -> tuple[str, str]:
    return file.name, str(file)


def _files(path: str) -> list[Path]:
    try:
        if Path(path).is_dir():
            return _in_directory(Path(path))
        if Path(path).is_file():
            return [Path(path)]
        if Path(path).exists():
            raise UserError(
                "{path} is neither a file nor a directory: it cannot be read.", path=path
            )
        return _matching(path)
    except OSError as error:
        raise UserError(
            "{file} cannot be read: {reason}.", file=path, reason=error.strerror
        ) from None


def _in_directory(directory: Path) -> list[Path]:
    files = _data(file for file in directory.iterdir() if _known(file))
    if not files:
        raise UserError(
            "The directory {path} has no file of a known kind ({valid}). Files in directories "
            "below it need a glob: {glob}.",
            path=directory,
            valid=", ".join(FORMATS),
            glob=directory / "**" / "*.csv",
        )
    return files


def _matching(pattern: str) -> list[Path]:
    if not glob.has_magic(pattern):
        raise _missing(Path(pattern))
    files = _data(Path(match) for match in glob.glob(pattern, recursive=True))  # noqa: PTH207
    if not files:
        raise UserError("No file matches {pattern!r}.", pattern=pattern)
    return files


def _missing(path: Path) -> UserError:
    siblings = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
    if guess := get_close_matches(path.name, siblings, n=1):
        return UserError(
            "There is no file {path}. Did you mean {guess!r}?",
            path=path,
            guess=str(path.parent / guess[0]),
        )
    return UserError("There is no file {path}.", path=path)


def _data(files: Iterable[Path]) -> list[Path]:
    return [file for file in files if file.is_file() and not file.name.startswith(_NOT_DATA)]


def _known(file: Path) -> bool:
    plain = file.with_suffix("") if file.suffix.lower() in COMPRESSIONS else file
    return plain.suffix.lower() in FORMATS
