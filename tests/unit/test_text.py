"""The catalogue: every text that a user sees is in it, in each language, and nothing else is."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import escape, read_po

from connectors.errors import UserError
from connectors.schema.titles import TITLES
from connectors.settings import Settings
from connectors.text import LANGUAGES, LOCALE, command_line_language, translator
from metrics import DIMENSIONS, METRICS
from metrics.params import PARAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

ROOT = Path(__file__).parents[2]
SOURCES = ("app.py", "pages/**/*.py", "metrics/**/*.py", "connectors/**/*.py")
# Which arguments of a call are texts for the catalogue: by position, and by keyword.
CALLS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "_": ((0,), ()),
    "N_": ((0,), ()),
    "UserError": ((0,), ()),
    "unknown": ((0,), ()),
    "_names": ((0,), ()),
}
# Their texts must be written out; the others also translate what was marked elsewhere.
LITERAL = {"N_", "UserError"}


def _texts(node: ast.expr, named: dict[str, list[ast.expr]]) -> list[str] | None:
    """The literal texts of an argument, `None` when it is computed.

    A name stands for whatever the file assigns to it: `message = "..."` above the call.
    """
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return _all_texts([body, orelse], named)
        case ast.Name(id=name) if name in named:
            return _all_texts(named[name], {})
    return None


def _all_texts(nodes: list[ast.expr], named: dict[str, list[ast.expr]]) -> list[str] | None:
    found = [_texts(node, named) for node in nodes]
    return None if None in found else [text for texts in found for text in texts or []]


def _named(tree: ast.AST) -> dict[str, list[ast.expr]]:
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    named.setdefault(target.id, []).append(node.value)
    return named


def _arguments(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    name = str(getattr(call.func, "id", getattr(call.func, "attr", "")))
    positions, keywords = CALLS.get(name, ((), ()))
    for index, argument in enumerate(call.args):
        if index in positions:
            yield name, argument
    for keyword in call.keywords:
        if keyword.arg in keywords:
            yield name, keyword.value


def extract(source: str, where: str) -> dict[str, str]:
    """Text → place, of every text for the catalogue in a source."""
    found: dict[str, str] = {}
    tree = ast.parse(source)
    named = _named(tree)
    for node in ast.walk(tree):
        for name, argument in _arguments(node) if isinstance(node, ast.Call) else ():
            place = f"{where}:{argument.lineno}"
            texts = _texts(argument, named)
            assert texts is not None or name not in LITERAL, f"{place}: write the text out"
            found |= dict.fromkeys(texts or [], place)
    return found


def _used() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in (path for pattern in SOURCES for path in sorted(ROOT.glob(pattern))):
        found |= extract(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    for path in sorted(ROOT.glob("assets/mappings/*.toml")):
        mapping = tomllib.loads(path.read_text(encoding="utf-8"))
        found[mapping["title"]] = path.name
        left_out = (*mapping.get("rules", {}).values(), *mapping.get("blocks", ()))
        found |= {each["about"]: path.name for each in left_out if "about" in each}
        checks = mapping.get("checks", {}).values()
        found |= {each["about"].rpartition(": ")[2]: path.name for each in checks}
    festivals = tomllib.loads((ROOT / "assets" / "festivals.toml").read_text(encoding="utf-8"))
    names = (*festivals["fixed"], *festivals["dated"])
    found |= dict.fromkeys(names, "assets/festivals.toml")
    alarms = tomllib.loads((ROOT / "assets" / "alarms.toml").read_text(encoding="utf-8"))
    found |= dict.fromkeys((rule["title"] for rule in alarms.values()), "assets/alarms.toml")
    found.pop("", None)
    return found


def _catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "board.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.fixture(params=[each for each in LANGUAGES if each != "en"])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return _catalogue(request.param)


def test_every_text_is_translated(catalogue: Catalog) -> None:
    missing = {
        text: place
        for text, place in _used().items()
        if (entry := catalogue.get(text)) is None or not entry.string
    }
    entries = (f'#: {place}\nmsgid {escape(text)}\nmsgstr ""\n' for text, place in missing.items())
    assert not missing, "add to board.po:\n" + "\n".join(entries)


def test_what_is_declared_is_marked() -> None:
    """Titles are declared in one place and shown in another: without N_ they would stay English."""
    declared = [text for each in METRICS.values() for text in (each.title, each.description)]
    declared += [each.title for each in DIMENSIONS.values()]
    declared += [each.description for each in PARAMS.values()]
    declared += TITLES.values()
    used = _used()
    assert [text for text in declared if text not in used] == []


def test_no_translation_is_left_over(catalogue: Catalog) -> None:
    used = _used()
    assert [entry.id for entry in catalogue if entry.id and entry.id not in used] == []
    assert not catalogue.obsolete
    assert [entry.id for entry in catalogue if entry.id and entry.fuzzy] == []


def test_translations_fill_in_the_same_values(catalogue: Catalog) -> None:
    for entry in catalogue:
        if entry.id:
            assert _fields(str(entry.string)) == _fields(str(entry.id)), entry.id


def test_an_entry_is_written_once() -> None:
    for language in LANGUAGES:
        path = LOCALE / language / "LC_MESSAGES" / "board.po"
        if path.exists():
            ids = [line for line in path.read_text("utf-8").splitlines() if line[:6] == "msgid "]
            assert sorted(ids) == sorted(set(ids))


def test_extraction_sees_what_it_should() -> None:
    source = """
st.title(_("One"))
raise UserError("two {x}" " three", x=1)
label = N_("four" if day else "five")
_(metric.title)
message = "six"
raise UserError(message)
print("not seen")
"""
    assert extract(source, "a.py") == {
        "One": "a.py:2",
        "two {x} three": "a.py:3",
        "four": "a.py:4",
        "five": "a.py:4",
        "six": "a.py:7",
    }
    with pytest.raises(AssertionError, match=r"a\.py:1"):
        extract("UserError(f'no {x}')", "a.py")
    with pytest.raises(AssertionError, match=r"a\.py:3"):
        extract("text = 'a'\ntext = str(x)\nUserError(text)", "a.py")


def test_english_is_the_text_itself() -> None:
    assert translator("en")("No {kind}") == "No {kind}"


def test_chinese() -> None:
    _ = translator("zh-CN")
    assert _("time zone") == "时区"
    assert _("never translated") == "never translated"
    assert _("") == ""


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UserError, match="Did you mean 'zh-CN'"):
        translator("zh_CN")


@pytest.mark.parametrize(
    ("setting", "shell", "expected"),
    [
        ("auto", {"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ("auto", {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ("auto", {"LANG": "de_DE.UTF-8"}, "en"),
        ("auto", {}, "en"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh-CN", {"LC_ALL": "C"}, "zh-CN"),
    ],
)
def test_the_language_of_the_commands(
    monkeypatch: pytest.MonkeyPatch, setting: str, shell: dict[str, str], expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in shell.items():
        monkeypatch.setenv(name, value)
    settings = Settings.model_validate({"language": setting})
    assert command_line_language(settings) == expected
