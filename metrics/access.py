"""Who may see which rows, columns and metrics: a required argument of every question."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.errors import UserError, unknown

if TYPE_CHECKING:
    from connectors.settings import Settings

ROLES = Path(__file__).parents[1] / "assets" / "roles.toml"
Filter = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Access:
    """What a role may see.

    Attributes:
        role: its name.
        rows: per dimension the members that it may see; a fact without the dimension is denied.
        hidden: dimensions that it may neither group nor filter by.
        metrics: the metrics that it may ask for; None stands for all.
    """

    role: str
    rows: tuple[Filter, ...] = ()
    hidden: frozenset[str] = frozenset()
    metrics: frozenset[str] | None = None


def load_access(role: str, settings: Settings) -> Access:
    """The access of a role as `assets/roles.toml`, or the file of the setting `roles`, gives it.

    Raises:
        UserError: for a role that the file does not have, or a key that a role cannot have.
    """
    file = Path(settings.roles) if settings.roles else ROLES
    try:
        roles = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(
            "The setting roles names {file}: there is no such file.", file=file
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise UserError("{file} is not valid TOML: {error}.", file=file, error=error) from None
    if role not in roles:
        raise unknown("role", role, roles, str(file))
    return _access(role, roles[role], str(file))


def _access(role: str, given: dict[str, Any], file: str) -> Access:
    for key in given:
        if key not in {"rows", "hidden", "metrics"}:
            raise unknown("key of a role", key, ["rows", "hidden", "metrics"], f"{file} [{role}]")
    rows = tuple((name, tuple(members)) for name, members in sorted(given.get("rows", {}).items()))
    allowed = frozenset(given["metrics"]) if "metrics" in given else None
    return Access(role, rows, frozenset(given.get("hidden", ())), allowed)
