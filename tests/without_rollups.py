"""A warehouse as it would be if it had no roll-ups: what they answer is held to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metrics.rollups import ROLLUPS

if TYPE_CHECKING:
    from connectors.engines import Connector


@dataclass(eq=False)
class WithoutRollups:
    """A connector that hides them."""

    connector: Connector

    def tables(self) -> frozenset[str]:
        """Those that hold rows, but for the roll-ups."""
        return self.connector.tables() - {each.table.name for each in ROLLUPS}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connector, name)
