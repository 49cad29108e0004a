"""Words in the reader's language: gettext over `assets/locale/<language>/LC_MESSAGES/board.po`.

The English text is the id, so English needs no catalogue. The .po file is compiled in memory, so
that a translation is one line of text in the repository and no build step or binary beside it.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from connectors.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.settings import Settings

LANGUAGES = ("zh-CN", "en")
LOCALE = Path(__file__).parents[1] / "assets" / "locale"


def translator(language: str) -> Callable[[str], str]:
    """The function that turns an English message into `language`; "en" leaves it as it is.

    Raises:
        UserError: when `language` is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    if language == "en":
        return str
    catalogue = _catalogue(language)
    # gettext keeps the catalogue's header under the empty id.
    return lambda message: catalogue.gettext(message) if message else message


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for it)
    """The message itself: marks a text for the catalogue that is translated only when shown."""
    return message


def command_line_language(settings: Settings) -> str:
    """The language of the commands: the setting, or with "auto" that of the shell."""
    if settings.language != "auto":
        return settings.language
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    shell = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "zh-CN" if shell.lower().startswith("zh") else "en"


@cache
def _catalogue(language: str) -> gettext.GNUTranslations:
    with (LOCALE / language / "LC_MESSAGES" / "board.po").open("rb") as file:
        catalogue = read_po(file, locale=language.replace("-", "_"), abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
