"""Dates and times as a mapping declares them: a format fits a text exactly, or not at all.

Polars alone would read `04-30-22` as the year 22 with `%Y`, so that of several formats the first
would win for the wrong reason. Each format is therefore first a pattern with fixed widths.
"""

from __future__ import annotations

import re

import polars as pl

_WIDTHS = {
    "%Y": r"\d{4}",
    "%y": r"\d{2}",
    "%m": r"\d{1,2}",
    "%d": r"\d{1,2}",
    "%H": r"\d{1,2}",
    "%I": r"\d{1,2}",
    "%M": r"\d{2}",
    "%S": r"\d{2}",
    "%b": r"[A-Za-z]{3}",
    "%B": r"[A-Za-z]+",
    "%p": r"[AaPp][Mm]",
    "%.f": r"(?:\.\d+)?",
    "%z": r"[+-]\d{2}:?\d{2}",
    "%#z": r"(?:Z|[+-]\d{2}(?::?\d{2})?)",
}
_DIRECTIVE = re.compile(r"%(?:\.f|#z|.)")
_OFFSETS = ("%z", "%#z")
_TIMES = ("%H", "%I")


def pattern(form: str) -> str:
    """The regular expression of the texts that `form` reads.

    Raises:
        ValueError: for a directive that imports do not know, or one that is there twice.
    """
    directives = _DIRECTIVE.findall(form)
    for directive in directives:
        if directive not in _WIDTHS:
            raise ValueError(f"{directive} in {form!r} is none of {', '.join(_WIDTHS)}")
    if len(directives) != len(set(directives)):
        raise ValueError(f"{form!r} names a part twice")
    parts = _DIRECTIVE.split(form)
    widths = [_WIDTHS[directive] for directive in directives]
    rest = "".join(width + re.escape(part) for width, part in zip(widths, parts[1:], strict=True))
    return f"^{re.escape(parts[0])}{rest}$"


def check_formats(kind: str, formats: list[str]) -> None:
    """Sees that formats suit their kind and that no text fits two of them.

    Raises:
        ValueError: when they do not.
    """
    shapes: dict[str, str] = {}
    for form in formats:
        offset = any(part in _OFFSETS for part in _DIRECTIVE.findall(form))
        if offset != (kind == "instant"):
            raise ValueError(f"{form!r}: an instant has a %z or %#z, a {kind} has none")
        if kind == "date" and has_time(form):
            raise ValueError(f"{form!r} has a time of day: its kind is datetime")
        other = shapes.setdefault(pattern(form), form)
        if other != form:
            raise ValueError(f"{other!r} and {form!r} read the same texts: declare the right one")


def has_time(form: str) -> bool:
    """Whether a format gives a time of day."""
    return any(part in _TIMES for part in _DIRECTIVE.findall(form))


def is_mixed(formats: list[str]) -> bool:
    """Whether some formats give a time of day and others do not."""
    return len({has_time(form) for form in formats}) > 1


def parsed(text: pl.Expr, kind: str, formats: list[str]) -> pl.Expr:
    """`text` as a date, as a datetime of the source's clock, or as a UTC instant; else null."""
    return pl.coalesce(_one(text, kind, form) for form in formats)


def timed(text: pl.Expr, formats: list[str]) -> pl.Expr:
    """Whether `text` is in a format with a time of day, where only some of them have one."""
    return pl.any_horizontal(text.str.contains(pattern(form)) for form in formats if has_time(form))


def _one(text: pl.Expr, kind: str, form: str) -> pl.Expr:
    fitting = pl.when(text.str.contains(pattern(form))).then(text)
    if kind == "date":
        return fitting.str.to_date(form, strict=False, cache=True)
    if has_time(form):
        return fitting.str.to_datetime(form, strict=False, time_unit="us", cache=True)
    return fitting.str.to_date(form, strict=False, cache=True).cast(pl.Datetime("us"))
