"""The log: JSON lines in the file that the setting `log` names, without secrets."""

from __future__ import annotations

import logging
import re
import secrets
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, cast

import structlog

from connectors.errors import UserError
from connectors.settings import Settings, load_settings

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is mistaken for another when read out
_MAX_BYTES = 10 * 2**20
_KEPT = 5
_SECRETS = (
    re.compile(r"(://[^\s:/@'\"]*:)[^\s'\"]+(?=@)"),
    re.compile(
        r"(?i)((?:password|passwd|pwd|secret|access_token|api_?key)['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,;]+"
    ),
)


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger whose events carry `module=name`; nothing is opened before its first event."""
    return cast("FilteringBoundLogger", structlog.get_logger(module=name))


def error_id(error: BaseException) -> str:
    """Logs `error` with its traceback; returns the id to show, such as `E-7K2M9Q`.

    Never raises: with an unwritable log there is still an id to show.
    """
    made = "E-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
    get_logger("board").error("failure", error_id=made, exc_info=error)
    return made


def log_path() -> Path:
    """The log file in force; the default one when the settings themselves are wrong."""
    try:
        return Path(load_settings().log)
    except (UserError, OSError):
        return Path(Settings().log).absolute()


def masked(text: str) -> str:
    """`text` with passwords of URLs and values of password-like keys replaced by `***`."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1***", text)
    return text


class _Quiet(RotatingFileHandler):
    """A log that cannot be written must not fail the work, nor print a traceback."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the base class's name)
        """Drops the event."""


@cache
def _file_logger(path: Path) -> logging.Logger:
    logger = logging.getLogger(f"board:{path}")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        logger.addHandler(
            _Quiet(path, maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
        )
    except OSError:
        logger.addHandler(logging.NullHandler())
    return logger


def _mask_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: masked(value) if isinstance(value, str) else value for key, value in event.items()}


structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _mask_event,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    logger_factory=lambda *_: _file_logger(log_path()),
)
