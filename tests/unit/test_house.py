"""The rules of the house that a machine can hold: layers, sizes, pins, a README that is true."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from streamlit import config as streamlit_config

from connectors.settings import Settings

ROOT = Path(__file__).parents[2]
LAYERS = ("connectors", "metrics", "pages", "app")  # each may import itself and those before it
LONGEST = 250
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = sorted(
    chain(ROOT.glob("*.py"), *(ROOT.glob(f"{name}/**/*.py") for name in (*LAYERS, "tests")))
)
DISTRIBUTIONS = packages_distributions()
LAYERED = [path for path in CODE if path.relative_to(ROOT).parts[0] != "tests"]


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imported(path: Path, *, for_types: bool = True) -> set[str]:
    """The top-level packages that a file imports, anywhere in it."""
    names: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = [] if for_types else [node for node in ast.walk(tree) if _is_for_types(node)]
    never_run = {child for node in skipped for child in ast.walk(node)}
    for node in ast.walk(tree):
        if node in never_run:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layer"
            names.add((node.module or "").split(".")[0])
    return names


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _pins(file: str) -> dict[str, set[str]]:
    """Name → exact versions of a requirements file; fails on any other kind of line."""
    pins: dict[str, set[str]] = {}
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if line == "-r requirements.txt":
            continue
        match = re.fullmatch(r"([a-z0-9-]+)(?:\[[a-z]+\])?==([0-9][\w.]*)(?: ; [^#]+)?", line)
        assert match, f"{file}: {line!r} is no exact pin"
        pins.setdefault(match[1], set()).add(match[2])
    return pins


@pytest.mark.parametrize("path", LAYERED, ids=_named)
def test_imports_run_one_way(path: Path) -> None:
    layer = _layer(path)
    assert layer in LAYERS, f"{_named(path)} belongs to no layer of {LAYERS}"
    above = set(LAYERS[LAYERS.index(layer) + 1 :]) | {"tests"}
    if layer in {"connectors", "metrics"}:
        above.add("streamlit")
    assert not _imported(path) & above


def test_layers_hold_code() -> None:
    assert {"connectors"} <= {_layer(path) for path in LAYERED}


def test_pages_lie_one_folder_down() -> None:
    """Streamlit serves a flat page on a deep link before app.py, past the frame and the access."""
    assert not list((ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("path", CODE, ids=_named)
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", LAYERED, ids=_named)
def test_what_is_imported_is_required(path: Path) -> None:
    """Every third-party package that the board imports is pinned directly, not by luck."""
    required = set(_pins("requirements.txt"))
    for name in _imported(path, for_types=False) - set(sys.stdlib_module_names) - set(LAYERS):
        provided = {each.lower().replace("_", "-") for each in DISTRIBUTIONS.get(name, [])}
        assert provided & required, f"{name} is not in requirements.txt"


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_the_lock_holds_the_pins(name: str) -> None:
    wanted, locked = _pins(f"{name}.txt"), _pins(f"{name}.lock")
    assert wanted
    for package, versions in wanted.items():
        assert locked.get(package) == versions, f"{package}: run make lock"


def test_tests_run_on_what_the_board_runs_on() -> None:
    board, tests = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert {name: tests.get(name) for name in board} == board


@pytest.mark.parametrize("name", sorted(_pins("requirements.txt") | _pins("requirements-dev.txt")))
def test_the_readme_says_why_a_dependency_is_there(name: str) -> None:
    assert re.search(rf"^- `{re.escape(name)}`: \w", README, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_the_readme_lists_every_setting(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| (.*?) \|", README, re.MULTILINE)
    assert row, f"no row for {name} in the README's table of settings"
    default = Settings.model_fields[name].default
    shown = {None: "none"}.get(default) or f"`{default}`"
    assert row[1] == shown


@pytest.mark.parametrize("target", ["run", "test", "bench", "lint", "screenshots", "lock"])
def test_the_readme_and_the_makefile_agree(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert f"make {target}" in README


def test_the_makefile_runs_what_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    modules = set(re.findall(r"\$\(RUN\) (tests\.[\w.]+)", makefile))
    assert modules
    paths = [ROOT.joinpath(*name.split(".")) for name in modules]
    missing = [
        path
        for path in paths
        if not (path / "__main__.py").exists() and not path.with_suffix(".py").exists()
    ]
    assert missing == []


def test_ci_runs_the_command_of_the_readme() -> None:
    *_, last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert last == "make test"


def test_the_map_of_the_readme_is_true() -> None:
    """Every path that the README names in its map exists."""
    block = re.search(r"^## Architecture.*?```\n(.*?)```", README, re.DOTALL | re.MULTILINE)
    assert block
    paths = [line.split()[0] for line in block[1].splitlines() if line.strip()]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_streamlit_knows_its_settings() -> None:
    """A misspelt option would only be warned of, and have no effect."""
    given = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    flat: set[str] = set()
    for section, options in given.items():
        for key, value in options.items():
            nested = value.keys() if isinstance(value, dict) else [""]
            flat |= {f"{section}.{key}.{each}".rstrip(".") for each in nested}
    assert flat <= set(streamlit_config.get_config_options())
