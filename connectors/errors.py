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
    spelt = {each.casefold(): each for each in names}
    near = get_close_matches(name.casefold(), spelt, n=1)
    values = {"kind": kind, "name": name, "valid": _listed(names)}
    match (where, near):
        case (None, []):
            return UserError("No {kind} named {name!r}. Valid: {valid}.", **values)
        case (None, _):
            return UserError(
                "No {kind} named {name!r}. Did you mean {guess!r}? Valid: {valid}.",
                guess=spelt[near[0]],
                **values,
            )
        case (_, []):
            return UserError(
                "{where}: no {kind} named {name!r}. Valid: {valid}.", where=where, **values
            )
    return UserError(
        "{where}: no {kind} named {name!r}. Did you mean {guess!r}? Valid: {valid}.",
        where=where,
        guess=spelt[near[0]],
        **values,
    )


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown}, … ({len(names)})" if len(names) > _SHOWN else shown or "—"
