"""The festivals that apparel trade is aligned by, from `assets/festivals.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

FILE = Path(__file__).parents[1] / "assets" / "festivals.toml"
NEAR = timedelta(days=30)
"""A festival further away than this does not shape a range."""


@dataclass(frozen=True)
class Festival:
    """One festival in one year."""

    name: str
    day: date


@cache
def festivals() -> tuple[Festival, ...]:
    """All festivals of all years, by day."""
    with FILE.open("rb") as file:
        table = tomllib.load(file)
    found = [Festival(name, day) for name, days in table["dated"].items() for day in days]
    first, last = table["years"]
    for name, (month, day) in table["fixed"].items():
        found += [Festival(name, date(year, month, day)) for year in range(first, last + 1)]
    return tuple(sorted(found, key=lambda festival: (festival.day, festival.name)))


def year_before(start: date, end: date) -> timedelta | None:
    """How far back last year's same festival lies for [start, end), or None without one near.

    The festival within the range counts, else the nearest to it.
    """
    near = [each for each in festivals() if _distance(each.day, start, end) <= NEAR]
    if not near:
        return None
    middle = start + (end - start) / 2
    nearest = min(near, key=lambda each: (_distance(each.day, start, end), abs(each.day - middle)))
    earlier = [each.day for each in festivals() if each.name == nearest.name and each != nearest]
    before = [day for day in earlier if day < nearest.day]
    return nearest.day - before[-1] if before else None


def same_festival_last_year(day: date) -> Festival:
    """The edition before of the festival nearest to `day`, which may be one to come."""
    editions: dict[str, list[Festival]] = {}
    for festival in festivals():
        editions.setdefault(festival.name, []).append(festival)
    pairs = (pair for each in editions.values() for pair in pairwise(each))
    return min(pairs, key=lambda pair: (abs(pair[1].day - day), pair[1].day))[0]


def _distance(day: date, start: date, end: date) -> timedelta:
    if day < start:
        return start - day
    return max(day - (end - timedelta(days=1)), timedelta(0))
