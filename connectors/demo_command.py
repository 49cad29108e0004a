"""The command `demo`: builds the demo shop, with a bar that shows how far it has come."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

from connectors.clock import now
from connectors.errors import UserError
from connectors.text import N_

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction
    from collections.abc import Callable

    from connectors.cli import Parser
    from connectors.settings import Settings

    Translate = Callable[[str], str]

_WIDTH = 40


def add_parser(commands: _SubParsersAction[Parser]) -> None:
    """Adds the command to those of `python -m connectors`."""
    from connectors.demo.arguments import DAYS, ORDERS, SEED

    demo = commands.add_parser("demo", help="build the demo shop, a business whose truth is known")
    demo.add_argument("--orders", type=int, default=ORDERS, metavar="N", help=f"about ({ORDERS})")
    demo.add_argument("--days", type=int, default=DAYS, metavar="D", help=f"({DAYS})")
    demo.add_argument("--end", metavar="DATE", help="the last day (yesterday)")
    demo.add_argument("--seed", type=int, default=SEED, metavar="S", help=f"({SEED})")
    demo.add_argument("--if-empty", action="store_true", help="only where nothing was imported yet")
    wait = "seconds to wait for an import (600)"
    demo.add_argument("--wait", type=float, default=600.0, metavar="SECONDS", help=wait)


def run_demo_command(given: Namespace, settings: Settings, translate: Translate) -> None:
    """Builds the shop and says what is in it."""
    from connectors.demo.arguments import Arguments
    from connectors.demo.run import run_demo

    if given.if_empty and not _is_empty(settings):
        return
    end = _date(given.end) if given.end else now(settings.zone).date() - timedelta(days=1)
    arguments = Arguments(end, given.orders, given.days, given.seed)
    written = run_demo(arguments, settings, wait=given.wait, progress=bar(translate))
    message = N_("The demo shop is in {warehouse}: {rows} rows in {tables} tables, to {end}.")
    values = {"rows": sum(written.values()), "tables": len(written), "end": end.isoformat()}
    print(translate(message).format(warehouse=settings.warehouse, **values))


def bar(translate: Translate) -> Callable[[float], None]:
    """A bar on stderr that grows in place; where no one watches, a line for each tenth."""
    title = translate(N_("Building the demo shop"))
    last = -1

    def tell(done: float) -> None:
        nonlocal last
        percent = int(done * 100)
        if sys.stderr.isatty():
            filled = "█" * (percent * _WIDTH // 100)
            end = "\n" if percent == 100 else ""  # noqa: PLR2004
            text = f"\r{title} {filled:░<{_WIDTH}} {percent:3} %{end}"
            print(text, end="", file=sys.stderr, flush=True)
        elif percent // 10 > last:
            print(f"{title}: {percent} %", file=sys.stderr, flush=True)
        last = percent // 10

    return tell


def _is_empty(settings: Settings) -> bool:
    from connectors.engines import is_empty

    try:
        return is_empty(settings.warehouse, settings)
    except UserError:
        return False  # there is something, and the board says what is wrong with it


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError("--end {text!r}: write a date as 2024-06-18.", text=text) from None
