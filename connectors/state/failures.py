"""What can be wrong with the place of a state, in a line that says what to do."""

from __future__ import annotations

import errno
import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

from connectors.errors import UserError

_FULL = {"SQLITE_FULL", "53100", "ENOSPC", "EDQUOT"}
_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "40P01"}
_NOT_ALLOWED = {"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "25006", "42501"} | {
    *("EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EISDIR", "EEXIST"),
}
_DAMAGED = {"SQLITE_NOTADB", "SQLITE_CORRUPT"}


def explained(error: DBAPIError | OSError, state: str, seconds: float) -> UserError | None:
    """What to tell the caller of a failure at the place called `state`; None for a defect."""
    code = _code(error.orig if isinstance(error, DBAPIError) else error)
    values = {"state": state, "problem": _problem(error)}
    if code in _FULL:
        return UserError(
            "The disk of {state} is full. Nothing was changed: free some space and do it again.",
            **values,
        )
    if code in _BUSY:
        return UserError(
            "{state} was being written by another process for more than {seconds} seconds. "
            "Nothing was changed: do it again.",
            **values,
            seconds=f"{seconds:g}",
        )
    if code in _NOT_ALLOWED:
        return UserError(
            "{state} cannot be written: {problem}. Give the board's user the right to write there, "
            "or name another place by the setting state.",
            **values,
        )
    if code == "SQLITE_IOERR":
        return UserError(
            "{state} cannot be read or written: {problem}. Nothing was changed: check the disk and "
            "do it again.",
            **values,
        )
    if code in _DAMAGED:
        return UserError(
            "{state} is no SQLite database, or a damaged one: {problem}. Name another file, or "
            "move this one away and restore a backup (python -m connectors restore FILE).",
            **values,
        )
    if _is_away(error):
        return UserError(
            "The PostgreSQL server at {state} does not answer: {problem}. "
            "Check the setting state and the server.",
            **values,
        )
    return None


def _code(error: BaseException | None) -> str | None:
    """SQLite's primary code, PostgreSQL's SQLSTATE, or the system's name of an error."""
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        return "_".join(name.split("_")[:2])
    if isinstance(error, psycopg.Error):
        return error.sqlstate
    return errno.errorcode.get(error.errno or 0) if isinstance(error, OSError) else None


def _problem(error: DBAPIError | OSError) -> str:
    if isinstance(error, DBAPIError):
        return " ".join(str(error.orig).split())
    return error.strerror or str(error)


def _is_away(error: DBAPIError | OSError) -> bool:
    if not isinstance(error, DBAPIError) or not isinstance(error.orig, psycopg.OperationalError):
        return False
    return error.statement is None or error.connection_invalidated
