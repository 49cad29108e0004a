"""Sources are kept, compressed and under the name of their content, so that all can be rebuilt.

    sources/<sha-256>.<suffix>       a source: as it was when it is compressed in itself, else zst
    sources/runs/<started>.json      one finished import: its mapping, rules and files, in order
    sources/runs/<started>.new       one that has not finished, or whose end was cut off

A run's files are written before its warehouse is current, and its record gets its final name after:
`settle` later tells from the import log how a run ended that was cut off in between.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NamedTuple

import zstandard

from connectors.importing.source import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from connectors.settings import Settings

_COMPRESSED = (".gz", ".zst", ".xlsx", ".xlsm", ".parquet")
_CHUNK = 2**20
_LEVEL = 3


class Kept(NamedTuple):
    """A source in the archive: the name that it was imported under, and its file there."""

    name: str
    stored: str


class Recipe(NamedTuple):
    """What an import needs to be run again: names, the mapping's text, rules and files.

    `started` is UTC without an offset and tells the run from all others. `mended` marks files that
    hold only some rows of the files that they are named like, which an earlier run kept.
    """

    started: datetime
    mapping: str
    mapping_text: str
    table: str
    rules: dict[str, bool]
    files: tuple[Kept, ...]
    mended: bool = False


def archive_folder(settings: Settings) -> Path:
    """Where sources are kept: in a folder warehouse, else beside the board's own state."""
    if "://" not in settings.warehouse:
        return Path(settings.warehouse) / "sources"
    if "://" not in settings.state:
        return Path(settings.state).parent / "sources"
    return Path("var/sources").absolute()


def keep(folder: Path, sources: Sequence[Source]) -> tuple[Kept, ...]:
    """Copies sources into the archive, those that are there already excepted."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(Kept(source.name, _keep(folder, source.path)) for source in sources)


def begin(folder: Path, recipe: Recipe) -> Path:
    """Writes down a run that is about to finish; returns its file, for `finish`."""
    record = folder / "runs" / f"{recipe.started:%Y%m%dT%H%M%S.%f}.new"
    record.parent.mkdir(parents=True, exist_ok=True)
    given = recipe._asdict() | {"files": [kept._asdict() for kept in recipe.files]}
    _write(record, json.dumps(given | {"started": recipe.started.isoformat()}, ensure_ascii=False))
    return record


def finish(record: Path) -> None:
    """Marks a run as finished."""
    record.replace(record.with_suffix(".json"))


def settle(folder: Path, finished: Collection[datetime]) -> None:
    """Decides the runs whose end was cut off: `finished` is when those in the import log began.

    Only the holder of the import lock calls this. Half-written files are removed.
    """
    for part in folder.glob("*.part"):
        part.unlink()
    for record in (folder / "runs").glob("*.new"):
        if _read(record).started in finished:
            finish(record)
        else:
            record.unlink()


def recipes(folder: Path) -> list[Recipe]:
    """The finished runs, in the order in which they were made."""
    return [_read(record) for record in sorted((folder / "runs").glob("*.json"))]


def sources_of(folder: Path, recipe: Recipe) -> tuple[Source, ...]:
    """The kept files of a run, under the names that they were imported under."""
    return tuple(Source(folder / kept.stored, kept.name) for kept in recipe.files)


def _keep(folder: Path, path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    suffix = "".join(path.suffixes[-2:]).lower()
    compressed = path.suffix.lower() in _COMPRESSED
    name = digest + (suffix if compressed else f"{path.suffix.lower()}.zst")
    if not (folder / name).exists():
        _copy(path, folder / name, compressed=compressed)
    return name


def _copy(path: Path, target: Path, *, compressed: bool) -> None:
    unfinished = target.with_name(f"{target.name}.{token_hex(3)}.part")
    with path.open("rb") as source, unfinished.open("wb") as sink:
        if compressed:
            shutil.copyfileobj(source, sink, _CHUNK)
        else:
            zstandard.ZstdCompressor(level=_LEVEL).copy_stream(source, sink)
    unfinished.replace(target)


def _read(record: Path) -> Recipe:
    given: dict[str, Any] = json.loads(record.read_bytes())
    files = tuple(Kept(**each) for each in given["files"])
    started = datetime.fromisoformat(given["started"])
    return Recipe(**given | {"files": files, "started": started})


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
