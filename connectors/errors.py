"""Errors that a caller can cause: one line that says what was wrong and what to do instead."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SHOWN = 30


class UserError(Exception):
    """A mistake that the caller can mend: shown as one line, never as a traceback.

    `message` is the English text and the catalogue's id; `{name}` and `{name!r}` in it are
    filled from `values`. A value called `kind` is a word of the catalogue itself ("metric").
    """

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.text(str)

    def text(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate`, always a single line."""
        values = dict(self.values)
        if isinstance(kind := values.get("kind"), str):
            values["kind"] = translate(kind)
        return "\\n".join(translate(self.message).format(**values).splitlines())


def unknown(kind: str, name: str, valid: Iterable[str], where: str | None = None) -> UserError:
    """The error for a name that is not among the valid ones, with the nearest as a guess.

    Args:
        kind: what the name should have been, in the singular: "metric", "setting".
        name: what the caller wrote.
        valid: every name that would have done; past thirty the list is cut.
        where: the file, or the file and line, that the name stands in.
    """
    names = sorted(set(valid))
    near = {each.casefold(): each for each in names}
    guess = get_close_matches(name.casefold(), near, n=1)
    values: dict[str, object] = {"kind": kind, "name": name, "valid": _listed(names)}
    if guess:
        values["guess"] = near[guess[0]]
    if where:
        return _unknown_in(values | {"where": where})
    if guess:
        message = "No {kind} named {name!r}. Did you mean {guess!r}? Valid: {valid}."
        return UserError(message, **values)
    return UserError("No {kind} named {name!r}. Valid: {valid}.", **values)


def _unknown_in(values: dict[str, object]) -> UserError:
    if "guess" in values:
        message = "{where}: no {kind} named {name!r}. Did you mean {guess!r}? Valid: {valid}."
        return UserError(message, **values)
    return UserError("{where}: no {kind} named {name!r}. Valid: {valid}.", **values)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown}, … ({len(names)})" if len(names) > _SHOWN else shown or "—"
