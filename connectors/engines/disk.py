"""A full disk is nobody's defect: the import says what it needed, and nothing was lost."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb
from sqlalchemy.exc import DBAPIError

from connectors.engines.generations import built_size
from connectors.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_TEXTS = (*(os.strerror(number) for number in _ERRNOS), "max_temp_directory_size")


@contextmanager
def full_disk_explained(folder: Path) -> Iterator[None]:
    """Turns running out of space in `folder` into a UserError that names it and the sizes.

    What was needed is at least what the import had written when the space ran out.
    """
    free = shutil.disk_usage(folder).free
    try:
        yield
    except (OSError, duckdb.Error, DBAPIError) as error:
        if not _is_full(error):
            raise
        raise UserError(
            "{folder} is out of space: this import needs more than {needed} MB there and {free} MB "
            "were free. Nothing was imported; free some space and run it again.",
            folder=folder,
            needed=_megabytes(built_size(folder)),
            free=_megabytes(free),
        ) from error


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError) and error.errno in _ERRNOS:
        return True
    return any(text in str(error) for text in _TEXTS)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f}"
