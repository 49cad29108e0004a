"""Rejected rows that someone mended, imported again as a part of the file that they came from.

A mended row alone would say that its document (an order, a day) holds nothing else. So it goes in
with all rows of its document, from the kept source, and with the file's other rejects, under the
file's own name and at the lines on which the rows stood: the report adds up, rejects that are
mended disappear, the others stand as they did, and nothing that other files stated is touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl

from connectors.engines import rejects
from connectors.errors import UserError
from connectors.importing import archive
from connectors.importing.canonical import canonical_mapping
from connectors.importing.columns import LINE
from connectors.importing.load import Job
from connectors.importing.presets import CANONICAL, read_mapping
from connectors.importing.read import read
from connectors.importing.rewrite import rewrite
from connectors.importing.rows import (
    DOCUMENT,
    EXCLUDED,
    FILE,
    ROW,
    apply_rules,
    derive,
    headers,
    mark_blocks,
    read_cells,
    type_cells,
)
from connectors.importing.run import run_import
from connectors.importing.sample import limits_of
from connectors.importing.source import Reading, Source
from connectors.importing.splits import with_splits

if TYPE_CHECKING:
    from collections.abc import Mapping as Named

    from connectors.importing.load import Progress
    from connectors.importing.mapping import Mapping
    from connectors.importing.report import Report
    from connectors.settings import Settings

    Changes = Named[int, Named[str, str | None]]


@dataclass(frozen=True)
class _Kept:
    """A source as its imports left it: the newest whole file, with what was mended since."""

    recipe: archive.Recipe
    mapping: Mapping
    source: Source
    rows: pl.DataFrame


def mend(
    settings: Settings,
    mapping: str,
    file: str,
    changes: Changes,
    *,
    wait: float,
    progress: Progress = lambda *_: None,
) -> Report:
    """Imports the rejects of a file again, with some of their cells changed.

    Args:
        settings: the warehouse.
        mapping: the name of the mapping that rejected the rows.
        file: the name of the file.
        changes: line → column of the source → its text now; lines that are not rejected are left.
        wait: seconds to wait for another import.
        progress: as for `run_import`.

    Raises:
        UserError: when the file is not kept, cannot be mended in parts, or has no reject at these
            lines; and for whatever `run_import` raises.
    """
    lines = _rejected(settings, mapping, file)
    if not lines.intersection(changes):
        message = "{file} has no rejected rows at these lines any more: look at the list again."
        raise UserError(message, file=file)
    kept = _kept(settings, mapping, file)
    rows = _changed(kept.rows, {line: changes[line] for line in lines.intersection(changes)})
    part = rows.filter(pl.col(LINE).is_in(sorted(_needed(rows, kept, lines))))
    with TemporaryDirectory() as folder:
        reading = _reading(kept.mapping, kept.recipe)
        sources = (Source(rewrite(Path(folder), part, kept.source, reading), file),)
        job = Job(kept.mapping, kept.recipe.table, sources, kept.recipe.rules)
        text = kept.recipe.mapping_text
        return run_import(job, text, settings, wait=wait, progress=progress, mended=True)


def _rejected(settings: Settings, mapping: str, file: str) -> set[int]:
    standing = rejects(settings.warehouse, settings)
    mine = standing.filter((pl.col("mapping") == mapping) & (pl.col("file") == file))
    return set(mine["line"])


def _kept(settings: Settings, name: str, file: str) -> _Kept:
    folder = archive.archive_folder(settings)
    mine = [
        recipe
        for recipe in archive.recipes(folder)
        if recipe.mapping == name and any(kept.name == file for kept in recipe.files)
    ]
    whole = next((at for at in reversed(range(len(mine))) if not mine[at].mended), None)
    sources = [_source(folder, recipe, file) for recipe in mine[whole or 0 :]]
    if whole is None or not all(source.path.exists() for source in sources):
        message = "{file} is not kept any more: mend the file itself and import it again."
        raise UserError(message, file=file)
    mapping = _mapping(mine[whole])
    if mapping.companions:
        message = (
            "{file} is imported together with another file: mend the files themselves and import "
            "both again."
        )
        raise UserError(message, file=file)
    read_first, *mended = (
        read(each, _reading(mapping, recipe), limits_of(settings))
        for each, recipe in zip(sources, mine[whole:], strict=True)
    )
    return _Kept(mine[whole], mapping, sources[0], _overlaid(read_first, mended))


def _source(folder: Path, recipe: archive.Recipe, file: str) -> Source:
    named = [each for each in archive.sources_of(folder, recipe) if each.name == file]
    if len(named) > 1:
        message = "{count} files are named {file}: mend the files themselves and import them again."
        raise UserError(message, count=len(named), file=file)
    return named[0]


def _mapping(recipe: archive.Recipe) -> Mapping:
    if recipe.mapping == CANONICAL:
        return canonical_mapping(recipe.table)
    return read_mapping(recipe.mapping_text, f"{recipe.mapping}.toml")


def _reading(mapping: Mapping, recipe: archive.Recipe) -> Reading:
    options = mapping.source
    sheet = None if recipe.mended else options.sheet
    return Reading(options.format, options.encoding, options.delimiter, sheet, options.header)


def _overlaid(rows: pl.DataFrame, mended: list[pl.DataFrame]) -> pl.DataFrame:
    """The rows with those of later files in the place of theirs, by line."""
    for later in mended:
        same = later.select(
            pl.col(name) if name in later.columns else pl.lit(None, pl.String).alias(name)
            for name in rows.columns
        )
        rows = pl.concat([rows.join(same, on=LINE, how="anti"), same]).sort(LINE)
    return rows


def _changed(rows: pl.DataFrame, changes: Changes) -> pl.DataFrame:
    for name in rows.columns[1:]:
        cells = {line: row[name] for line, row in changes.items() if name in row}
        if cells:
            flat = [text if text is None else " ".join(text.split()) for text in cells.values()]
            now = pl.DataFrame({LINE: [*cells], "": flat}, {LINE: pl.Int64, "": pl.String})
            joined = rows.join(now, on=LINE, how="left", maintain_order="left")
            mine = pl.col(LINE).is_in([*cells])
            rows = joined.with_columns(pl.when(mine).then("").otherwise(name).alias(name)).drop("")
    return rows


def _needed(rows: pl.DataFrame, kept: _Kept, rejected: set[int]) -> set[int]:
    """The lines of `rows` that have to be stated for those rejected to be."""
    mapping = kept.mapping
    if mapping.document is None:
        # Occurrences are counted over the whole file.
        numbered = any(feed.numbered for feed in mapping.feeds)
        return set(rows[LINE]) if numbered else rejected
    documents = _documents(rows, kept)
    touched = documents.filter(pl.col(LINE).is_in(sorted(rejected)))[DOCUMENT].drop_nulls()
    whole = documents.filter(pl.col(DOCUMENT).is_in(touched.unique().to_list()))
    return rejected | set(whole[LINE])


def _documents(rows: pl.DataFrame, kept: _Kept) -> pl.DataFrame:
    """`__line` and `__document` of the rows, as the import sees them."""
    mapping = kept.mapping
    placed = rows.with_columns(
        pl.lit(0, pl.Int64).alias(FILE),
        pl.col(LINE).alias(ROW),
        pl.lit(kept.source.name).alias("file"),
        pl.col(LINE).alias("line"),
    )
    found = headers(mapping.columns, rows.columns)
    cells = mark_blocks(read_cells(placed, mapping, mapping.columns, found), mapping)
    cells = cells.filter(pl.col(EXCLUDED).is_null())
    values = with_splits(derive(type_cells(cells, mapping.columns, found), mapping), mapping)
    rules = Job(mapping, kept.recipe.table, (), kept.recipe.rules).rules()
    return apply_rules(values, rules).select(pl.col("line").alias(LINE), DOCUMENT)
