"""A folder of generations: one complete database file each, of which a pointer names the current.

    current                   the pointer: JSON, replaced atomically
    generation-<id>.duckdb    a complete warehouse; its name is never used twice
    generation-<id>.lease     readers hold it shared (flock), so that it outlives its last reader
    building-<id>.duckdb      what the running import works on
    import.lock               the running import holds it (flock) and says in it what it does
    *.spill                   folders into which queries spill

The kernel lets go of the locks of a process that dies, so nothing needs mending after a crash: the
next import removes what no lock protects.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple

from connectors.engines.base import Meta
from connectors.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

_POINTER = "current"
_DATABASE, _LEASE, _SPILL = ".duckdb", ".lease", ".spill"
_FICLONE = 0x40049409  # Linux: share the blocks of another file; elsewhere it just fails
_CHUNK = 8 * 2**20
_PUBLISHED, _BUILDING = "generation-", "building-"


class Pointer(NamedTuple):
    """The current generation, and what readers must know before they open it."""

    generation: str
    version: str
    meta: Meta


class Lease:
    """A reader's hold on a generation: until it is released, nobody removes the file."""

    def __init__(self, pointer: Pointer, file: Path, descriptor: int) -> None:
        self.pointer = pointer
        self.file = file
        self._descriptor = descriptor

    def release(self) -> None:
        """Lets go; once."""
        os.close(self._descriptor)


def current(folder: Path) -> Pointer | None:
    """What the pointer names; None where nothing was ever imported.

    Raises:
        UserError: when `folder` is a file, or its pointer is not one of ours.
    """
    try:
        content = json.loads((folder / _POINTER).read_bytes())
        return Pointer(content.pop("generation"), content.pop("version"), Meta(**content))
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise not_a_folder(folder) from None
    except PermissionError:
        raise UserError("{file} cannot be read: it belongs to another user.", file=folder) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UserError(
            "{file} is damaged. Run `python -m connectors rebuild` to build the warehouse anew.",
            file=folder / _POINTER,
        ) from None


def not_a_folder(folder: Path) -> UserError:
    """The error for a warehouse that is a file."""
    return UserError("{folder} is a file: the warehouse is a folder.", folder=folder)


def lease(folder: Path) -> Lease | None:
    """A hold on the current generation; None where nothing was ever imported.

    Between reading the pointer and locking, an import may replace the generation and remove it;
    then the pointer has moved, and it is asked again.
    """
    while pointer := current(folder):
        path = folder / f"{_PUBLISHED}{pointer.generation}{_LEASE}"
        with suppress(FileNotFoundError):
            descriptor = os.open(path, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            if os.fstat(descriptor).st_nlink:
                return Lease(pointer, path.with_suffix(_DATABASE), descriptor)
            os.close(descriptor)
        if current(folder) == pointer:
            raise UserError(
                "{file} is missing. "
                "Run `python -m connectors rebuild` to build the warehouse anew.",
                file=path,
            )
    return None


def begin(folder: Path, pointer: Pointer | None) -> Path:
    """The file that an import works on: a copy of what `pointer` names, or a name to create.

    Only the holder of the import lock calls this. What killed imports left is removed first.
    """
    tidy(folder)
    count = int(pointer.generation.split("-")[0]) if pointer else 0
    building = folder / f"{_BUILDING}{count + 1:06}-{token_hex(3)}{_DATABASE}"
    if pointer:
        _copy(folder / f"{_PUBLISHED}{pointer.generation}{_DATABASE}", building)
    return building


def publish(folder: Path, building: Path, version: str, meta: Meta) -> None:
    """Makes the closed and complete file `building` the current generation.

    Every step is on the disk before the next, so that a power cut leaves the old pointer or the
    new one, and what it names is whole.
    """
    generation = building.stem.removeprefix(_BUILDING)
    file = folder / f"{_PUBLISHED}{generation}{_DATABASE}"
    _sync(building)
    file.with_suffix(_LEASE).touch()
    building.rename(file)
    _sync(folder)
    pointer = folder / f"{_POINTER}.new"
    content = {"generation": generation, "version": version, **meta._asdict()}
    pointer.write_text(json.dumps(content), encoding="utf-8")
    _sync(pointer)
    pointer.replace(folder / _POINTER)
    _sync(folder)


def built_size(folder: Path) -> int:
    """Bytes that the running import has written, what it spilled included."""
    paths = [path for built in folder.glob(f"{_BUILDING}*") for path in (built, *built.rglob("*"))]
    return sum(path.stat().st_size for path in paths if path.is_file())


def tidy(folder: Path) -> None:
    """Removes old generations that nobody reads and what killed imports and readers left.

    Only the holder of the import lock calls this.
    """
    for path in folder.glob(f"{_BUILDING}*"):
        _remove(path)
    (folder / f"{_POINTER}.new").unlink(missing_ok=True)
    try:
        pointer = current(folder)
    except UserError:
        return  # a damaged pointer is no reason to remove what it named
    for generation in _generations(folder):
        if pointer is None or generation != pointer.generation:
            _remove_unleased(folder, generation)


def spill_folder(database: Path) -> Path:
    """A folder of this process's own to spill into; it is removed with its generation."""
    return database.with_name(f"{database.stem}.{os.getpid()}-{token_hex(3)}{_SPILL}")


def _generations(folder: Path) -> set[str]:
    return {
        path.name.removeprefix(_PUBLISHED).split(".")[0] for path in folder.glob(f"{_PUBLISHED}*")
    }


def _remove_unleased(folder: Path, generation: str) -> None:
    held = folder / f"{_PUBLISHED}{generation}{_LEASE}"
    descriptor = os.open(held, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for path in folder.glob(f"{_PUBLISHED}{generation}.*"):
            _remove(path)
    except BlockingIOError:
        pass  # it is being read; the next import asks again
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copies, by reference where the file system shares blocks between files."""
    with source.open("rb") as read, target.open("xb") as write:
        try:
            fcntl.ioctl(write, _FICLONE, read.fileno())
        except OSError:
            shutil.copyfileobj(read, write, _CHUNK)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
