"""The board's settings: `board.toml`, then `BOARD_*` in the environment, checked on reading."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import list_currencies
from pydantic import BaseModel, ByteSize, ConfigDict, Field, ValidationError

from connectors.errors import UserError, unknown

_GIB = 2**30
_MIB = 2**20
_PATHS = ("warehouse", "state", "log", "targets", "roles")
_NOT_SETTINGS = {"BOARD_NOW", "BOARD_CONFIG", "BOARD_DATA"}

Text = Annotated[str, Field(min_length=1)]


class Settings(BaseModel):
    """What a team decides once. Frozen and hashable; paths are absolute after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    warehouse: Text = Field("var/warehouse", description="a folder, or an SQLAlchemy URL")
    state: Text = Field("var/state.db", description="an SQLite file, or an SQLAlchemy URL")
    time_zone: Text = Field("Asia/Shanghai", description="the business time zone, an IANA name")
    currency: Text | None = Field(
        None, description="an ISO 4217 code; without one, the warehouse's first import decides"
    )
    language: Literal["auto", "zh-CN", "en"] = Field(
        "auto", description="auto follows the browser or the shell"
    )
    week_start: Literal["monday", "sunday", "saturday"] = Field(
        "monday", description="the first day of a week"
    )
    good_colour: Literal["red", "green"] = Field(
        "red", description="the colour of good news, the other one is bad: Chinese practice is red"
    )
    log: Text = Field("var/log/board.log", description="the log, one JSON object a line")
    targets: Text | None = Field(None, description="a TOML file in place of assets/targets.toml")
    roles: Text | None = Field(None, description="a TOML file in place of assets/roles.toml")
    notify: Text | None = Field(
        None, description="who is told of alarms: Apprise URLs, separated by spaces"
    )
    address: Text = Field("http://localhost:8501", description="where links in notifications lead")
    max_source_bytes: ByteSize = Field(
        ByteSize(8 * _GIB), gt=0, description="the most that one source may hold once expanded"
    )
    max_line_bytes: ByteSize = Field(
        ByteSize(16 * _MIB), gt=0, description="the longest line of a text source"
    )
    max_expansion_ratio: int = Field(
        200, gt=1, description="the most that a compressed source may grow, times its size"
    )
    max_upload_bytes: ByteSize = Field(
        ByteSize(512 * _MIB), gt=0, description="the largest file taken through the browser"
    )

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.time_zone)


def load_settings() -> Settings:
    """The settings in force: defaults, then the file, then the environment.

    Raises:
        UserError: for an unknown key or a wrong value, naming the file or the variable, the key
            and what is allowed.
    """
    file = _config_file()
    given = _from_file(file) if file else {}
    base = file.parent if file else Path.cwd()
    _checked(given, str(file))
    overrides = _from_environment()
    for key, value in overrides.items():
        _checked({key: value}, _variable(key))
    settings = Settings.model_validate({**given, **overrides})
    return settings.model_copy(update=_resolved(settings, base, overrides))


def _config_file() -> Path | None:
    named = os.environ.get("BOARD_CONFIG")
    file = Path(named or "board.toml").absolute()
    if file.is_file():
        return file
    if named:
        raise UserError("BOARD_CONFIG names {file}: there is no such file.", file=named)
    return None


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError("{file} is not valid TOML: {error}.", file=file, error=error) from None


def _from_environment() -> dict[str, Any]:
    """Settings by name; an empty variable counts as none."""
    variables = {_variable(name): name for name in Settings.model_fields}
    given: dict[str, Any] = {}
    for variable, value in os.environ.items():
        if not variable.startswith("BOARD_") or variable in _NOT_SETTINGS or not value:
            continue
        if variable not in variables:
            raise unknown("environment variable", variable, [*variables, *_NOT_SETTINGS])
        given[variables[variable]] = value
    return given


def _variable(name: str) -> str:
    return f"BOARD_{name.upper()}"


def _checked(given: dict[str, Any], where: str) -> None:
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        raise _explained(error, where) from None
    if settings.time_zone not in _time_zones():
        raise unknown("time zone", settings.time_zone, _time_zones(), where)
    if settings.currency is not None and settings.currency not in list_currencies():
        raise unknown("currency", settings.currency, list_currencies(), where)


@cache
def _time_zones() -> frozenset[str]:
    """The names that the system knows; finding them takes a walk through its folders."""
    return frozenset(available_timezones())


def _explained(error: ValidationError, where: str) -> UserError:
    first = error.errors()[0]
    key = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return unknown("setting", key, Settings.model_fields, where)
    return UserError(
        "{where}: the setting {key} cannot be {value!r}. Allowed: {allowed}.",
        where=where,
        key=key,
        value=first["input"],
        allowed=_allowed(key, first["msg"]),
    )


def _allowed(key: str, problem: str) -> str:
    field = Settings.model_fields[key]
    choices = get_args(field.annotation)
    if choices and all(isinstance(choice, str) for choice in choices):
        return ", ".join(choices)
    if field.annotation is ByteSize:
        return 'a size as 16777216 or "16MiB"'
    return problem[0].lower() + problem[1:]


def _resolved(settings: Settings, base: Path, overrides: dict[str, Any]) -> dict[str, str]:
    """The paths made absolute: the file's from its folder, a variable's from the current one."""
    paths: dict[str, str] = {}
    for name in _PATHS:
        value: str | None = getattr(settings, name)
        if value is not None and "://" not in value:
            folder = Path.cwd() if name in overrides else base
            paths[name] = str(folder / Path(value).expanduser())
    return paths
