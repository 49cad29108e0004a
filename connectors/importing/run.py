"""Whole runs: an import, and the rebuilding of a warehouse from the sources of all of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from connectors.demo.targets import forget_targets
from connectors.engines import open_for_import
from connectors.engines.system import import_log
from connectors.errors import UserError
from connectors.importing import archive
from connectors.importing.canonical import canonical_mapping
from connectors.importing.load import Job, load, utc_now
from connectors.importing.presets import CANONICAL, mapping_text, read_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import Table

    from connectors.engines.base import Writer
    from connectors.importing.load import Progress
    from connectors.importing.report import Report
    from connectors.importing.source import Source
    from connectors.settings import Settings

BUILDERS = ("metrics.derived",)
"""Modules whose `BUILDERS` make what an import derives; named, so that metrics stay above us."""
WAIT = 600.0
"""Seconds that an import waits for another one by default."""


class Builder(Protocol):
    """One derived table, and the tables that it is derived from."""

    @property
    def table(self) -> Table:
        """The derived table."""

    @property
    def reads(self) -> Sequence[Table]:
        """What it is derived from."""

    def build(self, writer: Writer) -> int:
        """Replaces the derived table; returns how many rows it has."""


def named_job(
    name: str, table: str, sources: tuple[Source, ...], switches: dict[str, bool]
) -> tuple[Job, str]:
    """The job by its mapping's name or file, and the mapping's text ("" for the canonical one).

    Raises:
        UserError: when there is no such mapping or table, or the mapping says what cannot be.
    """
    if name == CANONICAL:
        return Job(canonical_mapping(table), table, sources, switches), ""
    text = mapping_text(name)
    file = name if name.endswith(".toml") else f"{name}.toml"
    return Job(read_mapping(text, file), table, sources, switches), text


def run_import(
    job: Job,
    text: str,
    settings: Settings,
    *,
    wait: float = WAIT,
    progress: Progress = lambda *_: None,
    mended: bool = False,
) -> Report:
    """Imports the files of a job into the warehouse of `settings`, and keeps them.

    Args:
        job: what to import.
        text: the mapping's TOML, to rebuild from; "" for the canonical one.
        settings: the warehouse, and what `load` wants of them.
        wait: seconds to wait for another import.
        progress: told after each file how many are read, of how many.
        mended: the files hold mended rows of kept ones, see `mend.py`.

    Raises:
        UserError: for anything that the caller can mend; the warehouse is then as it was.
    """
    job.rules()
    folder, started = archive.archive_folder(settings), utc_now()
    what = f"{job.mapping.name} ({len(job.sources)} files)"
    with open_for_import(settings.warehouse, settings, wait=wait, what=what) as writer:
        archive.settle(folder, set(writer.frame(select(import_log.c.started_at))["started_at"]))
        report = load(writer, job, started, settings, progress)
        changed = {name for name, each in report.tables.items() if each.written + each.removed}
        with ThreadPoolExecutor(1) as keeper:  # it waits for the disk, which deriving leaves idle
            kept = keeper.submit(archive.keep, folder, job.sources)
            build_derived(writer, changed)
        if not archive.recipes(folder):
            forget_targets(settings)  # the demo shop, if there was one, is left behind
        what_it_was = (started, job.mapping.name, text, job.table, job.switches)
        recipe = archive.Recipe(*what_it_was, kept.result(), mended)
        record = archive.begin(folder, recipe)
    archive.finish(record)
    return report


def run_rebuild(
    settings: Settings, *, wait: float = WAIT, progress: Progress = lambda *_: None
) -> list[Report]:
    """Builds the warehouse anew from the kept sources of every import, in their order.

    Raises:
        UserError: when nothing is kept, or for what `run_import` raises.
    """
    folder = archive.archive_folder(settings)
    recipes = archive.recipes(folder)
    if not recipes:
        message = "No sources are kept in {folder}: import the files again."
        raise UserError(message, folder=folder)
    with open_for_import(
        settings.warehouse, settings, wait=wait, what="rebuild", anew=True
    ) as writer:
        reports = [
            load(writer, _job(folder, recipe), recipe.started, settings, progress)
            for recipe in recipes
        ]
        build_derived(writer, {name for report in reports for name in report.tables})
    return reports


def _job(folder: Path, recipe: archive.Recipe) -> Job:
    if recipe.mapping == CANONICAL:
        mapping = canonical_mapping(recipe.table)
    else:
        mapping = read_mapping(recipe.mapping_text, f"{recipe.mapping}.toml")
    return Job(mapping, recipe.table, archive.sources_of(folder, recipe), recipe.rules)


def build_derived(writer: Writer, changed: set[str]) -> None:
    """Builds what derives from the tables `changed`, and what derives from that."""
    for builder in _builders():
        if changed.intersection(table.name for table in builder.reads):
            builder.build(writer)
            changed.add(builder.table.name)


def _builders() -> Iterable[Builder]:
    return (each for module in BUILDERS for each in import_module(module).BUILDERS)
