"""Small demo shops to try the identities on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from connectors.demo.arguments import Arguments
from connectors.demo.run import run_demo, truth_folder
from connectors.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

END = date(2025, 11, 20)
SMALL = Arguments(END, orders=3_000, days=120)
TINY = Arguments(END, orders=500, days=60)


def built(folder: Path, arguments: Arguments) -> Path:
    """The folder of a warehouse with the demo shop of these arguments."""
    settings = Settings.model_validate(
        {"warehouse": str(folder / "warehouse"), "state": str(folder / "state.db")}
    )
    run_demo(arguments, settings, wait=1)
    return truth_folder(settings).parent
