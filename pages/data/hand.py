"""A mapping made on the page: how the files are written, which column is which, and its name."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import available_timezones

import streamlit as st
from babel.numbers import list_currencies

from connectors.errors import UserError
from connectors.importing.handmade import Handmade
from connectors.importing.propose import is_guarded, proposed_columns
from connectors.importing.sample import take_sample
from connectors.importing.saved import check_name, mappings_folder, save_mapping
from connectors.importing.source import ENCODINGS, Reading
from connectors.schema import IMPORTED
from connectors.text import N_
from pages.data.hand_columns import Choices, ask_columns
from pages.ui import formats
from pages.ui.names import shortened, table_title
from pages.ui.text import _
from pages.ui.upload import files_key, remembered, safe_name, stored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from connectors.importing.sample import Sample
    from connectors.settings import Settings

_DELIMITERS = {
    None: N_("Find out"),
    ",": N_("Comma ,"),
    ";": N_("Semicolon ;"),
    "\t": N_("Tab"),
    "|": N_("Bar |"),
}
_ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5", "shift_jis", "cp949", "cp1252", "latin-1")
_LAST_HEADER = 1_000
_SHOWN = 3


class Made(NamedTuple):
    """A mapping made by hand: its name, its TOML and the table that it fills."""

    name: str
    text: str
    table: str


def map_by_hand(files: Sequence[UploadedFile], settings: Settings) -> Made | None:
    """Asks for all that a mapping says; None while something lacks, which is then said.

    Raises:
        UserError: when the files cannot be read as told.
    """
    sample = _sample(files, _reading(files), settings)
    table = _table(files, sample)
    _first_rows(sample)
    choices = ask_columns(IMPORTED[table], sample, files_key(files))
    title, currency, zone = _about(files)
    if choices is None:
        return None
    name = check_name(re.sub(r"[^\w-]+", "_", title).strip("_-")[:60])
    made = Handmade(
        title=title,
        table=table,
        columns=choices.columns,
        readings=choices.readings,
        constants=choices.constants,
        source=_source(sample),
        currency=currency,
        time_zone=zone,
    )
    text = _with_numbers(made, choices).toml()
    _keep(name, text, table, settings)
    return Made(name, text, table)


def _with_numbers(made: Handmade, choices: Choices) -> Handmade:
    decimal, thousands = choices.style
    return replace(made, decimal=decimal, thousands=thousands, strip=choices.signs)


def _reading(files: Sequence[UploadedFile]) -> Reading:
    key = files_key(files)
    with st.expander(_("How the files are written")):
        encoding = st.selectbox(
            _("Encoding"),
            [None, *_ENCODINGS],
            format_func=lambda each: each or _("Find out"),
            key=f"hand:encoding:{key}",
        )
        delimiter = st.selectbox(
            _("Between the cells of a text file"),
            list(_DELIMITERS),
            format_func=lambda each: _(_DELIMITERS[each]),
            key=f"hand:delimiter:{key}",
        )
        header = st.number_input(
            _("Line with the names of the columns"),
            1,
            _LAST_HEADER,
            key=f"hand:header:{key}",
        )
        sheet = st.text_input(
            _("Worksheet of a workbook (empty: the first)"), key=f"hand:sheet:{key}"
        )
    assert encoding is None or encoding in ENCODINGS
    return Reading(None, encoding, delimiter, sheet or None, int(header))


def _sample(files: Sequence[UploadedFile], reading: Reading, settings: Settings) -> Sample:
    def taken() -> Sample:
        with st.spinner(_("Reading …")), stored(files) as sources:
            sample = take_sample(sources, reading, settings)
        for source, header in zip(sources, sample.headers, strict=True):
            if header != sample.headers[0]:
                message = "{file} has other columns than {first}: map them one kind at a time."
                raise UserError(message, file=source.name, first=sources[0].name)
        return sample

    return remembered("hand:sample", (files_key(files), reading), taken)


def _table(files: Sequence[UploadedFile], sample: Sample) -> str:
    """The table: proposed is the one for which the most columns are found."""

    def likeliest() -> str:
        found = {n: len(proposed_columns(t, sample.headers[0])) for n, t in IMPORTED.items()}
        return max(found, key=found.__getitem__)

    names = list(IMPORTED)
    proposed = remembered("hand:likeliest", sample.headers[0], likeliest)
    chosen: str = st.selectbox(
        _("Table that the rows go to"),
        names,
        index=names.index(proposed),
        format_func=table_title,
        key=f"hand:table:{files_key(files)}",
    )
    return chosen


def _first_rows(sample: Sample) -> None:
    """The file as it is written, to map the columns by."""
    rows = sample.rows.head(_SHOWN).drop("__line")
    names = {f"{number}": name for number, name in enumerate(rows.columns)}
    titles = {
        number: st.column_config.TextColumn(shortened(name)) for number, name in names.items()
    }
    shown = rows.rename({name: number for number, name in names.items()})
    st.caption(_("The first rows of the file; an asterisk marks what every row needs."))
    st.dataframe(shown, hide_index=True, column_config=titles, placeholder=formats.DASH)


def _about(files: Sequence[UploadedFile]) -> tuple[str, str, str]:
    """The source's title, its currency and its time zone; "" for those of the warehouse."""
    key = files_key(files)
    own = partial(str.format, "{}")
    with st.grid(3, min_column_width=220):
        stem = safe_name(files[0].name).split(".")[0]
        title = st.text_input(
            _("Name of the source"), value=stem, max_chars=60, key=f"hand:title:{key}"
        )
        currency = st.selectbox(
            _("Currency of the amounts"),
            ["", *sorted(list_currencies())],
            format_func=lambda each: own(each) or _("That of the warehouse"),
            key=f"hand:currency:{key}",
        )
        zone = st.selectbox(
            _("Time zone of the times"),
            ["", *sorted(available_timezones())],
            format_func=lambda each: own(each) or _("That of the business"),
            key=f"hand:zone:{key}",
        )
    return title.strip(), currency, zone


def _source(sample: Sample) -> dict[str, str | int | bool]:
    reading = sample.reading
    said = {"encoding": reading.encoding, "delimiter": reading.delimiter, "sheet": reading.sheet}
    source: dict[str, str | int | bool] = {key: text for key, text in said.items() if text}
    if reading.header != 1:
        source["header"] = reading.header
    if is_guarded(sample.rows):
        source["unguard"] = True
    return source


def _keep(name: str, text: str, table: str, settings: Settings) -> None:
    """The mapping to take away, or to be listed among the known sources from now on."""
    with st.container(horizontal=True):
        st.download_button(
            _("Download the mapping"),
            text,
            f"{name}.toml",
            "application/toml",
            icon=":material/download:",
            on_click="ignore",
        )
        if st.button(_("Save the mapping"), icon=":material/save:"):
            save_mapping(settings, name, text)
            st.toast(_("Saved: it is listed among the known sources from now on."))
    with st.expander(_("The mapping, and the command that imports with it")):
        file = mappings_folder(settings) / f"{name}.toml"
        command = f'python -m connectors import PATH --as {table} --mapping "{file}"'
        st.code(command, language="bash", wrap_lines=True)
        st.code(text, language="toml")
