"""Segments: the part of the business that a target or a baseline is for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from connectors.errors import UserError
from connectors.state.checks import LONG, check_name, check_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Segment = tuple[tuple[str, tuple[str, ...]], ...]
"""Members per dimension, both in order: `(("shop", ("a", "b")),)`; empty for the whole business."""

_LONGEST = 1_800  # bytes: it is part of a key, which PostgreSQL limits


def segment_of(members: Mapping[str, Iterable[str]]) -> Segment:
    """The one way to write a segment, in whatever order it was given."""
    return tuple((name, tuple(sorted(set(members[name])))) for name in sorted(members))


def segment_text(segment: Segment) -> str:
    """The canonical JSON of a segment: equal segments are equal texts."""
    return json.dumps(dict(segment), ensure_ascii=False, separators=(",", ":"))


def check_segment(segment: Segment, where: str) -> None:
    """Raises a UserError for names and members that are no texts to keep, and for too many."""
    for name, members in segment:
        check_name("dimension", name, where)
        for member in members:
            check_text(name, member, where, LONG)
    size = len(segment_text(segment).encode())
    if size > _LONGEST:
        raise UserError(
            "{where}: the segment takes {size} bytes, {longest} are allowed: name fewer members.",
            where=where,
            size=size,
            longest=_LONGEST,
        )
