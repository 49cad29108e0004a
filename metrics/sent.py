"""What the warehouse answered of late: different questions often rest on the same statement.

Another comparison of the same days, or another part of a page, asks for some of the same sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metrics.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Hashable

    import polars as pl
    from sqlalchemy import Select

    from connectors.engines.base import Connector

MOST_BYTES = 36 * 2**20
"""What is kept of one version of the warehouse; the oldest goes first."""
_LARGEST = MOST_BYTES // 12
_KEY_BYTES = 50_000
"""What the key of a frame takes, about: more than most frames."""
_KEPT = ("sent",)


def forget(connector: Connector) -> None:
    """What is asked next is sent again, as measuring needs it."""
    connector.memory.pop(_KEPT, None)


def send(connector: Connector, select: Select[Any]) -> pl.DataFrame:
    """The rows of `select`, from the warehouse or as it answered before."""
    key = _key(select)
    if key is None:
        return connector.frame(select)
    recent: Recent[pl.DataFrame] = connector.memory.setdefault(
        _KEPT, Recent(MOST_BYTES, _size, _LARGEST)
    )
    return recent.of(key, lambda: connector.frame(select))


def _key(select: Select[Any]) -> Hashable | None:
    """What SQLAlchemy itself caches statements by, with the values; None where it would not."""
    made = select._generate_cache_key()  # noqa: SLF001 (as in SQLAlchemy's own example of a cache)
    if made is None:
        return None
    return made.key, repr([bind.effective_value for bind in made.bindparams])


def _size(frame: pl.DataFrame) -> int:
    """Bytes, with those of the key."""
    return int(frame.estimated_size()) + _KEY_BYTES
