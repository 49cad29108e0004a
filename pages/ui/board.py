"""What every page works with: who asks, of which warehouse, under which settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from connectors.clock import now
from connectors.state import open_state
from metrics import METRICS, run
from metrics.coverage import coverage_of
from metrics.recent import Recent
from pages.ui.refresh import LATELY_ASKED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import streamlit as st

    from connectors.engines import Connector
    from connectors.settings import Settings
    from metrics import Access, Query, Result
    from metrics.coverage import Coverage


ANSWERS: Recent[Result] = Recent(1_000)
"""Those of this server: a page asks sixteen on average, and twenty readers go back to their last
three views: 960, and some comparisons."""


@dataclass(frozen=True)
class Board:
    """The asker and the asked, made once a run by `app.py`.

    Attributes:
        settings: those in force.
        access: what the asker may see: goes into every question.
        connector: the current generation of the warehouse.
        pages: the pages that the asker may see, by path.
    """

    settings: Settings
    access: Access
    connector: Connector
    pages: Mapping[str, st.Page] = field(default_factory=dict)

    def ask(self, query: Query) -> Result:
        """The answer; nothing is asked twice of one generation and one state, on one day."""
        asked = repr((query, self.access, self.settings))
        LATELY_ASKED.note(asked, partial(_ask_again, asked, self.settings, self.access, query))
        return self._answer(asked, query)

    def coverage(self, metric: str) -> Coverage:
        """The days that hold the facts behind a metric."""
        return coverage_of(self.connector, [METRICS[metric]], self.settings.zone)

    @property
    def today(self) -> date:
        """The present day of the business."""
        return now(self.settings.zone).date()

    @cached_property
    def moment(self) -> str:
        """What an answer depends on beside its question; edits are over before a run begins."""
        version = open_state(self.settings).version
        return repr((self.connector.version, self.today, version))

    def _answer(self, asked: str, query: Query) -> Result:
        """That of `query`, which is written out in `asked`; it is shared, and nobody changes it."""
        return ANSWERS.of(
            asked + self.moment, lambda: run(query, self.access, self.connector, self.settings)
        )


def _ask_again(
    asked: str, settings: Settings, access: Access, query: Query, connector: Connector
) -> Result:
    """The same of another generation; nothing holds on to the one that was asked first."""
    return Board(settings, access, connector)._answer(asked, query)  # noqa: SLF001 (our own)
