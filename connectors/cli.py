"""What the commands share: one line for an error, and the exit code that says whose it was."""

from __future__ import annotations

import argparse
import errno
import getpass
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from connectors.errors import UserError
from connectors.log import error_id, log_path, masked
from connectors.settings import Settings, load_settings
from connectors.text import command_line_language, translator

if TYPE_CHECKING:
    from collections.abc import Callable

DONE, FAILED, MISTAKE, INTERRUPTED, CUT_OFF = 0, 1, 2, 130, 141


class Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes are UserErrors, as all of the board's are."""

    def error(self, message: str) -> NoReturn:
        """Raises the mistake, which argparse words with the valid choices."""
        raise UserError("{problem} (see {program} --help)", problem=message, program=self.prog)


def run_command(main: Callable[[], int]) -> int:
    """Runs a command and returns its exit code.

    0 when it is done; 2 for a mistake of the caller's, one line on stderr; 1 for a failure, one
    line with an error id that the log explains; 130 when interrupted; 141 when the reader of its
    output went away.
    """
    try:
        code = main()
        sys.stdout.flush()
    except UserError as error:
        return _say(error, MISTAKE)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes stdout once more on its way out, and would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_OFF
    except Exception as error:
        return _say(_failure(error), FAILED)
    return code


def user_name() -> str:
    """Who runs the command, for the history of edits; a number where the system has no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # the latter before Python 3.13
        return str(os.getuid())


def _failure(error: Exception) -> UserError:
    made, log = error_id(error), log_path()
    if _disk_is_full(error):
        return UserError(
            "The disk is full: free some space and run it again. Error {id}; see {log}.",
            id=made,
            log=log,
        )
    return UserError(
        "It failed: {problem}. Error {id}; see {log}.", problem=_short(error), id=made, log=log
    )


def _disk_is_full(error: Exception) -> bool:
    # Engines report it in the words of the system, or in SQLite's, under errors of their own.
    words = ("No space left on device", "database or disk is full")
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    return full or any(each in str(error) for each in words)


def _short(error: Exception) -> str:
    lines = masked(str(error)).splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def _say(error: UserError, code: int) -> int:
    print(masked(error.text(translator(_language()))), file=sys.stderr)
    return code


def _language() -> str:
    try:
        return command_line_language(load_settings())
    except (UserError, OSError):
        return command_line_language(Settings())
