"""Files dropped on a page: in a folder of their own while they are read, and nowhere after that."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar, cast

import streamlit as st

from connectors.errors import UserError
from connectors.importing.source import COMPRESSIONS, FORMATS, Source
from pages.ui.text import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from connectors.settings import Settings

Made = TypeVar("Made")
_MIB = 2**20
_CHUNK = 2**20
_LONGEST = 120
_OWN_WORDS = """<style>
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[data-testid="stFileUploaderDropzone"] button p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button p::after { content: %s; font-size: 1rem; }
</style>"""
"""Streamlit's box speaks English only, and rounds its limit."""


def upload_box(settings: Settings, label: str, key: str) -> list[UploadedFile]:
    """A place to drop files, by name; none larger than the setting allows.

    Raises:
        UserError: for a file that is larger all the same, or empty.
    """
    most = int(settings.max_upload_bytes)
    megabytes = max(most // _MIB, 1)
    st.html(_OWN_WORDS % json.dumps(_("Choose files"), ensure_ascii=False))
    files = st.file_uploader(label, accept_multiple_files=True, key=key, max_upload_size=megabytes)
    st.caption(_("Up to {size} MB a file; files can be dropped on the box.").format(size=megabytes))
    for file in files:
        _check(file, most)
    return sorted(files, key=lambda file: (safe_name(file.name), file.file_id))


def files_key(files: Sequence[UploadedFile]) -> tuple[str, ...]:
    """What tells these files from all others that this reader dropped."""
    return tuple(file.file_id for file in files)


@contextmanager
def stored(files: Sequence[UploadedFile]) -> Iterator[tuple[Source, ...]]:
    """The files on disk, removed on leaving; nothing of a path comes from their names."""
    with TemporaryDirectory(prefix="board-upload-") as folder:
        sources = []
        for number, file in enumerate(files):
            name = safe_name(file.name)
            path = Path(folder) / f"{number}{_suffix(name)}"
            file.seek(0)
            with path.open("wb") as sink:
                while chunk := file.read(_CHUNK):
                    sink.write(chunk)
            sources.append(Source(path, name))
        yield tuple(sources)


def remembered(slot: str, key: object, make: Callable[[], Made]) -> Made:
    """What `make` gave for this key, as long as the slot is not asked for another one."""
    held = st.session_state.get(slot)
    if held is None or held[0] != key:
        held = st.session_state[slot] = (key, make())
    return cast("Made", held[1])


def safe_name(name: str) -> str:
    """The last part of a file's name as people know it, on one line and not too long."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(letter if letter.isprintable() else " " for letter in last)
    short = " ".join(printable.split()).lstrip(".") or _("file")
    return short if len(short) <= _LONGEST else f"{short[: _LONGEST // 2]}…{short[-20:]}"


def _suffix(name: str) -> str:
    """The ends of a name that say how a file is read, or that nobody knows how."""
    *_rest, before, last = ["", "", *(f".{part.lower()}" for part in name.split(".")[1:])]
    if last in COMPRESSIONS:
        return (before if before in FORMATS else "") + last
    return last if last in FORMATS or re.fullmatch(r"\.[a-z0-9]{1,8}", last) else ""


def _check(file: UploadedFile, most: int) -> None:
    if file.size > most:
        message = "{file} holds more than {limit} bytes. Split it, or raise max_upload_bytes."
        raise UserError(message, file=safe_name(file.name), limit=most)
    if not file.size:
        message = "{file} is empty. Was it exported to the end?"
        raise UserError(message, file=safe_name(file.name))
